"""Opening hours by the clock and the calendars of the place, which its département gives.

Nothing is open on a guess: where the text or a calendar leaves it open, the state is unknown.
Dates of public and school holidays (``PH``, ``SH``) come from the library ``holidays``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import opening_hours
from opening_hours import OpeningHours, State

from registry.search.day_rules import (
    moved_holidays,
    moves_holidays_too_far,
    names_holidays,
    names_public_holidays,
    on_day,
    orders,
)
from vocab.opening_hours import has_doubtful_range, names_no_day

if TYPE_CHECKING:
    from holidays.countries.france import France

_SCHOOL_ZONES = {
    "A": "01 03 07 15 16 17 19 21 23 24 25 26 33 38 39 40 42 43 47 58 63 64 69 70 71 73 74 79 86"
    " 87 89 90",
    "B": "02 04 05 06 08 10 13 14 18 22 27 28 29 35 36 37 41 44 45 49 50 51 52 53 54 55 56 57 59 60"
    " 61 62 67 68 72 76 80 83 84 85 88",
    "C": "09 11 12 30 31 32 34 46 48 65 66 75 77 78 81 82 91 92 93 94 95",
}
"""Code de l'éducation (arrêté fixing the school calendar). Corsica and the overseas territories
have calendars of their own, which the library does not know."""
_ZONE_OF = {code: zone for zone, codes in _SCHOOL_ZONES.items() for code in codes.split()}
_SCHOOL_KNOWN = date(2018, 1, 1), date(2028, 7, 4)
"""From the first whole year of the library to the start of the last summer that an arrêté fixes."""

_SUBDIVISIONS = {
    "57": "57", "67": "6AE", "68": "6AE", "971": "971", "972": "972", "973": "973", "974": "974",
    "975": "PM", "976": "976", "977": "BL", "978": "MF", "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip
_NATIONAL = ""
_GOOD_FRIDAY = "Vendredi saint"


@lru_cache(maxsize=4096)
def _is_public_holiday(day: date, departement: str) -> bool | None:
    """Return whether a day is a public holiday in a département (INSEE code); None if unknown.

    Good Friday is one in those communes of Alsace and Moselle only that have a Protestant church
    (Code du travail, L3134-13), so it is unknown there; without a département, so is a day that
    only some have.
    """
    if departement:
        name = _public(_SUBDIVISIONS.get(departement, _NATIONAL), day.year).get(day)
        return None if name == _GOOD_FRIDAY else name is not None
    if day in _public(_NATIONAL, day.year):
        return True
    somewhere = any(day in _public(one, day.year) for one in set(_SUBDIVISIONS.values()))
    return None if somewhere else False


@lru_cache(maxsize=4096)
def _is_school_holiday(day: date, departement: str) -> bool | None:
    """Return whether pupils of a département (INSEE code) are on holiday; None if unknown."""
    zone = _ZONE_OF.get(departement)
    first, last = _SCHOOL_KNOWN
    if zone is None or not first <= day <= last:
        return None
    return day in _school(zone, day.year)


@lru_cache(maxsize=64)
def _public(subdivision: str, year: int) -> "France":
    from holidays.countries.france import France  # a fifth of a second, for those who need it

    return France(subdiv=subdivision or None, years=year, language="fr")


@lru_cache(maxsize=64)
def _school(zone: str, year: int) -> "France":
    from holidays.constants import SCHOOL
    from holidays.countries.france import France

    return France(subdiv=f"Zone {zone}", years=year, categories=(SCHOOL,))


_ZONES = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}
_CALENDARS = {"PH": _is_public_holiday, "SH": _is_school_holiday}
_MAX_DAYS = 366
_DAYS_AHEAD = 15
_A_MONTH = 31
_LONG_ENOUGH, _DAY = 30, 24 * 60
"""Minutes for which a place must be open in a part of the day; of a day."""
# The stub of the library leaves its exceptions out.
_ParserError: type[Exception] = vars(opening_hours)["ParserError"]


@dataclass(frozen=True, slots=True)
class OpenState:
    """Whether a place is open at a moment.

    Attributes:
        is_open: what its hours say.
        next_change: when that changes next (its own clock).
        unconfirmed_holiday: it is open by its hours on a public holiday, of which they say nothing.
    """

    is_open: bool
    next_change: datetime | None
    unconfirmed_holiday: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """Opening hours of one date.

    Attributes:
        date: the date.
        spans: (start, end) pairs by the place's clock.
        is_known: whether text and calendars say it; else there are no spans.
        unconfirmed_holiday: it opens on a public holiday, of which its hours say nothing.
    """

    date: date
    spans: tuple[tuple[time, time], ...]
    is_known: bool
    unconfirmed_holiday: bool = False


def zone_of(departement: str) -> ZoneInfo:
    """Return the time zone of a département, by its INSEE code; Paris when it is unknown."""
    return ZoneInfo(_ZONES.get(departement, "Europe/Paris"))


def local_time(moment: datetime, departement: str) -> datetime:
    """Return a moment by the place's clock; a moment without a zone already is by that clock.

    An hour that the clock leaps over in spring is the one to which it leaps.
    """
    zone = zone_of(departement)
    known = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return known.astimezone(UTC).astimezone(zone)


def opens_at(hours: str, departement: str, moment: datetime) -> bool | None:
    """Return whether a place is open at a moment (aware, or by its own clock); None: not known."""
    state = _state(hours, departement, local_time(moment, departement))
    return None if state is None else state == State.OPEN


def open_state(hours: str, departement: str, moment: datetime) -> OpenState | None:
    """Give the state at a moment (aware, or by the place's own clock); None when it is unknown."""
    local = local_time(moment, departement)
    state = _state(hours, departement, local)
    if state is None:
        return None
    opens = state == State.OPEN
    return OpenState(
        opens,
        _next_change(hours, departement, local, state),
        opens and _ignores_holiday(hours, departement, local.date()),
    )


def _ignores_holiday(hours: str, departement: str, day: date) -> bool:
    """Whether a day is a public holiday, of which the hours say nothing."""
    return not names_public_holidays(hours) and bool(_is_public_holiday(day, departement))


def next_public_holiday(today: date, departement: str) -> date | None:
    """Return the next public holiday of a département from today on, within a month."""
    days = (today + timedelta(days=ahead) for ahead in range(_A_MONTH))
    return next((day for day in days if _is_public_holiday(day, departement)), None)


@lru_cache(maxsize=65_536)
def opens_on(
    hours: str, departement: str, day: date, between: tuple[time, time] | None = None
) -> bool | None:
    """Return whether a place opens on a day, by its own calendar; None when that is unknown.

    Args:
        hours: its opening hours.
        departement: INSEE code.
        day: the day.
        between: times between which it must be open for half an hour at least, or all the time
            where they are nearer to each other; None: at any.
    """
    found = hours_on(hours, departement, day)
    if not found.is_known:
        return None
    if between is None:
        return bool(found.spans)
    least = min(_LONG_ENOUGH, _minutes_in_both(between, between))
    return any(_minutes_in_both(span, between) >= least for span in found.spans)


def _minutes_in_both(one: tuple[time, time], other: tuple[time, time]) -> int:
    """Return how long two spans of a day share; one that ends at midnight ends the day."""
    starts = max(_minutes(one[0]), _minutes(other[0]))
    return min(_minutes(one[1]) or _DAY, _minutes(other[1]) or _DAY) - starts


def _minutes(clock: time) -> int:
    return 60 * clock.hour + clock.minute


def week(hours: str, departement: str, moment: datetime) -> tuple[Day, ...]:
    """Return the seven days from Monday of the week of ``moment``; empty when hours are unknown."""
    today = local_time(moment, departement).date()
    monday = today - timedelta(days=today.weekday())
    days = tuple(hours_on(hours, departement, monday + timedelta(days=n)) for n in range(7))
    return days if any(day.is_known for day in days) else ()


def _state(hours: str, departement: str, local: datetime) -> State | None:
    """Return whether a place is open or closed; None when that is unknown."""
    states = {one.state(local)[0] for one in _readings(hours, departement, local.date())}
    return states.pop() if len(states) == 1 and State.UNKNOWN not in states else None


def _readings(hours: str, departement: str, day: date) -> Iterator[OpeningHours]:
    """Yield the hours as they hold on a day: more than one where a calendar is not known.

    A span that began the evening before is judged as this day's rules have it. Hours that name no
    day hold on days that nobody knows.
    """
    if names_no_day(hours) or moves_holidays_too_far(hours):
        return
    public: tuple[bool, ...] = (False,)
    school: tuple[bool, ...] = (False,)
    if names_holidays(hours):
        public = _cases(_is_public_holiday(day, departement))
        school = _cases(_is_school_holiday(day, departement))
    moved = [
        _cases(_CALENDARS[kind](day - timedelta(days=days), departement))
        for kind, days in moved_holidays(hours)
    ]
    for order, is_public, is_school, *held in product(orders(hours), public, school, *moved):
        text = on_day(order, day.weekday(), is_public, is_school, tuple(held))
        found = _parsed(text, zone_of(departement))
        if found is not None:
            yield found


def _cases(holds: bool | None) -> tuple[bool, ...]:
    return (True, False) if holds is None else (holds,)


@lru_cache(maxsize=32_768)
def _parsed(hours: str, zone: ZoneInfo) -> OpeningHours | None:
    """Parse OSM ``opening_hours``; None when they are empty, not in that language or not possible.

    What holds an empty or reversed range is not read: by the grammar it would be open at night.
    """
    if not hours or has_doubtful_range(hours):
        return None
    try:
        return OpeningHours(
            hours,
            timezone=zone,
            auto_country=False,
            auto_timezone=False,
            max_interval_days=_MAX_DAYS,
        )
    except _ParserError:
        return None


def _next_change(hours: str, departement: str, local: datetime, state: State) -> datetime | None:
    """Return when the state changes; None when that is unknown or too far away."""
    if not names_holidays(hours) and len(orders(hours)) == 1:
        (schedule,) = _readings(hours, departement, local.date())
        return schedule.next_change(local)
    for ahead in range(_DAYS_AHEAD):
        day = local.date() + timedelta(days=ahead)
        readings = [
            _intervals(one, day, local.tzinfo) for one in _readings(hours, departement, day)
        ]
        if any(reading != readings[0] for reading in readings):
            return None
        for start, _, found in readings[0]:
            if start > local and found != state:
                return start
    return None


def hours_on(hours: str, departement: str, day: date) -> Day:
    """Return the opening hours of one date, by the clock and the calendars of the place."""
    zone = zone_of(departement)
    readings = [_intervals(one, day, zone) for one in _readings(hours, departement, day)]
    intervals = readings[0] if readings else ()
    if (
        not intervals
        or any(one != intervals for one in readings)
        or any(s == State.UNKNOWN for *_, s in intervals)
    ):
        return Day(day, (), is_known=False)
    spans = tuple((begin.time(), end.time()) for begin, end, s in intervals if s == State.OPEN)
    unconfirmed = bool(spans) and _ignores_holiday(hours, departement, day)
    return Day(day, spans, is_known=True, unconfirmed_holiday=unconfirmed)


def _intervals(
    schedule: OpeningHours, day: date, zone: tzinfo | None
) -> tuple[tuple[datetime, datetime, State], ...]:
    """Return the day cut where the state changes."""
    start = datetime.combine(day, time(), zone)
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    return tuple(
        (max(begin, start), min(stop, end), state)
        for begin, stop, state, _ in schedule.intervals(start, end)
    )
