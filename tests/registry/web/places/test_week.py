"""The hours of a week as a sentence."""

from datetime import UTC, datetime

import pytest

from registry.web.places.week import week_in_words
from tests.registry.web.network_of_tests import plain

_CHRISTMAS = datetime(2026, 12, 23, 11, tzinfo=UTC)
_MARCH = datetime(2026, 3, 4, 11, tzinfo=UTC)
_SLOTS = ",".join(f"{hour:02}:00-{hour:02}:30" for hour in range(8, 15))


@pytest.mark.parametrize(
    ("hours", "moment", "words"),
    [
        ("Mo-Fr 09:00-12:00", _MARCH, "lundi à vendredi : 9 h – 12 h ; samedi et dimanche : fermé"),
        ("Mo,We 09:30-24:00", _MARCH,
         "lundi : 9 h 30 – 24 h ; mardi : fermé ; mercredi : 9 h 30 – 24 h ;"
         " jeudi à dimanche : fermé"),
        (f"Mo-Su {_SLOTS}", _MARCH, "lundi à dimanche : 7 créneaux, de 8 h à 14 h 30"),
        ("Mo-Su 10:00-12:00; PH off", _CHRISTMAS,
         "lundi à jeudi : 10 h – 12 h ; vendredi : fermé ; samedi et dimanche : 10 h – 12 h"),
        ("24/7", _MARCH, "lundi à dimanche : 0 h – 24 h"),
        ("n'importe quand", _MARCH, ""),
        ("", _MARCH, ""),
    ],
)  # fmt: skip
def test_days_alike_are_said_together(hours: str, moment: datetime, words: str) -> None:
    assert plain(week_in_words(hours, "83", moment)) == words
