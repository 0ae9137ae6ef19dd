"""What the harvests of a source remember is written as it always was, and read whole."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from registry.ledger.cursor import MAX_WAIT_S, Cursor, Rhythm, cursor_of

NOON = datetime(2026, 3, 4, 12, 0, 0, 7, UTC)
KEPT = [
    {},
    {"reader": "dump", "etag": '"a"', "digests": ["x"]},
    {
        "reader": "ldes",
        "unknown": {"a": [1, None]},
        "read_whole": "2026-03-04T12:00:00+00:00",
    },
    {"missing": {"urn:a": "2026-03-04T12:00:00.000007+00:00"}, "declared": {"update_s": 86_400}},
    {"declared": {"polling_s": 60, "update_s": 3}, "read_whole": "2026-03-04T12:00:00+00:00"},
]


@pytest.mark.parametrize("kept", KEPT)
def test_what_is_kept_is_written_again_to_the_letter(kept: dict[str, object]) -> None:
    assert json.dumps(cursor_of(kept).to_json(), sort_keys=True) == json.dumps(kept, sort_keys=True)


def test_each_part_has_a_type() -> None:
    cursor = Cursor({"reader": "x"}, {"urn:a": NOON}, Rhythm(60, 0), NOON.replace(microsecond=0))
    assert cursor_of(cursor.to_json()) == cursor
    paris = NOON.astimezone(timezone(timedelta(hours=1)))
    assert Cursor(missing={"urn:a": paris}).to_json() == Cursor(missing={"urn:a": NOON}).to_json()
    assert Cursor().to_json() == {}


def test_a_source_that_asks_for_years_is_heard_for_a_week() -> None:
    assert cursor_of({"declared": {"polling_s": 10**9}}).declared.polling_s == MAX_WAIT_S


def test_a_moment_that_is_none_is_unknown() -> None:
    assert cursor_of({"read_whole": 7}).full_read is None
