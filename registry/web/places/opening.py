"""Whether a place is open, in the few words that stand on its card: one of five states.

What is said of another moment than now names its day: « Samedi à 10 h : ouvert ».
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from registry.hours.closure import Closure, closure_of
from registry.hours_words import closure_end
from registry.search.hours import Day, OpenState, hours_on, local_time, open_state
from registry.search.query import PlaceView, Query
from registry.web.places.week import day_in_words
from registry.web.site.i18n import gettext as _
from registry.web.site.labels import day_without_year, hour, weekday
from registry.web.site.language import current_lang
from vocab.namespaces import SCHEMES
from vocab.text import capitalised

_SOON, _VERY_SOON = timedelta(minutes=60), timedelta(minutes=30)
_A_WEEK = timedelta(days=6)
_LONGEST_WORDS = 60
"""Why a place is closed, on its card; the page says more."""
_TO = "\u00a0–\u2060\u00a0"
"""Between the ends of hours in a badge, which may have several lines: lines break after a dash even
before a no-break space, but not before a word joiner."""
_APPOINTMENT = "rendez-vous"
"""In the comment of opening hours (OSM): `"sur rendez-vous"`."""
_BY_APPOINTMENT = SCHEMES + "modalites-acces/prendre-un-rdv-en-ligne"


@dataclass(frozen=True, slots=True)
class Badge:
    """A state in words, and its kind.

    Kinds are ``open``, ``soon``, ``closed``, ``appointment``, ``written`` (hours that only people
    can read) and ``unknown``.

    ``icon`` is the name of its pictogram.
    """

    kind: str
    icon: str
    words: str


def badge_in(query: Query, place: PlaceView, now: datetime) -> Badge:
    """Return the state of a place when a view asks for: at its moment, on its days, else now.

    Args:
        query: the view.
        place: one of its places.
        now: the moment of asking (aware).
    """
    moment = query.open_at
    if query.open_on and not moment:
        return _badge_on(place, query.open_on, now)
    if moment and not moment.tzinfo:
        return _badge_at(place, moment, now)
    return badge_of_place(place, moment or now)


def badge_of_place(place: PlaceView, moment: datetime) -> Badge:
    """Return the state of a place of a list at a moment."""
    return badge_of(
        place.hours, place.departement, moment, place.access, writes_hours=place.writes_hours
    )


def moment_in_words(moment: datetime, now: datetime) -> str:
    """Return a day and a time of day: of the week to come, the name of the day alone."""
    return _("{day} at {time}", day=_day(moment.date(), now), time=hour(moment.time()))


def _badge_at(place: PlaceView, moment: datetime, now: datetime) -> Badge:
    state = open_state(place.hours, place.departement, moment)
    if state is None:
        return _unknown(place.hours, place.access, place.writes_hours)
    words = _("{when}: {state}", when=moment_in_words(moment, now), state=_then(state, moment))
    return _dated(words, is_open=state.is_open, is_doubtful=state.unconfirmed_holiday)


def _then(state: OpenState, moment: datetime) -> str:
    if not state.is_open:
        return _("closed")
    if state.unconfirmed_holiday:
        return _("usually open, but it is a public holiday")
    closes = state.next_change
    if closes is None or closes.replace(tzinfo=None) - moment > timedelta(days=1):
        return _("open")
    return _("open until {time}", time=hour(closes.time()))


def _badge_on(place: PlaceView, days: Sequence[date], now: datetime) -> Badge:
    """Return the hours of those days on which it opens, else of all."""
    known = [one for day in days if (one := hours_on(place.hours, place.departement, day)).is_known]
    if not known:
        return _unknown(place.hours, place.access, place.writes_hours)
    opened = [day for day in known if day.spans]
    words = " · ".join(_hours_of(day, now) for day in opened or known)
    doubtful = any(day.unconfirmed_holiday for day in opened)
    return _dated(words, is_open=bool(opened), is_doubtful=doubtful)


def _hours_of(day: Day, now: datetime) -> str:
    words = day_in_words(day).replace(" – ", _TO)
    if day.unconfirmed_holiday:
        words = _("usually open, but it is a public holiday ({hours})", hours=words)
    return _("{when}: {state}", when=_day(day.date, now), state=words)


def _day(day: date, now: datetime) -> str:
    is_near = timedelta() <= day - now.date() <= _A_WEEK
    return weekday(day) if is_near else day_without_year(day)


def _dated(words: str, *, is_open: bool, is_doubtful: bool) -> Badge:
    kind, icon = ("open", "circle-check") if is_open else ("closed", "circle-x")
    if is_doubtful:
        kind, icon = "soon", "calendar-off"
    return Badge(kind, icon, capitalised(words))


def _unknown(hours: str, access: Sequence[str], writes_hours: bool) -> Badge:
    if _BY_APPOINTMENT in access or _APPOINTMENT in hours:
        return Badge("appointment", "calendar-check", _("By appointment"))
    if hours or writes_hours:
        return Badge("written", "calendar-clock", _("Hours in words, to be checked"))
    return Badge("unknown", "circle-help", _("Hours unknown"))


def badge_of(
    hours: str,
    departement: str,
    moment: datetime,
    access: tuple[str, ...] = (),
    *,
    writes_hours: bool = False,
) -> Badge:
    """Return the state of a place at a moment.

    Args:
        hours: its hours (OSM).
        departement: code of its département, whose clock and holidays count.
        moment: aware, or by the clock of the place.
        access: concepts of the ways to get in.
        writes_hours: whether it states hours in words.
    """
    state = open_state(hours, departement, moment)
    if state is None:
        return _unknown(hours, access, writes_hours)
    here = local_time(moment, departement)
    if not state.is_open:
        closure = closure_on(hours, here.date())
        words = closure_end(closure, current_lang()) if closure else ""
        return Badge("closed", "circle-x", words or _closed(here, state.next_change))
    if state.unconfirmed_holiday:
        return Badge("soon", "calendar-off", _("Usually open, but it is a public holiday"))
    if state.next_change is None or state.next_change - here > timedelta(days=1):
        return Badge("open", "circle-check", _("Open"))
    until = hour(state.next_change.time())
    left = state.next_change - here
    if left <= _VERY_SOON:
        minutes = max(1, left // timedelta(minutes=1))
        return Badge("soon", "clock-alert", _("Closes in {minutes} min", minutes=minutes))
    if left <= _SOON:
        return Badge("soon", "clock-alert", _("Closes soon, at {time}", time=until))
    return Badge("open", "circle-check", _("Open until {time}", time=until))


def closure_on(hours: str, day: date) -> Closure | None:
    """Return the closure for a while that a day lies in, with words that a badge has room for."""
    found = closure_of(hours)[1]
    if found is None or found.first > day or (found.last and found.last < day):
        return None
    return found if len(found.words) <= _LONGEST_WORDS else replace(found, words="")


def _closed(here: datetime, opens: datetime | None) -> str:
    if opens is None:
        return _("Closed")
    at = hour(opens.time())
    days = (opens.date() - here.date()).days
    if days == 0:
        return _("Closed, opens at {time}", time=at)
    if days == 1:
        return _("Closed, opens tomorrow at {time}", time=at)
    if opens - here <= _A_WEEK:
        return _("Closed, opens on {day} at {time}", day=weekday(opens.date()), time=at)
    return _("Closed, opens on {day} at {time}", day=day_without_year(opens.date()), time=at)
