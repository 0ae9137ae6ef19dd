"""Times in what people type: « ouvert samedi », « demain 10h », « ce soir », "open now"."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from registry.find.words import Span

_OPEN = {"ouvert", "ouverts", "ouverte", "ouvertes", "open"}
_OPEN_IS_NO_TIME = {"office", "source", "data", "badges", "badge", "street", "space"}
_NOW = {"maintenant", "now", "immediatement"}
_AHEAD = {"today": 0, "tonight": 0, "demain": 1, "tomorrow": 1}
_DAYS = (
    ("lundi", "monday"),
    ("mardi", "tuesday"),
    ("mercredi", "wednesday"),
    ("jeudi", "thursday"),
    ("vendredi", "friday"),
    ("samedi", "saturday"),
    ("dimanche", "sunday"),
)
_WEEKDAYS = {
    name + s: (day,) for day, names in enumerate(_DAYS) for name in names for s in ("", "s")
}
_WEEKEND = (5, 6)
_PARTS = {
    "matin": dt.time(10), "matinee": dt.time(10), "matins": dt.time(10), "morning": dt.time(10),
    "midi": dt.time(12, 30), "noon": dt.time(12, 30), "lunchtime": dt.time(12, 30),
    "afternoon": dt.time(15), "afternoons": dt.time(15),
    "soir": dt.time(18, 30), "soiree": dt.time(18, 30), "soirs": dt.time(18, 30),
    "evening": dt.time(18, 30), "tonight": dt.time(18, 30),
}  # fmt: skip
_AFTERNOON = dt.time(15)
_LASTS = {
    dt.time(10): (dt.time(8), dt.time(12)), dt.time(12, 30): (dt.time(12), dt.time(14)),
    dt.time(13): (dt.time(12), dt.time(14)), dt.time(15): (dt.time(13, 30), dt.time(18)),
    dt.time(18, 30): (dt.time(18), dt.time()),
}  # fmt: skip
"""From when until when a part of the day is, by the time that stands for it; 0:00 ends the day."""
_LATE = {"tard", "late"}
_LATE_TIME = dt.time(19)
_LUNCH = {("et", "deux"), ("et", "2"), ("et", "14h"), ("et", "2h")}
_LUNCH_TIME = dt.time(13)
_HALF_AN_HOUR = {"apres": 30, "after": 30, "avant": -30, "before": -30}
"""Minutes from a time to one that is surely after, or before, it."""
_UNTIL = {"a", "et", "to", "and", "jusqu", "till", "until", "or", "ou"}
"""Words between the ends of a range."""
_MONTHS = (
    ("janvier", "january"), ("fevrier", "february"), ("mars", "march"), ("avril", "april"),
    ("mai", "may"), ("juin", "june"), ("juillet", "july"), ("aout", "august"),
    ("septembre", "september"), ("octobre", "october"), ("novembre", "november"),
    ("decembre", "december"),
)  # fmt: skip
MONTHS = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}
"""The number of each month by its folded name."""
_DAYS_OF = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_CLOCK = re.compile(r"(\d{1,2})h(\d{2})?|(\d{1,2})(am|pm)", re.ASCII)
_MINUTES_OF_DAY = 24 * 60
_NOON = 12
_OF_CLOCK = {"h", "heure", "heures"}
_AROUND = {
    "after", "before", "from", "until", "till", "between", "jusqu", "partir", "chaque", "tous",
    "every", "each", "le", "la", "les", "ce", "cet", "cette", "a", "au", "en", "du", "de", "vers",
    "des", "apres", "avant", "prochain", "prochaine", "on", "at", "this", "next", "the", "in", "l",
    "entre",
}  # fmt: skip
"""Words that belong to a time when one follows them."""
_AFTER = {"prochain", "prochaine", "prochains", "prochaines"}
_LATER = _AFTER | {"next"}
_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def days_of(month: str) -> int:
    """Return how many days a month has at most, by its folded name."""
    return _DAYS_OF[MONTHS[month] - 1]


@dataclass(frozen=True, slots=True)
class Moment:
    """When a place should be open; with nothing said it is now.

    Attributes:
        weekdays: days of the week, Monday is 0; two for a weekend.
        ahead: days after today.
        month_day: month and day of the month.
        time: time of day, by the clock of the place.
        lasts: start and end of a part of the day, if that was said rather than a time: « matin ».
        is_later: whether it is after today: « dimanche prochain » said on a Sunday.
    """

    weekdays: tuple[int, ...] = ()
    ahead: int | None = None
    month_day: tuple[int, int] | None = None
    time: dt.time | None = None
    lasts: tuple[dt.time, dt.time] | None = None
    is_later: bool = False

    @property
    def is_now(self) -> bool:
        """Whether it is the very moment of the question."""
        return self == Moment()

    def dates(self, today: dt.date) -> tuple[dt.date, ...]:
        """Return the next days, from ``today`` on, that it may be about."""
        if self.month_day:
            return (_next_date(today, *self.month_day),)
        if self.weekdays:
            return self._weekdays_from(today + dt.timedelta(self.is_later))
        return (today + dt.timedelta(self.ahead or 0),)

    def at(self, now: dt.datetime) -> tuple[dt.datetime, dt.datetime | None]:
        """Return the next time of day that it may be about, and the one of today that is over.

        Args:
            now: by the clock of the place, without a zone.

        Returns:
            The moment that still lies ahead, and what would have been meant before it was over:
            « ce soir » said at nine. None where nothing is over.
        """
        time, today = self.time or now.time(), now.date()
        soonest = min(dt.datetime.combine(day, time) for day in self.dates(today))
        if soonest >= now.replace(second=0, microsecond=0):
            return soonest, None
        ahead = (dt.datetime.combine(day, time) for day in self.dates(today + dt.timedelta(1)))
        return min(ahead), soonest

    def days_of_part(self, now: dt.datetime) -> tuple[tuple[dt.date, ...], dt.datetime | None]:
        """Return the days whose part of the day is meant, and when that of today began if over.

        It is over when nothing of it is left: « ce matin » said at noon.

        Args:
            now: by the clock of the place, without a zone; for a moment that ``lasts``.
        """
        days, today = self.dates(now.date()), now.date()
        start, end = self.lasts or (dt.time(), dt.time())
        if today not in days or end == dt.time() or now.time() < end:
            return days, None
        return (min(self.dates(today + dt.timedelta(1))),), dt.datetime.combine(today, start)

    def still_ahead(
        self, days: tuple[dt.date, ...], now: dt.datetime
    ) -> tuple[dt.time, dt.time] | None:
        """Return between which times of the days a place must open; None where the day tells all.

        Of today alone what lies behind does not count: who asks at nine wants what opens later.
        """
        start, end = self.lasts or (dt.time(), dt.time())
        if days == (now.date(),) and now.time() > start:
            return now.time().replace(second=0, microsecond=0), end
        return self.lasts

    def _weekdays_from(self, first: dt.date) -> tuple[dt.date, ...]:
        """Return the next of each weekday, of a weekend that has begun what is left of it."""
        weekend = self.weekdays == _WEEKEND and first.weekday() == _WEEKEND[-1]
        if weekend and self.is_later:  # "next weekend" said on a Saturday is another one
            first += dt.timedelta(1)
        days = _WEEKEND[-1:] if weekend and not self.is_later else self.weekdays
        return tuple(first + dt.timedelta((day - first.weekday()) % 7) for day in days)

    def __str__(self) -> str:
        """Return ``now``, ``sat``, ``tomorrow@10:00``, ``12-24``: one text for each moment."""
        if self.is_now:
            return "now"
        day = "+".join(_NAMES[number] for number in self.weekdays)
        if self.month_day:
            day = "{:02}-{:02}".format(*self.month_day)
        elif not day:
            day = {0: "today", 1: "tomorrow"}.get(self.ahead or 0, f"+{self.ahead}")
        day = f"next-{day}" if self.is_later else day
        return f"{day}@{self.time:%H:%M}" if self.time else day


def _next_date(today: dt.date, month: int, day: int) -> dt.date:
    """Return that day in this year or the next that has it: a 29 February may be years away."""
    for year in range(today.year, today.year + 9):
        try:
            found = dt.date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    return today


@dataclass(slots=True)
class _Reading:
    """What was read so far: the moment, and the spans that said so."""

    moment: Moment = field(default_factory=Moment)
    spans: list[Span] = field(default_factory=list)


def find_moment(words: Sequence[str]) -> tuple[Moment | None, tuple[Span, ...]]:
    """Return the moment that folded words speak of, and the words that do.

    >>> moment, spans = find_moment(["cours", "ouvert", "le", "samedi"])
    >>> str(moment), spans
    ('sat', (Span(first=1, last=4),))
    """
    reading, index = _Reading(), 0
    while index < len(words):
        first, index = index, index + 1
        start = first
        while start < len(words) and start - first < 3 and words[start] in _AROUND:
            start += 1
        read = _read(words, start, reading.moment)
        if read:
            reading.moment, index = read
            while index < len(words) and words[index] in _AFTER:
                index += 1
            span = Span(first, index)
            if reading.moment.weekdays and _LATER.intersection(words[first:index]):
                reading.moment = replace(reading.moment, is_later=True)
            _add(reading.spans, span)
    return (reading.moment, tuple(reading.spans)) if reading.spans else (None, ())


def _add(spans: list[Span], span: Span) -> None:
    """Add a span, joined to the last one if it touches it."""
    if spans and spans[-1].last == span.first:
        spans[-1] = Span(spans[-1].first, span.last)
    else:
        spans.append(span)


def _read(words: Sequence[str], at: int, moment: Moment) -> tuple[Moment, int] | None:
    """Return the moment after the time that begins at a word, and the index after that time."""
    for rule in (_opening, _day, _date, _part, _clock):
        read = rule(words, at, moment)
        if read:
            return read
    return None


def _at(words: Sequence[str], index: int) -> str:
    return words[index] if 0 <= index < len(words) else ""


def _opening(words: Sequence[str], at: int, moment: Moment) -> tuple[Moment, int] | None:
    word = _at(words, at)
    if word in _NOW or (_at(words, at - 1) == "ce" and word == "moment"):
        return moment, at + 1
    if word in _OPEN and _at(words, at + 1) not in _OPEN_IS_NO_TIME:
        if _at(words, at - 1) in {"donnees", "donnee"}:
            return None
        if _at(words, at + 1) in _LATE:
            return replace(moment, time=_LATE_TIME, lasts=None), at + 2
        return moment, at + 1
    return None


def _day(words: Sequence[str], at: int, moment: Moment) -> tuple[Moment, int] | None:
    word, after = _at(words, at), _at(words, at + 1)
    if (word, after) == ("aujourd", "hui"):
        return replace(moment, ahead=0), at + 2
    if (word, after) == ("apres", "demain") or (_at(words, at - 1), word) == ("apres", "demain"):
        return replace(moment, ahead=2), at + (2 if word == "apres" else 1)
    if word in _AHEAD:
        ahead = replace(moment, ahead=_AHEAD[word])
        return (_in_part(ahead, _PARTS[word]) if word in _PARTS else ahead), at + 1
    if word in _WEEKDAYS:
        days = tuple(sorted({*moment.weekdays, *_WEEKDAYS[word]}))
        return replace(moment, weekdays=days), at + 1
    if word in {"weekend", "weekends"}:
        return replace(moment, weekdays=_WEEKEND), at + 1
    if word == "week" and after in {"end", "ends"}:
        return replace(moment, weekdays=_WEEKEND), at + 2
    return None


def _date(words: Sequence[str], at: int, moment: Moment) -> tuple[Moment, int] | None:
    day, month = _at(words, at), MONTHS.get(_at(words, at + 1))
    number = 1 if day == "1er" else int(day) if day.isdecimal() and len(day) < 3 else 0
    if month and 1 <= number <= days_of(_at(words, at + 1)):
        return replace(moment, month_day=(month, number)), at + 2
    return None


def _part(words: Sequence[str], at: int, moment: Moment) -> tuple[Moment, int] | None:
    word = _at(words, at)
    if word == "midi" and _at(words, at - 1) == "apres":
        return _in_part(moment, _AFTERNOON), at + 1
    if word == "midi" and tuple(words[at + 1 : at + 3]) in _LUNCH:
        return _in_part(moment, _LUNCH_TIME), at + 3
    if word in _PARTS:
        ahead = 0 if _at(words, at - 1) in {"ce", "cet", "cette", "this"} else moment.ahead
        return _in_part(replace(moment, ahead=ahead), _PARTS[word]), at + 1
    return None


def _in_part(moment: Moment, time: dt.time) -> Moment:
    """Return a moment in a part of the day; of an hour that was said, the one that lies there."""
    said = moment.time if not moment.lasts else None
    if said is None:
        return replace(moment, time=time, lasts=_LASTS[time])
    is_half = said.hour < _NOON <= time.hour
    return replace(moment, time=said.replace(hour=said.hour + _NOON) if is_half else said)


def _clock(words: Sequence[str], at: int, moment: Moment) -> tuple[Moment, int] | None:
    read = _time_of_day(words, at)
    if read is None:
        return None
    start, last = read
    if (ends := _end_of_range(words, last)) is not None:
        end, last = ends
        if _at(words, at - 1) in {"entre", "between"}:
            start = (start + end) // 2
    else:
        start += _HALF_AN_HOUR.get(_at(words, at - 1), 0)
    if not 0 <= start < _MINUTES_OF_DAY:
        return None
    return replace(moment, time=dt.time(*divmod(start, 60)), lasts=None), last


def _end_of_range(words: Sequence[str], at: int) -> tuple[int, int] | None:
    """Return when a range ends that began before a word, and the index after it."""
    for skipped in range(3):
        if read := _time_of_day(words, at + skipped):
            return read
        if _at(words, at + skipped) not in _UNTIL:
            return None
    return None


def _time_of_day(words: Sequence[str], at: int) -> tuple[int, int] | None:
    """Return the minutes after midnight that a word says, and the index after that time."""
    word, used = _at(words, at), 1
    if word.isdecimal() and _at(words, at + 1) in _OF_CLOCK | {"am", "pm"}:
        unit = _at(words, at + 1)
        word, used = word + (unit if unit in {"am", "pm"} else "h"), 2
        minutes = _at(words, at + 2)
        if unit == "h" and len(minutes) == 2 and minutes.isdecimal():
            word, used = word + minutes, 3
    found = _CLOCK.fullmatch(word)
    if not found:
        return None
    hour, minute = int(found[1] or found[3]), int(found[2] or 0)
    if found[3]:
        hour = hour % 12 + (12 if found[4] == "pm" else 0)
    return (60 * hour + minute, at + used) if hour <= 23 and minute <= 59 else None
