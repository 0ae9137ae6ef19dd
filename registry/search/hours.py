"""Opening hours by the clock and the calendars of the place, which its département gives.

Nothing is open on a guess: where the text or a calendar leaves it open, the state is unknown.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import product
from zoneinfo import ZoneInfo

import opening_hours
from opening_hours import OpeningHours, State

from registry.search.calendars import is_public_holiday, is_school_holiday
from registry.search.day_rules import (
    moved_holidays,
    names_holidays,
    names_public_holidays,
    on_day,
    orders,
)
from vocab.opening_hours import has_doubtful_range

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
_CALENDARS = {"PH": is_public_holiday, "SH": is_school_holiday}
_MAX_DAYS = 366
_DAYS_AHEAD = 15
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
    """

    date: date
    spans: tuple[tuple[time, time], ...]
    is_known: bool


def zone_of(departement: str) -> ZoneInfo:
    """Return the time zone of a département, by its INSEE code; Paris when it is unknown."""
    return ZoneInfo(_ZONES.get(departement, "Europe/Paris"))


def local_time(moment: datetime, departement: str) -> datetime:
    """Return a moment by the place's clock; a moment without a zone already is by that clock."""
    zone = zone_of(departement)
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)


def is_open(hours: str, departement: str, moment: datetime) -> bool:
    """Return whether a place is known to be open at a moment (aware, or by its own clock)."""
    return _state(hours, departement, local_time(moment, departement)) == State.OPEN


def open_state(hours: str, departement: str, moment: datetime) -> OpenState | None:
    """Give the state at a moment (aware, or by the place's own clock); None when it is unknown."""
    local = local_time(moment, departement)
    state = _state(hours, departement, local)
    if state is None:
        return None
    opens = state == State.OPEN
    unconfirmed = opens and not names_public_holidays(hours)
    return OpenState(
        opens,
        _next_change(hours, departement, local, state),
        unconfirmed and bool(is_public_holiday(local.date(), departement)),
    )


def week(hours: str, departement: str, moment: datetime) -> tuple[Day, ...]:
    """Return the seven days from Monday of the week of ``moment``; empty when hours are unknown."""
    today = local_time(moment, departement).date()
    monday = today - timedelta(days=today.weekday())
    days = tuple(_day(hours, departement, monday + timedelta(days=n)) for n in range(7))
    return days if any(day.is_known for day in days) else ()


def _state(hours: str, departement: str, local: datetime) -> State | None:
    """Return whether a place is open or closed; None when that is unknown."""
    states = {one.state(local)[0] for one in _readings(hours, departement, local.date())}
    return states.pop() if len(states) == 1 and State.UNKNOWN not in states else None


def _readings(hours: str, departement: str, day: date) -> Iterator[OpeningHours]:
    """Yield the hours as they hold on a day: more than one where a calendar is not known.

    A span that began the evening before is judged as this day's rules have it.
    """
    public: tuple[bool, ...] = (False,)
    school: tuple[bool, ...] = (False,)
    if names_holidays(hours):
        public = _cases(is_public_holiday(day, departement))
        school = _cases(is_school_holiday(day, departement))
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


def _day(hours: str, departement: str, day: date) -> Day:
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
    return Day(day, spans, is_known=True)


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
