"""Hours as weeks of periods: typed as people write them, shown where they fit."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.hours.closure import Closure, closed, closure_of
from registry.hours.reading import schedule_of
from registry.hours.schedule import DAYS, Block, Period, Schedule
from registry.search.hours import hours_on
from registry.web.workspace.closing import typed_closure
from registry.web.workspace.fields import HOURS, Typed, typed_from
from registry.web.workspace.hours_grid import schedule_cells, typed_schedule

JUNE = {"hours2-when": "dates", "hours2-from-day": "15", "hours2-from-month": "6",
        "hours2-to-day": "31", "hours2-to-month": "8"}  # fmt: skip
AUGUST = JUNE | {"hours2-from-day": "1", "hours2-from-month": "8"}
MONDAY = {"hours-Mo-1": "9h-12h"}


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        (MONDAY, "Mo 09:00-12:00"),
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
            {"hours-Mo-1": "9h-12h", "hours-Mo-2": "14h-18h", "hours-PH": "y", "hours-SH": "y"},
            "Mo 09:00-12:00,14:00-18:00; PH off; SH off",
        ),
        ({"hours-PH": "y"}, ""),
        ({"hours-when": "always"}, ""),
        (
            MONDAY | {"hours-when": "odd", "hours2-when": "even", "hours2-Tu-1": "14h-18h"},
            "week 01-53/2 Mo 09:00-12:00; week 02-52/2 Tu 14:00-18:00",
        ),
        (
            MONDAY | {"hours-Tu-1": "9h-12h"} | JUNE | {"hours2-Mo-1": "10h-12h"},
            "Mo,Tu 09:00-12:00; Jun 15-Aug 31 Mo 10:00-12:00; Jun 15-Aug 31 Tu off",
        ),
        (MONDAY | AUGUST, "Mo 09:00-12:00; Aug off"),
        (
            AUGUST | {"hours2-Mo-1": "10h-12h"} | {"hours3-when": "even", "hours3-Tu-1": "9h-12h"},
            "week 02-52/2 Tu 09:00-12:00; Aug Mo 10:00-12:00; Aug Tu off",
        ),
    ],
)
def test_weeks_are_read_as_people_type_them(typed: dict[str, str], hours: str) -> None:
    schedule, wrong = typed_schedule(typed)
    assert (schedule.hours, wrong) == (hours, {})


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
        ({"hours2-Mo-1": "9h-12h"}, {"hours2-when": "when"}),
        (MONDAY | {"hours2-when": "always", "hours2-Mo-1": "9-12"}, {"hours2-when": "overlap"}),
        (MONDAY | {"hours2-when": "never"}, {"hours2-when": "when"}),
        (MONDAY | {"hours2-when": "odd", "hours3-when": "odd"}, {"hours3-when": "overlap"}),
        (MONDAY | AUGUST | {"hours2-from-day": "x"}, {"hours2-when": "date"}),
        (MONDAY | AUGUST | {"hours2-to-month": "6"}, {"hours2-when": "date"}),
        (AUGUST, {"hours-when": "alone"}),
        (
            MONDAY | JUNE | {n.replace("2", "3", 1): v for n, v in AUGUST.items()},
            {"hours3-when": "overlap"},
        ),
    ],
)
def test_what_is_no_opening_is_said(typed: dict[str, str], wrong: dict[str, str]) -> None:
    assert typed_schedule(typed) == (Schedule(), wrong)


@pytest.mark.parametrize(
    "hours",
    [
        "Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00",
        "Mo-Fr 09:00-18:00; We off; PH off",
        "Mo,We 9:00-12:00",
        "Sa 20:00-24:00",
        "09:00-12:00",
        "PH,SH off; Mo 09:00-12:00",
        "week 1-53/2 Mo 09:00-12:00; week 02-52/2 Mo 14:00-18:00; SH off",
        "Mo-Sa 09:00-17:00; Jul-Aug Mo-Fr 09:00-12:00",
        "Mo 09:00-12:00; Nov 15-Feb 10 off; Mar 1-5: Mo 10:00-12:00",
        "Mo-Fr 09:00-12:00; week 02-52/2 Mo off; Aug off; Dec 24 Mo-Su 10:00-11:00",
    ],
)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_what_weeks_show_is_typed_back_to_the_same(hours: str, lang: str) -> None:
    schedule = schedule_of(hours)
    assert schedule is not None
    cells = schedule_cells(schedule, lang)
    assert cells is not None
    assert typed_schedule(cells) == (schedule, {})
    assert schedule_of(schedule.hours) == schedule
    assert_same_days(hours, schedule.hours)


def assert_same_days(hours: str, written: str) -> None:
    """Every day of a year whose weeks begin anew, the evaluator of the pages gives both alike."""
    for day in (date(2026, 1, 1) + timedelta(days=n) for n in range(0, 420, 3)):
        one = hours_on(hours, "83", day)
        if one.is_known:  # "PH off" before other rules is understood in two ways
            assert one == hours_on(written, "83", day), day


@pytest.mark.parametrize(
    "hours",
    [
        "", "24/7", "Mo 09:00+", "SH off", "week 1-10 Mo 09:00-10:00", "Mo[1] 09:00-10:00",
        "Fr-Mo 09:00-10:00", "PH 09:00-12:00", "Mo 22:00-02:00", "Mo off", "Aug off",
        "Mo 08:00-09:00,10:00-11:00,12:00-13:00", "sunrise-sunset", "Mo-Fr", "lundi matin",
        'Mo 09:00-12:00 "sur rendez-vous"', "Mo 09:00-12:00 || Tu 09:00-12:00",
        "SH off; Jul Mo 09:00-12:00", "Jul Mo 09:00-12:00; Mo 14:00-18:00",
        "Mo 09:00-12:00; Jul-Aug off; Aug Tu 09:00-12:00", "Mo 09:00-12:00; Feb 30 off",
        "week 02-52/2 Mo 09:00-12:00; Aug Tu 09:00-12:00", "2026 Aug off; Mo 09:00-12:00",
        "Mo 09:00-12:00; Jul-Aug 15 off", "week 2-51/2 Mo 09:00-12:00", "Mo" + " " * 20_000 + "x",
    ],
)  # fmt: skip
def test_what_weeks_cannot_show_is_left_alone(hours: str) -> None:
    assert schedule_of(hours) is None
    if hours:
        assert typed_from({HOURS: hours}, "fr").asked({}) == {HOURS: hours}


minutes = st.integers(0, 287).map(lambda n: n * 5)


@st.composite
def openings(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    times = sorted(draw(st.sets(minutes, min_size=2, max_size=4)))
    pairs = tuple(zip(times[::2], times[1::2], strict=False))
    return tuple(pair for pair in pairs if pair[0] >= 300)


weeks = st.dictionaries(st.sampled_from(DAYS), openings(), max_size=7).map(
    lambda days: {day: spans for day, spans in days.items() if spans}
)
SEASONS = (Period("dates", (1, 10), (2, 29)), Period("dates", (6, 1), (8, 31)),
           Period("dates", (11, 15), (1, 2)), Period("dates", (10, 4), (10, 4)))  # fmt: skip
PERIODS = (Period(), Period("odd"), Period("even"), *SEASONS)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    held = draw(st.sets(st.sampled_from(PERIODS), min_size=1, max_size=4))
    blocks = [Block(one, draw(weeks)) for one in sorted(held, key=PERIODS.index)]
    kept = tuple(one for one in blocks if one.days or one.period != Period())
    off = draw(st.sets(st.sampled_from(("PH", "SH"))))
    return Schedule(kept, frozenset(off))


closures = st.none() | st.builds(
    Closure,
    st.dates(date(2020, 1, 1), date(2029, 12, 31)),
    st.none() | st.dates(date(2030, 1, 1), date(2031, 1, 1)),
    st.sampled_from(("", "travaux", "déménagement : 2e étage")),
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(schedules(), closures, st.sampled_from(("fr", "en")))
def test_what_is_read_is_written_back_equal(
    schedule: Schedule, closure: Closure | None, lang: str
) -> None:
    if not any(block.days for block in schedule.blocks):
        return
    text = closed(schedule.hours, closure)
    assert closure_of(text) == (schedule.hours, closure)
    assert schedule_of(schedule.hours) == schedule
    form = typed_from({HOURS: text}, lang)
    assert HOURS not in form.cells
    assert form.asked({}) == {HOURS: text}


@settings(max_examples=12, deadline=None, derandomize=True)
@given(schedules(), st.sets(st.dates(date(2026, 1, 1), date(2027, 2, 1)), min_size=40))
def test_the_evaluator_opens_when_the_form_says(schedule: Schedule, days: set[date]) -> None:
    if not any(block.days for block in schedule.blocks):
        return
    written = Schedule(schedule.blocks).hours
    for day in days:
        held = [one for one in schedule.blocks if holds(one.period, day)]
        expected = held[-1].days.get(DAYS[day.weekday()], ()) if held else ()
        found = hours_on(written, "83", day).spans
        assert [to_minutes(a) for a, _b in found] == [a for a, _b in expected], (written, day)


def holds(period: Period, day: date) -> bool:
    if period.kind != "dates":
        return {"odd": 1, "even": 0}.get(period.kind, day.isocalendar().week % 2) == (
            day.isocalendar().week % 2
        )
    at = (day.month, day.day)
    if period.first <= period.last:
        return period.first <= at <= period.last
    return at >= period.first or at <= period.last


def to_minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


@pytest.mark.parametrize(
    ("cells", "rule", "wrong"),
    [
        ({"closed-from": "2026-12-01"}, "", {}),
        ({"state": "closed"}, "2026 Mar 04+ off", {}),
        ({"state": "closed", "closed-from": "2026-12-01", "closed-to": "2027-03-15",
          "closed-why": ' "travaux" ; du\ntoit'},
         "2026 Dec 01-2027 Mar 15 off \"'travaux' , du toit\"", {}),
        ({"state": "closed", "closed-from": "2026-12-01", "closed-to": "2026-12-01"},
         "2026 Dec 01 off", {}),
        ({"state": "closed", "closed-from": "hier"}, "", {"closed-from": "date"}),
        ({"state": "closed", "closed-to": "2026-02-30"}, "", {"closed-to": "date"}),
        ({"state": "closed", "closed-to": "2026-03-03"}, "", {"closed-to": "order"}),
    ],
)  # fmt: skip
def test_a_closure_is_the_last_rule(
    cells: dict[str, str], rule: str, wrong: dict[str, str], stopped_clock: datetime
) -> None:
    closure, found = typed_closure(cells)
    assert (closure.rule if closure else "", found) == (rule, wrong)
    if closure:
        for hours in ("", "Mo 09:00-12:00", "24/7"):
            assert closure_of(closed(hours, closure)) == (hours, closure)


@pytest.mark.parametrize(
    "hours",
    ["Mo 09:00-12:00; 2026 Feb 30 off", "2026 Aug 01-2026 Jul 01 off", '"x; 2026 Aug 01 off"',
     "2026 Aug 01 off; Mo 09:00-12:00", "0000 Jan 01 off", "Aug 01 off"],
)  # fmt: skip
def test_what_is_no_closure_stays(hours: str) -> None:
    assert closure_of(hours) == (hours, None)
    form = typed_from({HOURS: hours}, "fr")
    assert isinstance(form, Typed)
    assert form.asked({HOURS: hours}) == {HOURS: hours}
