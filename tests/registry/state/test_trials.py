"""Dry runs: asked once, taken once by one front end, kept for a while, lost without harm."""

import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from registry.history.difference import RecordDifference, difference
from registry.ledger.options import SourceOptions, Status
from registry.ledger.report import Report
from registry.ledger.types import Harvest, Outcome, Source
from registry.settings.config import Reach
from registry.sources.lifecycle import with_status
from registry.state.trials import (
    ALIVE_S,
    GAP_S,
    KEPT_S,
    MAX_RESULTS,
    Obstacle,
    State,
    Trial,
    Trials,
)
from tests.registry.state.conftest import FrontEnds
from tests.registry.web.network_of_tests import NOON
from vocab.records import Record

SOURCE = Source("ping", "ping", "Ping", "https://ping.example/", "feed", ("https://p.example/",))
HARVEST = Harvest(0, "ping", Outcome.HELD, NOON, NOON, None, None, Report(counts={"created": 1}))
IRI = "https://p.example/place/1"
OLD = Record(IRI, (f'<{IRI}> <https://schema.org/name> "a" .',))
NEW = Record(IRI, (f'<{IRI}> <https://schema.org/name> "\u2028é" .',))
SHOWN = (
    difference(IRI, None, NEW),
    difference(IRI, OLD, NEW),
    difference(IRI, OLD, None),
    difference(IRI, OLD, OLD),
)


@pytest.fixture
def trials(front_end: FrontEnds) -> Trials:
    return front_end().trials


def keep(trials: Trials, slug: str, *shown: RecordDifference) -> Trial:
    trial = Trial(replace(HARVEST, source=slug), len(shown), ("https://p.example/place/9",))
    trials.keep(trial, shown)
    return trial


def test_a_trial_is_asked_for_taken_and_kept(trials: Trials) -> None:
    now = time.time()
    assert (trials.state("ping"), trials.get("ping")) == (State.NONE, None)
    assert trials.ask("ping", now)
    assert trials.ask("ping", now), "many wishes are one"
    assert trials.state("ping") is State.ASKED
    assert (trials.take(now), trials.take(now)) == (("ping",), ())
    assert trials.state("ping") is State.RUNNING
    trial = keep(trials, "ping", *SHOWN)
    trials.end("ping")
    assert (trials.state("ping"), trials.get("ping")) == (State.DONE, trial)
    assert tuple(trials.differences("ping")) == SHOWN
    assert tuple(trials.differences("ping", 1, 2)) == SHOWN[1:3]
    assert trials.get("pin") is None


def test_a_trial_asked_at_one_front_end_is_carried_out_by_one_and_shown_by_all(
    front_end: FrontEnds,
) -> None:
    one, other, third = front_end().trials, front_end().trials, front_end().trials
    now = time.time()
    assert one.ask("ping", now)
    assert other.waited_s("ping", now + 7) == 7
    assert (other.take(now), third.take(now), one.take(now)) == (("ping",), (), ())
    assert one.state("ping") is State.RUNNING
    assert not third.ask("ping", now + GAP_S)
    trial = keep(other, "ping", *SHOWN)
    other.end("ping")
    for each in (one, other, third):
        assert (each.state("ping"), each.get("ping")) == (State.DONE, trial)
        assert tuple(each.differences("ping")) == SHOWN


def test_each_wish_is_taken_once_however_many_take_at_once(front_end: FrontEnds) -> None:
    takers = [front_end().trials for _ in range(4)]
    now, slugs = time.time(), [f"p{number}" for number in range(20)]
    for slug in slugs:
        assert takers[0].ask(slug, now)
    ready = threading.Barrier(len(takers))

    def take(trials: Trials) -> tuple[str, ...]:
        ready.wait()
        return trials.take(now)

    with ThreadPoolExecutor(len(takers)) as pool:
        taken = [slug for found in pool.map(take, takers) for slug in found]
    assert sorted(taken) == sorted(slugs)


def test_a_source_is_tried_every_ten_minutes_at_most(trials: Trials) -> None:
    now = time.time()
    trials.ask("ping", now)
    trials.take(now)
    trials.take(now + GAP_S)
    assert not trials.ask("ping", now + GAP_S + 1), "it still runs"
    trials.end("ping")
    assert not trials.ask("ping", now + GAP_S - 1)
    assert trials.wait_s("ping", now + GAP_S - 1) == 1
    assert trials.ask("pong", now), "another source is another matter"
    assert trials.ask("ping", now + GAP_S)


def test_a_source_that_was_busy_waits_for_the_next_look(trials: Trials) -> None:
    now = time.time()
    trials.ask("ping", now)
    trials.take(now)
    trials.put_back("ping")
    trials.end("ping")
    assert trials.state("ping") is State.ASKED
    assert trials.take(now) == ("ping",)


def test_a_trial_that_left_nothing_is_said_to_be_lost(trials: Trials) -> None:
    keep(trials, "ping", *SHOWN)
    now = time.time() + GAP_S
    trials.ask("ping", now)
    trials.take(now)
    trials.end("ping")
    assert trials.state("ping") is State.LOST
    assert trials.get("ping") is not None, "the one before is still there"


