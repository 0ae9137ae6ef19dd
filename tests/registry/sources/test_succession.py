"""A succession has an effect only where both sides state it, and says the same."""

from dataclasses import dataclass, field, replace

import pytest

from registry.sources.succession import (
    Side,
    Succession,
    carried,
    former_record,
    in_force,
    preceding,
    succession_record,
    successor,
)
from shapes.verdicts import validate
from vocab.records import Record

H, P, Q, R = (f"https://{name}.example/id/" for name in ("host/hote/p", "p", "q", "r"))
MOVE = Succession(H, P)


@dataclass
class Stated:
    """Records by IRI."""

    kept: dict[str, Record] = field(default_factory=dict)

    def record(self, subject: str) -> Record | None:
        return self.kept.get(subject)

    def say(self, stated: Succession, *sides: Side) -> None:
        for side in sides or tuple(Side):
            record = succession_record(stated, side)
            self.kept[record.iri] = record


def test_what_is_stated_passes_the_contract() -> None:
    records = [succession_record(MOVE, side) for side in Side]
    assert not list(validate([*records, former_record(MOVE, f"{H}place/1")]))


@pytest.mark.parametrize("side", list(Side))
def test_one_side_alone_changes_nothing(side: Side) -> None:
    stated = Stated()
    stated.say(MOVE, side)
    assert in_force(stated, H) is None
    assert preceding(stated, P) is None
    assert successor(stated, H, f"{H}place/1") == ""


def test_both_sides_carry_over() -> None:
    stated = Stated()
    stated.say(MOVE)
    assert in_force(stated, H) == preceding(stated, P) == MOVE
    assert successor(stated, H, f"{H}place/a%20b") == f"{P}place/a%20b"
    assert MOVE.preceding(f"{P}place/1") == f"{H}place/1"
    assert MOVE.preceding(f"{Q}place/1") == ""


def test_claims_on_another_ones_past_have_no_effect() -> None:
    stated = Stated()
    stated.say(MOVE)
    stated.say(Succession(H, Q), Side.NEW)  # q claims to follow as well
    assert successor(stated, H, f"{H}place/1") == f"{P}place/1"
    assert preceding(stated, Q) is None


def test_moves_are_followed_and_rings_are_not() -> None:
    stated = Stated()
    for move in (MOVE, Succession(P, Q), Succession(Q, R)):
        stated.say(move)
    assert successor(stated, H, f"{H}place/1") == f"{R}place/1"
    stated.say(Succession(R, P))
    stated.say(Succession(R, P), Side.FORMER)
    stated.say(MOVE)  # p says again that it came from h
    assert successor(stated, H, f"{H}place/1") == f"{R}place/1"
    stated.say(Succession(Q, H))
    assert successor(stated, P, f"{P}place/1") == ""


WRONG = [
    ("formerNamespace", f'"{H}"', f'"{Q}"'),
    ("successorNamespace", f'"{P}"', f'"{P[:-1]}"'),
    ("isReplacedBy", f"<{P}pole>", f"<{Q}pole>"),
    ("type", "Succession>", "FormerRecord>"),
]


@pytest.mark.parametrize(("name", "right", "wrong"), WRONG, ids=[each[0] for each in WRONG])
def test_a_statement_that_contradicts_itself_is_none(name: str, right: str, wrong: str) -> None:
    stated = Stated()
    stated.say(MOVE)
    record = stated.kept[H + Side.FORMER]
    lines = tuple(line.replace(right, wrong) if name in line else line for line in record.lines)
    assert lines != record.lines
    stated.kept[record.iri] = replace(record, lines=lines)
    assert in_force(stated, H) is None


def test_every_iri_of_a_record_follows_and_its_words_stay() -> None:
    lines = (
        f'<{H}place/1#a> <urn:says> "<{H}place/1> and {H}"@fr .',
        f"<{H}place/1> <urn:by> <{H}pole> .",
        f"<{H}place/1> <urn:other> <https://else.example/{H}> .",
    )
    moved = carried(Record(f"{H}place/1", lines), MOVE)
    assert moved.iri == f"{P}place/1"
    assert set(moved.lines) == {
        f'<{P}place/1#a> <urn:says> "<{H}place/1> and {H}"@fr .',
        f"<{P}place/1> <urn:by> <{P}pole> .",
        f"<{P}place/1> <urn:other> <https://else.example/{H}> .",
    }
