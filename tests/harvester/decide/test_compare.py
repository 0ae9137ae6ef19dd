"""Comparing is pure: known state and arrivals in, changes, refusals and holds out."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.decide.compare import Guards, decide, difference, faults_of, holds_of
from harvester.delivery import Arrival, Delivery
from harvester.rules import finding
from registry.ledger.types import Kind, Refusal

BODIES = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from([b"1", b"2"]))


def arrivals_of(state: dict[str, bytes]) -> tuple[Arrival, ...]:
    return tuple(Arrival(subject, body) for subject, body in state.items())


def hashes_of(state: dict[str, bytes]) -> dict[str, str]:
    return {arrival.subject: arrival.content_hash for arrival in arrivals_of(state)}


@given(BODIES, BODIES)
def test_applying_a_full_difference_gives_what_came(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    known = hashes_of(old)
    came = frozenset(new)
    change = difference(known, arrivals_of(new), came, full=True)
    decision = decide(known, change, {}, (), (), full=True)
    state = dict(known)
    for draft in decision.drafts:
        assert (draft.kind is Kind.CREATE) == (draft.subject not in state)
        if draft.kind is Kind.DELETE:
            del state[draft.subject]
        else:
            state[draft.subject] = hashes_of(new)[draft.subject]
    assert state == hashes_of(new)
    again = difference(state, arrivals_of(new), came, full=True)
    assert (again.news, again.deleted, again.unchanged) == ((), (), len(new))


@given(BODIES, st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from([None, b"1", b"2"])))
def test_a_change_feed_touches_only_what_it_names(
    old: dict[str, Any], events: dict[str, Any]
) -> None:
    known = hashes_of(old)
    change = difference(known, arrivals_of(events), frozenset(events), full=False)
    decision = decide(known, change, {}, (), (), full=False)
    assert {draft.subject for draft in decision.drafts} <= events.keys()


def test_a_violation_keeps_the_last_valid_version_and_recovery_releases_it() -> None:
    known = hashes_of({"a": b"1"})
    bad = Arrival("a", b"2\n")
    change = difference(known, (bad,), frozenset("a"), full=True)
    verdicts = {"a": (finding("a", "MED-H003", subject="a"),)}
    refused = decide(known, change, verdicts, (), (), full=True)
    assert (refused.drafts, [r.stale for r in refused.refusals]) == ((), [True])
    assert refused.changes_quarantine(())
    assert not refused.changes_quarantine(refused.refusals)
    back = difference(known, arrivals_of({"a": b"1"}), frozenset("a"), full=True)
    released = decide(known, back, {}, (), refused.refusals, full=True)
    assert (released.drafts, released.released) == ((), ("a",))


def test_a_warning_enters() -> None:
    change = difference({}, arrivals_of({"a": b"1"}), frozenset("a"), full=True)
    verdicts = {"a": (finding("a", "MED-H005", count=1, url="u"),)}
    assert len(decide({}, change, verdicts, (), (), full=True).drafts) == 1


def test_what_was_refused_is_not_missing() -> None:
    known = hashes_of({"a": b"1"})
    alien = (Arrival("a", b"2"), finding("a", "MED-H001", subject="a", namespaces="n"))
    change = difference(known, (), frozenset("a"), full=True)
    decision = decide(known, change, {}, (alien,), (), full=True)
    assert (decision.drafts, decision.refusals[0].stale) == ((), True)


def test_only_a_full_state_or_news_of_it_takes_a_record_out_of_quarantine() -> None:
    waiting = (Refusal("z", "", ()),)
    change = difference({}, arrivals_of({"a": b"1"}), frozenset("a"), full=False)
    assert decide({}, change, {}, (), waiting, full=False).released == ()
    assert decide({}, change, {}, (), waiting, full=True).released == ("z",)
    gone = difference({}, (Arrival("z", None),), frozenset("z"), full=False)
    assert decide({}, gone, {}, (), waiting, full=False).released == ("z",)


def held(known_count: int, kept: int, guards: Guards = Guards(), **delivery: object) -> list[str]:  # noqa: B008  frozen
    known = hashes_of({f"s{n}": b"1" for n in range(known_count)})
    came = arrivals_of({f"s{n}": b"1" for n in range(kept)})
    full = bool(delivery.setdefault("full", True))
    visit = Delivery(came, **delivery)  # type: ignore[arg-type]
    change = difference(known, came, frozenset(a.subject for a in came), full=full)
    return [hold.code for hold in holds_of(known, visit, change, 0, guards)]


def test_mass_deletions_are_held_in_every_situation_and_small_ones_are_not() -> None:
    """40 situations: size of the source x what is left of it."""
    for size in (1, 5, 9, 10, 11, 40, 100, 1_000):
        for left_percent in (0, 50, 79, 80, 100):
            left = size * left_percent // 100
            deleted = size - left
            expected = ["MED-H401"] if left == 0 else []
            if deleted >= 10 and deleted > size * 0.2:
                expected.append("MED-H400")
            assert held(size, left) == expected, (size, left_percent)


def test_guards_are_settings_and_a_rollback_always_holds() -> None:
    assert held(100, 70, Guards(max_deleted_share=50)) == []
    assert held(100, 95, Guards(max_deleted_share=1, min_deleted=1)) == ["MED-H400"]
    assert held(100, 100, rollback="before") == ["MED-H402"]
    assert held(100, 0, full=False) == []


@pytest.mark.parametrize(
    ("arrived", "foreign", "expected"),
    [
        (1, 1, True),
        (5, 5, True),
        (2, 1, False),
        (9, 8, False),
        (17, 9, False),
        (19, 10, True),
        (20, 10, False),
        (1_000, 501, True),
        (1_000, 500, False),
        (3, 0, False),
        (0, 0, False),
    ],
)
def test_a_delivery_that_is_mostly_anothers_is_held(
    arrived: int, foreign: int, expected: bool
) -> None:
    visit = Delivery(arrivals_of({f"s{n}": b"1" for n in range(arrived)}), full=False)
    change = difference({}, visit.arrivals[foreign:], frozenset(), full=False)
    holds = holds_of({}, visit, change, foreign, Guards())
    assert [hold.code for hold in holds] == (["MED-H405"] if expected else [])


def test_a_record_without_class_has_a_fault() -> None:
    typed = b"<urn:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:T> .\n"
    assert [found.code for found in faults_of(Arrival("urn:a", typed))] == ["MED-H018"]
    assert [f.code for f in faults_of(Arrival("urn:b", typed))] == ["MED-H003"]