def test_a_trial_whose_front_end_is_gone_is_lost_and_may_be_asked_again(
    front_end: FrontEnds,
) -> None:
    gone, other = front_end().trials, front_end().trials
    now = time.time()
    for slug in ("ping", "pong"):
        other.ask(slug, now)
    assert gone.take(now) == ("ping", "pong")
    assert other.take(now + ALIVE_S) == ()
    assert other.state("ping") is State.RUNNING
    assert gone.take(now + ALIVE_S) == ()
    assert other.take(now + ALIVE_S + 1) == ()
    assert other.state("ping") is State.RUNNING, "whoever has it still looks"
    assert other.take(now + 2 * ALIVE_S + 1) == ()
    assert other.state("ping") is State.LOST
    gone.end("pong")
    assert other.ask("ping", now + GAP_S)
    assert other.take(now + GAP_S) == ("ping",)
    gone.end("ping")
    assert other.state("ping") is State.RUNNING, "it is no longer whoever's was lost"


def test_what_is_old_or_too_much_is_thrown_away(
    trials: Trials, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = time.time() - 60
    seconds = count(began)
    with monkeypatch.context() as patched:
        patched.setattr("registry.state.trials.time.time", lambda: next(seconds))
        for number in range(MAX_RESULTS + 2):
            keep(trials, f"p{number}", *SHOWN)
    keep(trials, "last", *SHOWN)
    kept = [number for number in range(MAX_RESULTS + 2) if trials.get(f"p{number}")]
    assert kept == list(range(3, MAX_RESULTS + 2))
    assert list(trials.differences("p0")) == []
    trials.take(time.time() + KEPT_S + 1)
    assert trials.get("last") is None
    assert (trials.state("last"), trials.state("p0")) == (State.NONE, State.NONE)


def test_what_a_clock_ahead_kept_is_not_the_youngest_for_as_long(
    trials: Trials, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead_s = time.time() + 40 * 86_400
    with monkeypatch.context() as patched:
        patched.setattr("registry.state.trials.time.time", lambda: ahead_s)
        keep(trials, "ping", *SHOWN)
    trials.take(time.time())
    trials.take(time.time() + KEPT_S + 10)
    assert trials.get("ping") is None


def test_a_result_that_is_replaced_while_it_is_read_never_ends_as_if_whole(
    trials: Trials,
) -> None:
    keep(trials, "ping", *SHOWN * 100)
    reading = trials.differences("ping")
    assert next(reading) == SHOWN[0]
    keep(trials, "ping", *SHOWN * 200)
    with pytest.raises(LookupError, match="ping"):
        list(reading)
    assert len(list(trials.differences("ping"))) == 800
    assert tuple(trials.differences("ping", 98, 4)) == (SHOWN * 2)[2:6]
    assert list(trials.differences("ping", 800, 5)) == []


def test_more_than_a_trial_keeps_is_not_even_read(trials: Trials) -> None:
    def endless() -> Iterable[RecordDifference]:
        for _ in range(3):
            yield SHOWN[0]
        pytest.fail("one too many was asked for")

    trials.keep(Trial(HARVEST, 3), endless())
    assert len(list(trials.differences("ping"))) == 3


def test_a_name_that_climbs_is_a_name(trials: Trials, tmp_path: Path) -> None:
    names = ("../../x", "..", "a/b", "é", "", "'; DROP TABLE trial; --")
    for slug in names:
        assert trials.ask(slug, time.time())
    assert sorted(trials.take(time.time())) == sorted(names)
    keep(trials, "../../x", *SHOWN)
    files = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert files <= {"state.sqlite"}


@pytest.mark.parametrize(
    ("reach", "changed", "expected"),
    [
        (Reach.PUBLIC, SOURCE, None),
        (Reach.OFF, SOURCE, Obstacle.OFF),
        (Reach.PUBLIC, replace(SOURCE, kind="file"), Obstacle.FILE),
        (Reach.PUBLIC, replace(SOURCE, allow_private=True), Obstacle.PRIVATE),
        (Reach.PRIVATE, replace(SOURCE, allow_private=True), None),
        (
            Reach.PRIVATE,
            replace(SOURCE, options=SourceOptions(credentials="X")),
            Obstacle.CREDENTIALS,
        ),
        (Reach.PUBLIC, with_status(SOURCE, Status.PREVIEW, NOON), None),
        (
            Reach.PUBLIC,
            with_status(with_status(SOURCE, Status.PREVIEW, NOON), Status.PROPOSED, NOON),
            None,
        ),
        (Reach.PRIVATE, with_status(SOURCE, Status.PAUSED, NOON), Obstacle.ASLEEP),
        (Reach.PRIVATE, with_status(SOURCE, Status.ENDED, NOON), Obstacle.ASLEEP),
    ],
)
def test_what_may_be_tried_from_the_web(
    front_end: FrontEnds, reach: Reach, changed: Source, expected: Obstacle | None
) -> None:
    assert front_end(reach).trials.obstacle(changed) is expected
