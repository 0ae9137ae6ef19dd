"""Hours as a week: typed as people write them, shown where they fit."""

import pytest

from registry.web.workspace.hours_grid import typed_week, week_of


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ({"hours-Mo-1": "9h-12h"}, "Mo 09:00-12:00"),
        ({"hours-Mo-1": "9 h – 12 h 30"}, "Mo 09:00-12:30"),
        ({"hours-Mo-1": "de 9h à 12h"}, "Mo 09:00-12:00"),
        ({"hours-Mo-1": "9:05 to 12:00"}, "Mo 09:05-12:00"),
        ({"hours-Mo-1": "9-12"}, "Mo 09:00-12:00"),
        ({"hours-Mo-1": "14\u202fh\u00a0– 18\u202fh"}, "Mo 14:00-18:00"),
        ({"hours-Sa-2": "20h-0h"}, "Sa 20:00-24:00"),
        ({"hours-Tu-1": "9h-12h", "hours-We-1": "9h-12h"}, "Tu,We 09:00-12:00"),
        (
            {f"hours-{day}-1": "9h-12h" for day in ("Mo", "Tu", "We", "Fr")},
            "Mo-We,Fr 09:00-12:00",
        ),
        (
            {"hours-Mo-1": "9h-12h", "hours-Mo-2": "14h-18h", "hours-PH": "y"},
            "Mo 09:00-12:00,14:00-18:00; PH off",
        ),
        ({"hours-PH": "y"}, ""),
    ],
)
def test_a_week_is_read_as_people_type_it(typed: dict[str, str], hours: str) -> None:
    week, wrong = typed_week(typed)
    assert (week.hours, wrong) == (hours, {})


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"hours-Mo-1": "matin"}, {"hours-Mo-1": "form"}),
        ({"hours-Mo-1": "9h"}, {"hours-Mo-1": "form"}),
        ({"hours-Mo-1": "25h-26h"}, {"hours-Mo-1": "form"}),
        ({"hours-Mo-1": "9h75-12h"}, {"hours-Mo-1": "form"}),
        ({"hours-Mo-1": "12h-9h"}, {"hours-Mo-1": "order"}),
        ({"hours-Mo-1": "9h-12h", "hours-Mo-2": "11h-18h"}, {"hours-Mo-2": "order"}),
        ({"hours-Mo-1": "9h-12h" * 5_000}, {"hours-Mo-1": "form"}),
        ({"hours-Mo-1": "<script>"}, {"hours-Mo-1": "form"}),
    ],
)
def test_what_is_no_opening_is_said(typed: dict[str, str], wrong: dict[str, str]) -> None:
    assert typed_week(typed)[1] == wrong


@pytest.mark.parametrize(
    "hours",
    [
        "Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00",
        "Mo-Fr 09:00-18:00; We off; PH off",
        "Mo,We 9:00-12:00",
        "Sa 20:00-24:00",
        "09:00-12:00",
    ],
)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_what_a_week_shows_is_typed_back_to_the_same(hours: str, lang: str) -> None:
    week = week_of(hours)
    assert week is not None
    assert typed_week(week.cells(lang)) == (week, {})
    assert week_of(week.hours) == week


@pytest.mark.parametrize(
    "hours",
    [
        "", "24/7", "Mo 09:00+", "SH off", "week 1-10 Mo 09:00-10:00", "Mo[1] 09:00-10:00",
        "Fr-Mo 09:00-10:00", "Apr-Sep Mo 09:00-10:00", "PH 09:00-12:00", "Mo 22:00-02:00",
        "Mo 08:00-09:00,10:00-11:00,12:00-13:00", "sunrise-sunset", "Mo-Fr", "lundi matin",
        'Mo 09:00-12:00 "sur rendez-vous"', "Mo 09:00-12:00 || Tu 09:00-12:00",
    ],
)  # fmt: skip
def test_what_a_week_cannot_show_is_left_alone(hours: str) -> None:
    assert week_of(hours) is None
