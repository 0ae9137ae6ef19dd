"""The hours of a day in words."""

from datetime import UTC, datetime

import pytest

from registry.search.hours import week
from registry.web.places.week import day_in_words
from tests.registry.web.network_of_tests import plain

_WEDNESDAY = datetime(2026, 3, 4, 11, tzinfo=UTC)
_SLOTS = ",".join(f"{hour:02}:00-{hour:02}:30" for hour in range(8, 15))


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ("Mo-Fr 09:00-12:00", "9 h – 12 h"),
        ("We 09:30-12:00,14:00-24:00", "9 h 30 – 12 h, 14 h – 24 h"),
        ("Mo 09:30-24:00", "fermé"),
        (f"Mo-Su {_SLOTS}", "7 créneaux, de 8 h à 14 h 30"),
    ],
)
def test_a_day(hours: str, words: str) -> None:
    _monday, _tuesday, wednesday, *_rest = week(hours, "83", _WEDNESDAY)
    assert plain(day_in_words(wednesday)) == words
