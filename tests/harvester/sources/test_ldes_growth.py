"""A page that grew is read where it grew, and that changes nothing."""

from collections.abc import Callable
from itertools import accumulate, count
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harvester.parsing.parser import Parser
from registry.ledger.ledger import Ledger
from registry.ledger.types import Harvest, Outcome, Source
from tests.harvester.conftest import Registry
from tests.simulator import PREFIXES, SimulatedPole

ROOT, PAGE, OTHER = "/s", "/s/1", "/s/2"
NAMES = '<https://schema.org/name> "{}"@fr ; a <https://schema.org/Place>'


def root(pole: SimulatedPole) -> str:
    return f"""{PREFIXES}
<{pole.url("/s#s")}> a ldes:EventStream ; tree:view <> ; ldes:versionOfPath dct:isVersionOf ;
  ldes:timestampPath dct:created ; ldes:sequencePath med:ledgerSequence ;
  ldes:versionDeleteObject as:Delete .
<> a tree:Node ; tree:relation [ a tree:Relation ; tree:node <{pole.url(PAGE)}> ] .
"""


def head(pole: SimulatedPole) -> str:
    prefixes = f"@prefix v: <{pole.url(PAGE)}#> .\n@prefix p: <{pole.url('/id/place/')}> .\n"
    return f"{PREFIXES}\n{prefixes}<> a tree:Node .\n"


def listed(pole: SimulatedPole, number: int, verb: str = "Update") -> str:
    return (
        f"<{pole.url('/s#s')}> tree:member v:m{number} .\n"
        f"v:m{number} a as:{verb} ; dct:isVersionOf p:r{number % 5} ;\n"
        f' dct:created "2026-01-01T00:00:00Z"^^xsd:dateTime ; med:ledgerSequence {number} .\n'
    )


def piece(pole: SimulatedPole, kind: str, number: int) -> str:
    """What is added to a page; each is a document's worth, but the comment without its end."""
    subject = f"p:r{number % 5}"
    said = NAMES.format(f"{kind} {number}")
    return {
        "graph": f"{listed(pole, number)}v:m{number} {{ {subject} {said} . }}\n",
        "nested": f"{listed(pole, number)}v:m{number} {{ {subject} {said} ;"
        f" <https://schema.org/geo> [ <https://schema.org/latitude> {number} ] . }}\n",
        "labelled": f"{listed(pole, number)}v:m{number} {{ {subject} {said} ;"
        f' <https://schema.org/geo> _:g . _:g <https://schema.org/latitude> "1" . }}\n',
        "plain": f"{listed(pole, number)}v:m{number} {said} .\n",
        # No comment swallows the listing: what is left would change another's member, a plain one.
        "record": f"\n{listed(pole, number)}{subject} {said} .\n",
        "delete": listed(pole, number, "Delete"),
        "node": f"<{pole.url('/s/1#r')}> tree:node <{pole.url(OTHER)}> .\n",
        "relation": f"<{pole.url(PAGE)}> tree:relation <{pole.url('/s/1#r')}> .\n",
        "again": f"<{pole.url('/s#s')}> tree:member v:m1 .\n",
        "prefix": f"@prefix v: <{pole.url(PAGE)}#x{number}> .\n",
        "base": f"@base <{pole.url(f'/else/{number}/')}> .\n",
        "comment": "# a whole line\n",
        "open comment": "# no end of line",
    }[kind]


KINDS = ["graph", "graph", "nested", "labelled", "plain", "record", "delete", "node", "relation",
         "again", "prefix", "base", "comment", "open comment"]  # fmt: skip


def follower(pole: SimulatedPole, ledger: Ledger) -> Registry:
    source = Source("pole", "pole", "Pole", pole.url(ROOT), "feed", (pole.url("/id/"),), True)
    ledger.put_source(source)
    return Registry(ledger, source)


def told(node: Registry, done: Harvest) -> tuple[object, ...]:
    """What is the same whichever way a page came: its state, or what is wrong with it."""
    if done.outcome is Outcome.FAILED:
        return (done.report["error"]["code"],)
    return node.ledger.known("pole"), node.kept().cursor.reader["taken"]


@settings(max_examples=60, deadline=None)
@example(visits=[["plain", "graph"], ["graph", "graph", "open comment", "record"]])
@given(visits=st.lists(st.lists(st.sampled_from(KINDS), max_size=4), min_size=2, max_size=4))
def test_reading_what_was_added_changes_nothing(visits: list[list[str]]) -> None:
    numbers = count(1)
    with TemporaryDirectory() as folder, SimulatedPole() as pole:
        pole.put(ROOT, root(pole), "application/trig")
        pole.put(OTHER, head(pole) + piece(pole, "graph", 99), "application/trig")
        added = ["".join(piece(pole, kind, next(numbers)) for kind in kinds) for kinds in visits]
        ledgers = [Ledger.open(f"sqlite:///{folder}/{name}.sqlite") for name in ("often", "once")]
        often, once = (follower(pole, ledger) for ledger in ledgers)
        for page in accumulate(added, initial=head(pole)):
            pole.put(PAGE, page, "application/trig")
            last = often.harvest()
        assert told(often, last) == told(once, once.harvest())
        for ledger in ledgers:
            ledger.close()


def test_only_what_was_added_is_parsed(
    pole: SimulatedPole, registry: Callable[..., Registry], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[bytes] = []
    begin = Parser.begin

    def begun(self: Parser, url: str, kind: str, data: bytes) -> Any:
        read.append(data)
        return begin(self, url, kind, data)

    monkeypatch.setattr(Parser, "begin", begun)
    pole.put(ROOT, root(pole), "application/trig")
    before = head(pole) + "".join(piece(pole, "graph", number) for number in range(1, 5))
    pole.put(PAGE, before, "application/trig")
    node = registry(ROOT)
    node.harvest()
    read.clear()
    after = before + piece(pole, "nested", 5) + "<> ldes:immutable true .\n"
    pole.put(PAGE, after, "application/trig")
    done = node.harvest()
    assert done.report["counts"]["changed"] + done.report["counts"]["created"] == 1
    (rest,) = read
    assert b"r0" in rest
    assert b"m4" not in rest
    pole.requests.clear()
    node.harvest()
    assert pole.asked(PAGE) == 0, "it said that it will not change again"
    (state,) = [
        page for url, page in node.kept().cursor.reader["pages"].items() if url.endswith(PAGE)
    ]
    assert "prologue" not in state
