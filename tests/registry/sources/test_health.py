"""How a source fares, by its harvests: lateness, streaks, likely causes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from registry.ledger.cursor import Cursor, Rhythm
from registry.ledger.options import Status
from registry.ledger.report import Report
from registry.ledger.types import Harvest, Outcome, Source
from registry.sources.health import Cause, Health, cause_of, health_of
from registry.sources.lifecycle import with_status

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SOURCE = Source("pole", "pole", "Pole", "https://pole.example/", "feed", ("https://p.example/",))


def ended(days_ago: float, outcome: Outcome, report: dict[str, Any] | None = None) -> Harvest:
    at = NOW - days_ago * DAY
    return Harvest(1, "pole", outcome, at, at, None, None, Report(report or {}))


def failed(code: str, cause: str = "", *statuses: int) -> dict[str, Any]:
    error = {"code": code, **({"cause": cause} if cause else {})}
    return {"error": error, "requests": [{"status": status} for status in statuses]}


def test_a_source_that_fares_well() -> None:
    harvests = [ended(0.5, Outcome.UNCHANGED), ended(1.5, Outcome.FAILED)]
    assert health_of(SOURCE, harvests, NOW) == Health(good=NOW - 0.5 * DAY)


def test_a_streak_counts_back_to_the_last_good_one() -> None:
    harvests = [
        ended(1, Outcome.FAILED, failed("MED-H102")),
        ended(2, Outcome.HELD),
        ended(3, Outcome.FAILED),
        ended(4, Outcome.COMMITTED),
        ended(5, Outcome.FAILED),
    ]
    health = health_of(SOURCE, harvests, NOW)
    assert health == Health(True, NOW - 4 * DAY, 3, NOW - 3 * DAY, Cause.NAME)


def test_lateness_follows_the_declared_frequency() -> None:
    good = [ended(2.1, Outcome.UNCHANGED)]
    assert health_of(SOURCE, good, NOW).late
    assert not health_of(SOURCE, [ended(1.9, Outcome.UNCHANGED)], NOW).late
    on_demand = Source("a", "a", "", "", "feed", (), every_s=0)
    assert not health_of(on_demand, good, NOW).late
    assert not health_of(SOURCE, [], NOW).late
    assert health_of(SOURCE, [], NOW).never
    assert not health_of(SOURCE, good, NOW).never
    assert not health_of(with_status(SOURCE, Status.PAUSED, NOW), good, NOW).late, "it may sleep"
    assert health_of(SOURCE, [ended(1, Outcome.FAILED), ended(9, Outcome.FAILED)], NOW).late


def test_lateness_follows_the_longer_of_what_we_and_the_source_decided() -> None:
    asks = replace(SOURCE, cursor=Cursor(declared=Rhythm(polling_s=3 * 86_400)))
    assert not health_of(asks, [ended(5.9, Outcome.UNCHANGED)], NOW).late
    assert health_of(asks, [ended(6.1, Outcome.UNCHANGED)], NOW).late
    hasty = replace(SOURCE, cursor=Cursor(declared=Rhythm(polling_s=60, update_s=60)))
    assert not health_of(hasty, [ended(1.9, Outcome.UNCHANGED)], NOW).late
    yearly = replace(SOURCE, cursor=Cursor(declared=Rhythm(update_s=365 * 86_400)))
    assert health_of(yearly, [ended(14.1, Outcome.UNCHANGED)], NOW).late, "a week at most"
    on_demand = replace(asks, every_s=0)
    assert not health_of(on_demand, [ended(99, Outcome.UNCHANGED)], NOW).late


@pytest.mark.parametrize(
    ("update_s", "days_ago", "stale"),
    [(86_400, 12, True), (86_400, 1.9, False), (30 * 86_400, 12, False), (0, 999, False)],
)
def test_data_is_stale_against_what_the_source_declares(
    update_s: int, days_ago: float, stale: bool
) -> None:
    source = replace(SOURCE, cursor=Cursor(declared=Rhythm(update_s=update_s)))
    changed = NOW - days_ago * DAY
    visited = [ended(0.1, Outcome.UNCHANGED)]
    health = health_of(source, visited, NOW, changed)
    assert (health.late, health.stale, health.changed) == (False, stale, changed)
    assert not health_of(with_status(source, Status.PAUSED, NOW), visited, NOW, changed).stale
    assert not health_of(source, visited, NOW).stale, "nothing ever came"


@pytest.mark.parametrize(
    ("report", "cause"),
    [
        (failed("MED-H102"), Cause.NAME),
        (failed("MED-H112"), Cause.CREDENTIALS),
        (failed("MED-H103", "refused"), Cause.REFUSED),
        (failed("MED-H103", "certificate"), Cause.CERTIFICATE),
        (failed("MED-H103", "timeout"), Cause.TIMEOUT),
        (failed("MED-H103"), Cause.UNREACHABLE),
        (failed("MED-H103", "of a later version"), Cause.UNREACHABLE),
        ({"error": {"code": "MED-H103", "cause": ["odd"]}}, Cause.UNREACHABLE),
        (failed("MED-H108"), Cause.TIMEOUT),
        (failed("MED-H109", "", 301, 404), Cause.MISSING),
        (failed("MED-H109", "", 410), Cause.MISSING),
        (failed("MED-H109", "", 403), Cause.DENIED),
        (failed("MED-H109", "", 200, 503), Cause.SERVER),
        (failed("MED-H109", "", 418), Cause.ANSWER),
        (failed("MED-H107"), Cause.INCOMPLETE),
        (failed("MED-H201"), Cause.UNREADABLE),
        (failed("MED-H303"), Cause.STREAM),
        ({"holds": [{"code": "MED-H400"}]}, Cause.DECISION),
        (failed("MED-H101"), Cause.ADDRESS),
        (failed("OSError"), Cause.UNKNOWN),
        ({"error": "odd", "requests": [3]}, Cause.UNKNOWN),
        ({"error": {"code": "MED-H109"}, "requests": [3]}, Cause.ANSWER),
        ({}, Cause.UNKNOWN),
    ],
)  # fmt: skip
def test_the_likely_cause_is_named(report: dict[str, Any], cause: Cause) -> None:
    assert cause_of(Report(report)) is cause


def test_b5_a_harvest_dated_in_the_future_does_not_hide_that_a_source_is_late() -> None:
    """The clock was 40 days ahead for one harvest; the next ones are dated right, and fail."""
    source = replace(SOURCE, every_s=86_400)
    harvests = [ended(0.1, Outcome.FAILED), ended(4, Outcome.FAILED), ended(-40, Outcome.COMMITTED)]
    health = health_of(source, harvests, NOW)
    assert (health.good, health.late) == (NOW - 4 * DAY, True)
    assert health_of(source, harvests[2:], NOW).good == NOW, "nobody knows better"


def test_b5_no_age_of_a_source_is_negative() -> None:
    changed = ended(-40, Outcome.COMMITTED)
    changed = replace(changed, first_seq=1, last_seq=1)
    source = replace(SOURCE, cursor=Cursor(declared=Rhythm(update_s=86_400)))
    health = health_of(source, [ended(5, Outcome.UNCHANGED), changed], NOW, NOW + 40 * DAY)
    assert (health.changed, health.stale) == (NOW - 5 * DAY, True)
    assert health_of(source, [changed], NOW, NOW + 40 * DAY).changed == NOW
    assert health_of(source, [], NOW, NOW + 40 * DAY).changed == NOW
