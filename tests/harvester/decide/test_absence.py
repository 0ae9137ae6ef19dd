"""Records that their source no longer lists: marked, kept for a while, then deleted."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.decide.absence import KnownAbsences
from harvester.decide.compare import decide, difference
from harvester.delivery import Arrival
from harvester.run.decisions import discard, release
from harvester.run.pipeline import Options, Preview, harvest, preview
from harvester.run.revert import revert
from registry.ledger.types import Harvest, Kind, Outcome, Source
from registry.sources.absence import missing_of, with_grace
from tests.harvester.conftest import NOW, Registry
from tests.simulator import Change, SimulatedPole, Stream, place, places
from vocab.errors import UsageError

DUMP = "/dump.nt"
WHY = "checked with the pole"
DAY = timedelta(days=1)


class Days:
    """A registry that visits a dump of ten places on numbered days; a grace of seven."""

    def __init__(self, pole: SimulatedPole, node: Registry) -> None:
        self.pole, self.node, self.ledger = pole, node, node.ledger
        self.serve(*places(pole, 10))
        self.visit(0)

    def serve(self, *records: Any) -> None:
        body = "".join(record.body for record in records)
        self.pole.put(DUMP, body.encode(), "application/n-triples")

    def lose(self, *numbers: int) -> None:
        """Serve the ten places without these."""
        self.serve(*(p for n, p in enumerate(places(self.pole, 10), 1) if n not in numbers))

    def touch(self) -> None:
        """Serve the same records in another document, so that the visit is no 304."""
        document = self.pole.documents[DUMP]
        self.pole.put(DUMP, document.body + b"\n", "application/n-triples")

    def visit(self, day: float, **more: Any) -> Harvest:
        options = Options(policy=self.node.policy, **more)
        return harvest(self.ledger, self.source, now=NOW + day * DAY, options=options)

    def preview(self, day: float) -> Preview:
        options = Options(policy=self.node.policy)
        return preview(self.ledger, self.source, now=NOW + day * DAY, options=options)

    @property
    def source(self) -> Source:
        found = self.ledger.source("pole")
        assert found is not None
        return found

    def iri(self, number: int) -> str:
        return str(place(self.pole, f"p{number:02d}").iri)

    def live(self, number: int) -> bool:
        return self.ledger.record(self.iri(number)) is not None

    def missing(self) -> list[str]:
        return [iri.rpartition("/")[2] for iri in sorted(self.source.cursor.missing)]


@pytest.fixture
def days(pole: SimulatedPole, registry: Any) -> Iterator[Days]:
    made = Days(pole, registry(DUMP, "dump"))
    yield made
    assert made.ledger.verify() == []


def codes(done: Harvest) -> dict[str, int]:
    return {found["code"]: found["count"] for found in done.report["findings"]}


def holds(done: Harvest) -> list[str]:
    return [hold["code"] for hold in done.report["holds"]]


def test_what_vanishes_is_marked_then_deleted_though_the_source_says_nothing_new(
    days: Days,
) -> None:
    days.lose(3)
    done = days.visit(1)
    assert (done.outcome, done.first_seq) == (Outcome.COMMITTED, None)
    assert (done.report["counts"]["missing"], done.report["counts"]["deleted"]) == (1, 0)
    assert done.report["missing"] == {
        "grace_days": 7, "count": 1, "newly": 1, "returned": 0, "expired": 0,
        "since": "2026-03-02T12:00:00+00:00", "next_deletion": "2026-03-09T12:00:00+00:00",
    }  # fmt: skip
    (told,) = (found for found in done.report["findings"] if found["code"] == "MED-H460")
    (sample,) = told["samples"]
    assert sample["record"] == days.iri(3)
    for text in ("2026-03-02 12:00 UTC", "2026-03-09 12:00 UTC"):
        assert text in sample["message_fr"]
        assert text in sample["message_en"]
    found = missing_of(days.source, days.iri(3))
    assert found is not None
    assert (found.since, found.until) == (NOW + DAY, NOW + 8 * DAY)
    days.pole.requests.clear()
    quiet = days.visit(7.9)
    assert [request.status for request in days.pole.requests] == [304]
    assert (quiet.outcome, quiet.report["missing"]["newly"]) == (Outcome.UNCHANGED, 0)
    assert (codes(quiet), days.live(3)) == ({"MED-H460": 1}, True)
    last = days.visit(8)
    # After seven days it is read whole, whatever its server says of what changed.
    assert [request.status for request in days.pole.requests] == [304, 200]
    assert (last.outcome, last.report["counts"]["deleted"]) == (Outcome.COMMITTED, 1)
    assert (codes(last), last.report["missing"]["expired"]) == ({"MED-H461": 1}, 1)
    assert (days.live(3), days.missing()) == (False, [])
    (change,) = days.ledger.changes(10)
    assert (change.kind, change.subject) == (Kind.DELETE, days.iri(3))
    assert "missing" not in days.visit(9).report


def test_what_comes_back_in_whatever_state_loses_its_mark(days: Days) -> None:
    days.lose(3, 4)
    days.visit(1)
    days.touch()
    assert days.visit(2).outcome is Outcome.UNCHANGED
    days.lose(4)
    back = days.visit(5)
    assert (back.outcome, back.report["missing"]["returned"]) == (Outcome.COMMITTED, 1)
    assert days.missing() == ["p04"]
    unnamed = "\n".join(x for x in place(days.pole, "p04").lines if "schema.org/name>" not in x)
    days.touch()
    body = days.pole.documents[DUMP].body + unnamed.encode() + b"\n"
    days.pole.put(DUMP, body, "application/n-triples")
    refused = days.visit(6)
    assert (refused.report["counts"]["refused"], days.missing()) == (1, [])
    assert days.visit(30).outcome is Outcome.UNCHANGED
    assert len(days.node.names()) == 10


def test_a_return_after_the_deletion_is_a_creation(days: Days) -> None:
    days.lose(3)
    days.visit(1)
    days.visit(8)
    days.serve(*places(days.pole, 10))
    assert days.visit(9, forced=WHY).report["counts"]["created"] == 1
    assert days.live(3)


def test_each_source_has_its_own_grace_which_may_be_none(days: Days) -> None:
    days.ledger.put_source(with_grace(days.source, 30))
    days.lose(3)
    days.visit(1)
    assert days.visit(30).outcome is Outcome.UNCHANGED
    days.ledger.put_source(with_grace(days.source, 0))
    assert days.visit(30.1).report["counts"]["deleted"] == 1
    days.lose(3, 4)
    gone = days.visit(31)
    assert (gone.report["counts"]["deleted"], days.missing(), codes(gone)) == (1, [], {})


def test_a_failed_visit_proves_no_absence(days: Days) -> None:
    days.lose(3)
    days.visit(1)
    days.pole.put(DUMP, b"<broken", "application/n-triples")
    assert days.visit(20).outcome is Outcome.FAILED
    assert (days.live(3), days.missing()) == (True, ["p03"])


def test_a_source_that_lost_all_marks_nothing_and_deletes_nothing(days: Days) -> None:
    days.lose(3)
    days.visit(1)
    days.pole.put(DUMP, b"# nothing\n", "text/turtle")
    assert days.visit(20).outcome in {Outcome.HELD, Outcome.FAILED}
    assert (len(days.node.names()), days.missing()) == (10, ["p03"])


@pytest.fixture
def held(pole: SimulatedPole, registry: Any) -> tuple[Days, Harvest]:
    """Twenty places of which five are left: the visit is held."""
    made = Days(pole, registry(DUMP, "dump"))
    made.serve(*places(pole, 20))
    made.visit(1)
    made.serve(*places(pole, 5))
    return made, made.visit(2)


def test_a_mass_disappearance_is_held_and_marks_nothing(held: tuple[Any, ...]) -> None:
    days, done = held
    assert (done.outcome, holds(done), days.missing()) == (Outcome.HELD, ["MED-H400"], [])
    assert (done.report["counts"]["held"], done.report["missing"]["newly"]) == (15, 15)
    assert len(days.node.names()) == 20


def test_a_release_marks_from_the_day_of_the_word_and_time_then_deletes(
    held: tuple[Any, ...],
) -> None:
    days, done = held
    released = release(days.ledger, done.id, WHY, NOW + 20 * DAY)
    assert (released.report["counts"]["missing"], codes(released)) == (15, {"MED-H460": 15})
    assert (len(days.node.names()), len(days.missing())) == (20, 15)
    assert days.visit(26).outcome is Outcome.UNCHANGED
    late = days.visit(27)
    assert (late.outcome, late.report["holds"]) == (Outcome.COMMITTED, [])
    assert len(days.node.names()) == 5
    assert days.ledger.verify() == []


def test_a_forced_harvest_marks_as_a_quiet_one(held: tuple[Any, ...]) -> None:
    days, _ = held
    assert days.visit(3, forced=WHY).outcome is Outcome.COMMITTED
    assert (len(days.node.names()), len(days.missing())) == (20, 15)


def test_a_discarded_disappearance_is_known_again_and_another_is_not(held: tuple[Any, ...]) -> None:
    days, done = held
    discard(days.ledger, done.id, WHY, NOW + 3 * DAY)
    again = days.visit(4)
    assert (again.outcome, holds(again)[0]) == (Outcome.UNCHANGED, "MED-H408")
    days.serve(*places(days.pole, 19))
    few = days.visit(5)
    assert (few.outcome, holds(few)) == (Outcome.HELD, ["MED-H410"])
    discard(days.ledger, few.id, WHY, NOW + 5 * DAY)
    days.serve(*places(days.pole, 20)[15:])
    other = days.visit(6)
    assert (other.outcome, holds(other)) == (Outcome.HELD, ["MED-H400", "MED-H410"])
    assert days.missing() == []


def test_an_expiry_is_taken_back_and_stays_back(days: Days) -> None:
    days.lose(3)
    days.visit(1)
    gone = days.visit(8)
    revert(days.ledger, gone.id, WHY, NOW + 9 * DAY)
    assert (days.live(3), days.missing()) == (True, [])
    assert days.visit(10).outcome is Outcome.UNCHANGED
    days.touch()
    again = days.visit(30)
    assert (again.outcome, holds(again)) == (Outcome.UNCHANGED, ["MED-H408"])
    assert (days.live(3), days.missing()) == (True, [])


def test_time_alone_ends_no_decision(days: Days) -> None:
    """A second record expires after the first was taken back: a person looks at both."""
    days.lose(3)
    days.visit(1)
    days.lose(3, 4)
    days.visit(2)
    revert(days.ledger, days.visit(8).id, WHY, NOW + 8.5 * DAY)
    for day in (9, 10):
        done = days.visit(day)
        assert (done.outcome, holds(done)) == (Outcome.HELD, ["MED-H410"])
        assert (days.live(3), days.live(4)) == (True, True)
        days.touch()
    release(days.ledger, done.id, WHY, NOW + 10 * DAY)
    assert (days.live(3), days.live(4)) == (True, False)
    assert days.missing() == ["p03"]


def test_marks_are_taken_back_with_the_harvest_that_set_them(days: Days) -> None:
    days.lose(3)
    done = days.visit(1)
    back = revert(days.ledger, done.id, WHY, NOW + 2 * DAY)
    assert (back.report["counts"]["missing"], days.missing()) == (0, [])
    days.touch()
    assert holds(days.visit(3)) == ["MED-H408"]
    assert days.visit(30).outcome is Outcome.UNCHANGED
    release(days.ledger, back.id, "they did close it", NOW + 31 * DAY)
    assert days.missing() == ["p03"]
    with pytest.raises(UsageError, match="changed anything"):
        revert(days.ledger, done.id, WHY, NOW + 32 * DAY)


def test_a_dry_run_shows_marks_and_deletions_and_leaves_none(days: Days) -> None:
    days.lose(3)
    before = days.source
    told = days.preview(1)
    assert (told.missing, told.drafts) == ((days.iri(3),), ())
    assert (days.source, told.harvest.outcome) == (before, Outcome.COMMITTED)
    days.visit(1)
    days.lose(3, 4)
    told = days.preview(8)
    assert [(draft.kind, draft.subject) for draft in told.drafts] == [(Kind.DELETE, days.iri(3))]
    assert (told.missing, days.missing()) == ((days.iri(4),), ["p03"])
    days.serve(*places(days.pole, 20))
    days.visit(9, forced=WHY)
    days.serve(*places(days.pole, 2))
    assert len(days.preview(10).missing) == 18


def test_an_event_stream_deletes_at_once(pole: SimulatedPole, registry: Any) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 3))
    node = registry(stream.path)
    options = Options(policy=node.policy)
    harvest(node.ledger, node.source, now=NOW, options=options)
    stream.publish(Change(place(pole, "p01").iri))
    done = harvest(node.ledger, node.source, now=NOW + DAY, options=options)
    assert (done.report["counts"]["deleted"], node.names()) == (1, ["p02", "p03"])
    moved = Stream(pole, path="/moved")
    moved.publish(place(pole, "p02"))
    node.ledger.put_source(replace(node.source, url=moved.url))
    harvest(node.ledger, node.source, now=NOW + 2 * DAY, options=options)
    found = node.ledger.source("pole")
    assert list(found.cursor.missing) == [place(pole, "p03").iri]
    moved.publish(Change(place(pole, "p03").iri))
    harvest(node.ledger, node.source, now=NOW + 3 * DAY, options=options)
    assert node.names() == ["p02"]
    assert node.ledger.source("pole").cursor.missing == {}


GRACE = 3


@given(
    st.lists(
        st.tuples(
            st.integers(1, 5),
            st.sets(st.sampled_from("abcde")),
            st.booleans(),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_what_lives_is_what_came_last_and_what_vanished_since_less_than_the_grace(
    visits: list[Any],
) -> None:
    """A visit brings the whole state, or no news at all (a 304)."""
    known: dict[str, str] = {}
    marks: dict[str, datetime] = {}
    now, last = datetime(2026, 1, 1, tzinfo=UTC), frozenset[str]()
    vanished: dict[str, datetime] = {}
    for wait, came, news in visits:
        now += timedelta(days=wait)
        if news:
            last = frozenset(came)
        arrivals = tuple(Arrival(subject, subject.encode()) for subject in last) if news else ()
        known_absences = KnownAbsences(now, timedelta(days=GRACE), marks)
        change = difference(
            known, arrivals, last if news else frozenset(), full=news, known_absences=known_absences
        )
        for draft in decide(known, change, {}, (), (), full=news).drafts:
            if draft.kind is Kind.DELETE:
                del known[draft.subject]
            else:
                known[draft.subject] = Arrival(draft.subject, draft.subject.encode()).content_hash
        marks = dict(change.absences.marks)
        vanished = {
            s: vanished.get(s, now) for s in known.keys() | vanished.keys() if s not in last
        }
        fresh = {s for s, since in vanished.items() if now - since < timedelta(days=GRACE)}
        assert known.keys() == last | fresh
        assert marks.keys() == fresh
        vanished = {s: since for s, since in vanished.items() if s in fresh}
