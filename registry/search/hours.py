"""Opening hours by the clock of the place: overseas départements have their own zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import opening_hours
from opening_hours import OpeningHours, State

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
_MAX_DAYS = 366
# The stub of the library leaves its exceptions out.
_ParserError: type[Exception] = vars(opening_hours)["ParserError"]


@dataclass(frozen=True, slots=True)
class OpenState:
    """Whether a place is open at a moment, and when that changes next (its own clock)."""

    is_open: bool
    next_change: datetime | None


@dataclass(frozen=True, slots=True)
class Day:
    """Opening hours of one date: (start, end) pairs by the place's clock."""

    date: date
    spans: tuple[tuple[time, time], ...]


def zone_of(departement: str) -> ZoneInfo:
    """Give the time zone of a département, by its INSEE code; Paris when it is unknown."""
    return ZoneInfo(_ZONES.get(departement, "Europe/Paris"))


@lru_cache(maxsize=32_768)
def parsed(hours: str, departement: str) -> OpeningHours | None:
    """Parse OSM ``opening_hours``; None when they are empty or not in that language."""
    if not hours:
        return None
    try:
        return OpeningHours(
            hours,
            timezone=zone_of(departement),
            country="FR",
            auto_country=False,
            auto_timezone=False,
            max_interval_days=_MAX_DAYS,
        )
    except _ParserError:
        return None


def is_open(hours: str, departement: str, moment: datetime) -> bool:
    """Tell whether a place is known to be open at a moment (aware, or by its own clock)."""
    schedule = parsed(hours, departement)
    return schedule is not None and schedule.is_open(local_time(moment, departement))


def local_time(moment: datetime, departement: str) -> datetime:
    """Give a moment by the place's clock; a moment without a zone already is by that clock."""
    zone = zone_of(departement)
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)


def open_state(hours: str, departement: str, moment: datetime) -> OpenState | None:
    """Give the state at an aware moment; None when the hours are unknown."""
    schedule = parsed(hours, departement)
    if schedule is None:
        return None
    local = local_time(moment, departement)
    return OpenState(schedule.is_open(local), schedule.next_change(local))


def week(hours: str, departement: str, moment: datetime) -> tuple[Day, ...]:
    """Give the seven days from Monday of the week of ``moment``; empty when hours are unknown."""
    schedule = parsed(hours, departement)
    if schedule is None:
        return ()
    zone = zone_of(departement)
    today = local_time(moment, departement).date()
    monday = today - timedelta(days=today.weekday())
    days = (monday + timedelta(days=offset) for offset in range(7))
    return tuple(Day(day, _spans(schedule, day, zone)) for day in days)


def _spans(schedule: OpeningHours, day: date, zone: ZoneInfo) -> tuple[tuple[time, time], ...]:
    start = datetime.combine(day, time(), zone)
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    return tuple(
        (max(begin, start).time(), min(stop, end).time())
        for begin, stop, state, _ in schedule.intervals(start, end)
        if state == State.OPEN
    )
