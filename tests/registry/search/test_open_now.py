"""Nobody is sent to a closed door: what is open when, by the calendars of the place."""

from datetime import date, datetime, time

import pytest

from registry.search.hours import Day, open_state, opens_at, week

TUESDAY_IN_TERM = "2026-11-10T10:30"
TUESDAY_IN_HOLIDAYS = "2026-10-20T10:30"  # Toussaint, all zones
WEDNESDAY_OF_ZONE_A = "2026-02-11T10:30"  # winter holidays of zone A alone
SECOND_CHRISTMAS_DAY = "2025-12-26T10:30"  # a Friday, in the Christmas holidays


at = datetime.fromisoformat
"""A moment by the clock of the place."""


def state_of(hours: str, departement: str, moment: str) -> str:
    state = open_state(hours, departement, at(moment))
    state_name = "unknown" if state is None else "open" if state.is_open else "closed"
    known = {"open": True, "closed": False}
    assert opens_at(hours, departement, at(moment)) is known.get(state_name)
    return state_name


@pytest.mark.parametrize(
    ("hours", "departement", "moment", "expected"),
    [
        # School holidays.
        ("SH Mo-Fr 10:00-12:00", "75", TUESDAY_IN_TERM, "closed"),
        ("SH Mo-Fr 10:00-12:00", "75", TUESDAY_IN_HOLIDAYS, "open"),
        ("SH Mo-Fr 10:00-12:00", "75", "2026-10-24T10:30", "closed"),  # a Saturday of them
        ("Mo-Fr SH 10:00-12:00", "75", TUESDAY_IN_TERM, "closed"),
        ("Mo-Fr SH 10:00-12:00", "75", TUESDAY_IN_HOLIDAYS, "open"),
        ("Mo-Fr SH,PH 10:00-12:00", "75", TUESDAY_IN_TERM, "closed"),
        ("Mo-Fr 09:00-12:00; Mo, Tu SH off", "75", TUESDAY_IN_TERM, "open"),
        ("Mo-Fr 09:00-12:00; Mo, Tu SH off", "75", TUESDAY_IN_HOLIDAYS, "closed"),
        ("Jan-Dec Tu SH 10:00-12:00", "75", TUESDAY_IN_TERM, "closed"),
        ("SH 10:00-12:00", "75", TUESDAY_IN_TERM, "closed"),
        ("SH 10:00-12:00", "75", TUESDAY_IN_HOLIDAYS, "open"),
        ("Mo-Fr 09:00-12:00; SH off", "75", TUESDAY_IN_TERM, "open"),
        ("Mo-Fr 09:00-12:00; SH off", "75", TUESDAY_IN_HOLIDAYS, "closed"),
        ("Mo-Fr 09:00-12:00; SH We off", "69", WEDNESDAY_OF_ZONE_A, "closed"),
        ("Mo-Fr 09:00-12:00; SH We off", "75", WEDNESDAY_OF_ZONE_A, "open"),
        ("Mo-Fr 09:00-12:00; SH We off", "44", WEDNESDAY_OF_ZONE_A, "open"),
        ("Mo-Fr 09:00-12:00; SH off", "974", TUESDAY_IN_TERM, "unknown"),
        ("Mo-Fr 09:00-12:00; SH off", "2A", TUESDAY_IN_TERM, "unknown"),
        ("Mo-Fr 09:00-12:00; SH off", "", TUESDAY_IN_TERM, "unknown"),
        ("Mo-Fr 09:00-12:00; SH off", "75", "2031-11-12T10:30", "unknown"),
        ("Mo-Fr 09:00-12:00; SH 09:00-12:00", "974", TUESDAY_IN_TERM, "open"),  # either way
        ("Mo-Fr 14:00-18:00; SH off", "974", TUESDAY_IN_TERM, "closed"),
        ("PH,SH Mo-Fr 10:00-12:00", "75", TUESDAY_IN_TERM, "closed"),
        ("PH,SH off; Mo[1] 09:00-12:00", "75", TUESDAY_IN_TERM, "closed"),
        ('Mo-Fr 09:00-12:00 "SH off; fermé"', "75", TUESDAY_IN_HOLIDAYS, "open"),  # a comment
        # Nobody means these: days past all calendars, readings past counting.
        ("Mo-Fr 09:00-12:00; PH +9999999999 days off", "75", TUESDAY_IN_TERM, "unknown"),
        (f"Mo-Fr 09:00-12:00; PH -{'9' * 5000} days off", "75", TUESDAY_IN_TERM, "unknown"),
        ("Mo-Fr 09:00-12:00; " + "; ".join(f"SH +{n} day off" for n in range(1, 60)), "975",
         TUESDAY_IN_TERM, "unknown"),
        # An hour over which the clock leaps, and one that it shows twice.
        ("24/7", "75", "2026-03-29T02:30", "open"),
        ("Su 10:00-12:00", "75", "2026-03-29T02:30", "closed"),
        ("24/7", "75", "2026-10-25T02:30", "open"),
        # As hours that hold on one day only are written.
        ("Tu 09:30-12:00; SH off; Mo 09:00-12:00", "75", TUESDAY_IN_TERM, "open"),
        ("Tu 09:30-12:00; SH off; Mo 09:00-12:00", "75", TUESDAY_IN_HOLIDAYS, "closed"),
        ("Mo 09:30-12:00; SH off; Tu 09:00-12:00", "75", TUESDAY_IN_HOLIDAYS, "open"),
        ("Sa 09:00-12:00; PH off; Fr 09:00-12:00", "67", SECOND_CHRISTMAS_DAY, "open"),
        # Public holidays.
        ("Mo-Fr 09:00-12:00; PH off", "67", SECOND_CHRISTMAS_DAY, "closed"),
        ("Mo-Fr 09:00-12:00; PH off", "57", SECOND_CHRISTMAS_DAY, "closed"),
        ("Mo-Fr 09:00-12:00; PH off", "75", SECOND_CHRISTMAS_DAY, "open"),
        ("Mo-Fr 09:00-12:00; PH off", "", SECOND_CHRISTMAS_DAY, "unknown"),
        ("Mo-Fr 09:00-12:00; PH off", "", "2026-12-25T10:30", "closed"),
        ("Mo-Fr 09:00-12:00; PH off", "68", "2026-04-03T10:30", "unknown"),  # Good Friday
        ("Mo-Fr 09:00-12:00; PH off", "972", "2026-05-22T10:30", "closed"),  # abolition
        ("Mo-Fr 09:00-12:00; PH off", "971", "2026-05-22T10:30", "open"),
        ("Mo-Fr 09:00-12:00; PH off", "988", "2026-09-24T10:30", "closed"),
        ("Mo-Sa,PH 09:00-12:00", "75", "2026-11-01T10:30", "open"),  # a Sunday
        ("Mo-Sa,PH 09:00-12:00", "75", "2026-11-08T10:30", "closed"),
        # Days before and after holidays.
        ("PH -1 day 09:00-12:00", "75", "2026-11-10T10:30", "open"),
        ("PH -1 day 09:00-12:00", "75", "2026-11-11T10:30", "closed"),
        ("Mo-Fr 09:00-12:00; PH -1 day off", "75", "2026-12-24T10:30", "closed"),
        ("Mo-Fr 09:00-12:00; PH -1 day off", "75", "2026-12-25T10:30", "open"),
        ("Mo-Fr 09:00-12:00; PH,PH +1 day off", "75", "2026-05-15T10:30", "closed"),
        ("Mo-Fr 09:00-12:00; PH +1 day off", "", "2025-12-27T10:30", "closed"),  # a Saturday
        ("Mo-Sa 09:00-12:00; PH +1 day off", "", "2025-12-27T10:30", "unknown"),
        # Closures that every later rule replaces: what was meant?
        ("PH off; Mo-Fr 09:00-12:00", "75", "2026-12-25T10:30", "unknown"),
        ("PH off, Mo-Fr 09:00-12:00", "75", "2026-12-25T10:30", "unknown"),
        ("PH,SH off; Mo-Fr 09:00-12:00", "75", TUESDAY_IN_HOLIDAYS, "unknown"),
        ('SH off "congés"; PH closed; Mo-Fr 09:00-12:00;', "2A", TUESDAY_IN_TERM, "unknown"),
        ("PH off; Mo-Fr 09:00-12:00", "75", TUESDAY_IN_TERM, "open"),
        ("PH off; Mo-Fr 09:00-12:00", "75", "2026-12-25T15:30", "closed"),
        ("Jul-Aug off; Mo-Fr 09:00-12:00", "75", "2026-08-11T10:30", "unknown"),
        ("Jul-Aug off; Mo-Fr 09:00-12:00", "75", "2026-08-15T10:30", "closed"),  # a Saturday
        ("Jul-Aug off; Mo-Fr 09:00-12:00", "75", TUESDAY_IN_TERM, "open"),
        ("Jul 14-Aug 15: off, Mo-Fr 09:00-12:00", "75", "2026-08-11T10:30", "unknown"),
        ("AUG OFF; Mo-Fr 09:00-12:00", "75", "2026-08-11T10:30", "unknown"),
        ("Dec 24,Dec 31 off; Mo-Fr 09:00-12:00", "75", "2026-12-31T10:30", "unknown"),
        ("2026 Nov 09-2026 Nov 13 off; Mo-Fr 09:00-12:00", "75", TUESDAY_IN_TERM, "unknown"),
        ("2026 Nov 09-2026 Nov 13 off; Mo-Fr 09:00-12:00", "75", "2027-11-09T10:30", "open"),
        ("week 46 closed; Mo-Fr 09:00-12:00", "75", TUESDAY_IN_TERM, "unknown"),
        ("Nov Tu off; Mo-Fr 09:00-12:00", "75", TUESDAY_IN_TERM, "unknown"),
        ("Aug off; PH off; Mo-Fr 09:00-12:00", "75", "2026-08-11T10:30", "unknown"),
        ("Aug,PH off; Mo-Fr 09:00-12:00", "75", "2026-12-25T10:30", "unknown"),
        ("Aug off; Sep-Jul Tu 09:00-12:00; Mo-Fr 09:00-12:00", "75", "2026-08-11T10:30", "unknown"),
        # The order decides nothing, or a narrower date is meant to come after a wider one.
        ("Aug off; Sep-Jul Mo-Fr 09:00-12:00", "75", "2026-08-11T10:30", "closed"),
        ("Aug off; Aug 11 09:00-12:00", "75", "2026-08-11T10:30", "open"),
        ("Mo-Fr 09:00-12:00; Aug off", "75", "2026-08-11T10:30", "closed"),
        ("off; Mo-Fr 09:00-12:00", "75", TUESDAY_IN_TERM, "open"),
        ("Mo-Su off; Tu 09:00-12:00", "75", TUESDAY_IN_TERM, "open"),
        ("Mo-Fr 09:00-12:00, Aug off; Sa 09:00-12:00", "75", TUESDAY_IN_TERM, "open"),
        # Ranges that cannot be meant: empty, reversed, begun in the night.
        ("Mo-Fr 14:00-14:00", "75", TUESDAY_IN_TERM, "unknown"),
        ("Mo-Fr 17:00-12:00", "75", TUESDAY_IN_TERM, "unknown"),
        ("Tu 03:30-12:30,13:30-14:30", "75", "2026-11-10T04:00", "unknown"),
        ("Tu 03:30-12:30,13:30-14:30", "75", "2026-11-10T14:00", "unknown"),
        ("Fr 22:00-24:00; Sa 00:00-02:00", "75", "2026-11-14T01:00", "open"),
        ("Fr 22:00-26:00", "75", "2026-11-14T01:00", "open"),
        ("Tu 05:00-12:00", "75", TUESDAY_IN_TERM, "open"),
        # No time, no state.
        ("Mo-Su", "75", "2026-11-10T03:00", "unknown"),
        ("Mo-Fr", "75", TUESDAY_IN_TERM, "unknown"),
        ("Mo-Fr", "75", "2026-11-14T10:30", "closed"),
        ("Mo-Fr open", "75", TUESDAY_IN_TERM, "unknown"),
        ("Nov", "75", TUESDAY_IN_TERM, "unknown"),
        ("Mo-Fr 09:00-12:00, Sa", "75", "2026-11-14T10:30", "unknown"),
        ("Mo-Fr 09:00-12:00; Sa", "75", TUESDAY_IN_TERM, "open"),
        ('"sur rendez-vous"', "75", TUESDAY_IN_TERM, "unknown"),
        ('Mo-Fr "sur rendez-vous"', "75", TUESDAY_IN_TERM, "unknown"),
        ('Mo-Fr 09:00-12:00 || "sur rendez-vous"', "75", TUESDAY_IN_TERM, "open"),
        ("Mo-Fr 09:00+", "75", TUESDAY_IN_TERM, "unknown"),
        ("sunrise-sunset", "75", TUESDAY_IN_TERM, "unknown"),
        # Near misses: said, and so known.
        ("24/7", "75", "2026-11-10T03:00", "open"),
        ("Mo-Su 00:00-24:00", "75", "2026-11-10T03:00", "open"),
        ("Mo-Su; PH off", "75", "2026-12-25T03:00", "closed"),
        ("Mo-Fr 09:00-12:00; Dec 25,Jan 01 off", "75", "2026-12-25T10:30", "closed"),
        ("off", "75", TUESDAY_IN_TERM, "closed"),
        ("Fr 20:00-02:00", "75", "2026-11-14T01:00", "open"),
        ("lundi", "75", TUESDAY_IN_TERM, "unknown"),
        ("", "75", TUESDAY_IN_TERM, "unknown"),
    ],
)  # fmt: skip
def test_a7_open_is_said_when_it_is_known(
    hours: str, departement: str, moment: str, expected: str
) -> None:
    assert state_of(hours, departement, moment) == expected


