"""The folder of dry runs: asked once, taken once, kept for a while, thrown away without harm."""

import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from registry.history.difference import Difference, difference
from registry.ledger.types import Harvest, Outcome, Source
from registry.settings.config import Config, Reach
from registry.sources.lifecycle import Status, turned
from registry.sources.trials import GAP_S, KEPT_S, MAX_RESULTS, Obstacle, State, Trial, Trials
from tests.registry.web.network_of_tests import NOON
from vocab.records import Record

SOURCE = Source("ping", "ping", "Ping", "https://ping.example/", "feed", ("https://p.example/",))
HARVEST = Harvest(0, "ping", Outcome.HELD, NOON, NOON, None, None, {"counts": {"created": 1}})
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
def trials(tmp_path: Path) -> Trials:
    return Trials(Config(data=tmp_path))


def keep(trials: Trials, slug: str, *shown: Difference) -> Trial:
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


def test_a_source_is_tried_every_ten_minutes_at_most(trials: Trials) -> None:
    now = time.time()
    trials.ask("ping", now)
    trials.take(now)
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
    assert trials.take(now) == ("ping",)


def test_a_trial_that_left_nothing_is_said_to_be_lost(trials: Trials) -> None:
    keep(trials, "ping", *SHOWN)
    now = time.time() + GAP_S
    trials.ask("ping", now)
    trials.take(now)
    trials.abandon()
    assert trials.state("ping") is State.LOST
    assert trials.get("ping") is not None, "the one before is still there"


def test_what_is_old_or_too_much_is_thrown_away(trials: Trials, tmp_path: Path) -> None:
    for number in range(MAX_RESULTS + 2):
        keep(trials, f"p{number}")
        os.utime(tmp_path / "trials" / "done" / f"s-p{number}", (number, time.time() - 60 + number))
    keep(trials, "last")
    kept = [number for number in range(MAX_RESULTS + 2) if trials.get(f"p{number}")]
    assert kept == list(range(3, MAX_RESULTS + 2))
    trials.take(time.time() + KEPT_S + 1)
    assert trials.get("last") is None


def test_the_folder_can_be_thrown_away_or_spoiled(trials: Trials, tmp_path: Path) -> None:
    keep(trials, "ping", *SHOWN)
    done = tmp_path / "trials" / "done" / "s-ping"
    whole = done.read_bytes()
    for spoiled in (b"", b"no gzip", whole[:40], whole[:30] + b"\0" * 40 + whole[70:]):
        done.write_bytes(spoiled)
        assert trials.get("ping") is None
    shutil.rmtree(tmp_path / "trials")
    assert trials.state("ping") is State.NONE
    assert trials.take(time.time()) == ()


def test_a_name_that_climbs_stays_in_the_folder(trials: Trials, tmp_path: Path) -> None:
    names = ("../../x", "..", "a/b", "é", "")
    for slug in names:
        assert trials.ask(slug, time.time())
    assert sorted(trials.take(time.time())) == sorted(names)
    keep(trials, "../../x", *SHOWN)
    assert not [path for path in tmp_path.iterdir() if path.name != "trials"]
    assert {path.parent.name for path in tmp_path.rglob("s-*")} <= {"running", "taken", "done"}


@pytest.mark.parametrize(
    ("reach", "changed", "expected"),
    [
        (Reach.PUBLIC, SOURCE, None),
        (Reach.OFF, SOURCE, Obstacle.OFF),
        (Reach.PUBLIC, replace(SOURCE, kind="file"), Obstacle.FILE),
        (Reach.PUBLIC, replace(SOURCE, allow_private=True), Obstacle.PRIVATE),
        (Reach.PRIVATE, replace(SOURCE, allow_private=True), None),
        (Reach.PRIVATE, replace(SOURCE, options={"credentials": "X"}), Obstacle.CREDENTIALS),
        (Reach.PUBLIC, turned(SOURCE, Status.PREVIEW, NOON), None),
        (Reach.PUBLIC, turned(turned(SOURCE, Status.PREVIEW, NOON), Status.PROPOSED, NOON), None),
        (Reach.PRIVATE, turned(SOURCE, Status.PAUSED, NOON), Obstacle.ASLEEP),
        (Reach.PRIVATE, turned(SOURCE, Status.ENDED, NOON), Obstacle.ASLEEP),
    ],
)
def test_what_may_be_tried_from_the_web(
    tmp_path: Path, reach: Reach, changed: Source, expected: Obstacle | None
) -> None:
    assert Trials(Config(data=tmp_path, web_trials=reach)).obstacle(changed) is expected