def test_a7_the_next_change_looks_at_the_calendar() -> None:
    state = open_state("We-Fr 09:00-12:00; PH off", "67", at("2025-12-24T15:00"))
    assert state is not None
    assert state.next_change is not None
    assert state.next_change.date() == date(2025, 12, 31), "25 and 26 December are holidays"
    unknown = open_state("Mo-Fr 09:00-12:00; SH off", "974", at("2026-11-14T15:00"))
    assert unknown is not None
    assert not unknown.is_open, "a Saturday, whatever the calendar"
    assert unknown.next_change is None, "whether Monday is in the holidays is not known"


def test_a7_the_next_change_is_unknown_where_the_order_decides() -> None:
    hours = "Aug off; Mo-Fr 09:00-12:00"
    before = open_state(hours, "75", at("2026-07-31T10:30"))
    after = open_state(hours, "75", at("2026-07-31T12:30"))
    assert before is not None
    assert before.next_change == datetime.fromisoformat("2026-07-31T12:00+02:00")
    assert after is not None
    assert after.next_change is None
    days = week(hours, "75", at("2026-07-31T10:30"))
    assert [day.is_known for day in days] == [True] * 7
    days = week(hours, "75", at("2026-08-04T10:30"))
    assert [day.is_known for day in days] == [False] * 5 + [True] * 2


def test_a7_a_week_leaves_unknown_days_open() -> None:
    days = week("Mo,Tu 09:00-12:00; SH off; We", "974", at("2026-11-10T15:00"))
    assert [day.is_known for day in days] == [False, False, False, True, True, True, True]
    assert not any(day.spans for day in days)
    assert week("Mo-Su", "75", at("2026-11-10T15:00")) == ()
    monday = week("Mo 09:00-12:00; PH off", "75", at("2026-11-10T15:00"))[0]
    assert monday == Day(date(2026, 11, 9), ((time(9), time(12)),), is_known=True)


@pytest.mark.parametrize(
    ("hours", "departement", "moment", "unconfirmed"),
    [
        ("Mo-Fr 09:00-12:00", "75", "2026-12-25T10:00", True),
        ("Mo-Fr 09:00-12:00; SH 09:00-11:00", "75", "2026-12-25T10:00", True),
        ('Mo-Fr 09:00-12:00 "PH"', "75", "2026-12-25T10:00", True),
        ("Fr 09:00-12:00", "67", SECOND_CHRISTMAS_DAY, True),
        ("Fr 09:00-12:00", "75", SECOND_CHRISTMAS_DAY, False),  # no holiday there
        ("Mo-Fr 09:00-12:00", "75", "2026-12-25T13:00", False),  # closed anyway
        ("Mo-Fr 09:00-12:00; PH 10:00-12:00", "75", "2026-12-25T10:00", False),
        ("24/7", "75", "2026-12-25T10:00", False),
        ("Mo-Fr 09:00-12:00", "75", "2026-12-24T10:00", False),
    ],
)
def test_a7_a_public_holiday_that_the_hours_do_not_mention(
    hours: str, departement: str, moment: str, unconfirmed: bool
) -> None:
    state = open_state(hours, departement, at(moment))
    assert state is not None
    assert state.unconfirmed_holiday is unconfirmed
