"""OSM opening hours as they hold on one day, once it is known whether that day is a holiday.

The evaluator knows no school calendar, one country-wide calendar of public holidays, and takes
``SH Mo-Fr`` (weekdays within school holidays) for either of the two. So holidays are taken out of
the text first: on a holiday ``PH`` becomes the weekday of that day, on any other day it never
holds. Rules that say when a place is open without saying at what time are marked ``unknown``:
days only (``Mo-Su``), the sun, an open end. Grammar:
https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
"""

import re
from functools import lru_cache

_WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_NEVER = "PH"
"""The evaluator is given no calendar, so this never holds."""

_QUOTED = re.compile(r'("[^"]*")')
_DAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)(?:\[[^\]]*\])?"
_DAYS = rf"{_DAY}(?:-{_DAY})?"
_HOLIDAYS = re.compile(rf"\b((?:PH|SH)(?:\s*,\s*(?:PH|SH))*)\b(?:\s+({_DAYS}(?:\s*,\s*{_DAYS})*))?")
_AFTER_DAYS = re.compile(
    rf"(?<![\w,-])({_DAYS}(?:\s*,\s*{_DAYS})*)\s+((?:PH|SH)(?:\s*,\s*(?:PH|SH))*)\b"
)
"""Weekdays named before the holidays that they lie in: ``Mo-Fr SH``, for ``SH Mo-Fr``."""
_OFFSET = re.compile(r"\b(PH|SH)\s*([+-])\s*(\d+)\s*days?\b")
_MOST_MOVED, _MOST_DIGITS = 4, 2
"""Moved holidays of a text, and digits of the days by which one moves: more are not meant."""
_MOVED = "\0"
"""Stands for a moved holiday that does not hold, until all others are settled."""
_DATE = r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|easter|week|\d{4})\b"
_DATES = re.compile(_DATE, re.IGNORECASE)
_NO_TIMES = r'(?!\b(?:off|closed|days?)\b)[^":;|]'
_ON_HOLIDAYS = r"(?:PH|SH)(?:\s*,\s*(?:PH|SH))*\s+"
_ON_DATES = rf"(?:(?!{_DATE}){_NO_TIMES})*{_DATE}(?:{_NO_TIMES})*(?::\s*)?"
_CLOSURE = rf'(?=\w)(?:{_ON_HOLIDAYS}|{_ON_DATES})\b(?:off|closed)(?:\s*"[^"]*")?\s*[;,]\s*'
_CLOSURES_FIRST = re.compile(rf"((?:{_CLOSURE})+)(.+)", re.DOTALL | re.IGNORECASE)
_SEPARATORS = {";", "||", ","}
_SEPARATOR = r";|\|\||(?<=\d:\d\d),(?=\s*[A-Z])"
_PIECES = re.compile(rf'(?:"[^"]*"|(?!{_SEPARATOR})[^"])+|{_SEPARATOR}')
_PUBLIC = re.compile(r"\bPH\b|\b24/7\b")
_CERTAIN_TIME = re.compile(r"\d:\d\d|\b24/7\b")
_UNCERTAIN_TIME = re.compile(r"\d:\d\d\s*\+|\b(?:sunrise|sunset|dawn|dusk)\b")
_STATE = re.compile(r"\b(?:off|closed|unknown)\b", re.IGNORECASE)
_OPEN = re.compile(r"\bopen\b", re.IGNORECASE)


@lru_cache(maxsize=32_768)
def names_holidays(hours: str) -> bool:
    """Return whether the text speaks of public or school holidays."""
    return any(_HOLIDAYS.search(part) for part in _QUOTED.split(hours)[::2])


@lru_cache(maxsize=32_768)
def names_public_holidays(hours: str) -> bool:
    """Return whether the text says what holds on public holidays; ``24/7`` does."""
    return any(_PUBLIC.search(part) for part in _QUOTED.split(hours)[::2])


@lru_cache(maxsize=32_768)
def orders(hours: str) -> tuple[str, ...]:
    """Return the text, and again with closures on holidays and dates last if they stand first.

    By the grammar ``PH off; Mo-Fr 09:00-17:00`` is open on every holiday from Monday to Friday,
    for the later rule replaces the earlier one; whoever wrote it hardly meant that. The same for
    ``Aug off; Mo-Fr 09:00-17:00``, not for an exception: ``Aug off; Aug 30 09:00-17:00``.
    """
    found = _CLOSURES_FIRST.fullmatch(hours.strip())
    if found is None or not (_HOLIDAYS.search(found[1]) or _opens_on_any_date(found[2])):
        return (hours,)
    return hours, f"{found[2].rstrip('; ')}; {found[1].strip().rstrip(';,')}"


def _opens_on_any_date(hours: str) -> bool:
    rules = (rule.strip() for rule in _PIECES.findall(_QUOTED.sub("", hours)))
    return any(
        rule and not (rule in _SEPARATORS or _STATE.search(rule) or _DATES.search(rule))
        for rule in rules
    )


@lru_cache(maxsize=32_768)
def moves_holidays_too_far(hours: str) -> bool:
    """Return whether the text moves so many holidays, or so far, that nobody can mean it.

    Each one doubles the readings of a day where no calendar of holidays is known.
    """
    found = [days for part in _QUOTED.split(hours)[::2] for _, _, days in _OFFSET.findall(part)]
    return len(found) > _MOST_MOVED or any(len(days) > _MOST_DIGITS for days in found)


@lru_cache(maxsize=32_768)
def moved_holidays(hours: str) -> tuple[tuple[str, int], ...]:
    """Give ``PH -1 day`` and the like, in the order of the text: the kind and the days after it."""
    parts = _QUOTED.split(hours)[::2]
    return tuple(
        (kind, int(f"{sign}{days}")) for part in parts for kind, sign, days in _OFFSET.findall(part)
    )


@lru_cache(maxsize=32_768)
def on_day(
    hours: str, weekday: int, public: bool, school: bool, moved: tuple[bool, ...] = ()
) -> str:
    """Return the text as it holds on one day, without holidays.

    Args:
        hours: an OSM ``opening_hours`` text.
        weekday: of that day, Monday is 0.
        public: the day is a public holiday.
        school: pupils are on holiday.
        moved: whether it is each of :func:`moved_holidays`.
    """
    today, held = _WEEKDAYS[weekday], iter(moved)
    parts = _QUOTED.split(hours)
    for number in range(0, len(parts), 2):
        settled = _OFFSET.sub(lambda _: today if next(held, False) else _MOVED, parts[number])
        parts[number] = _HOLIDAYS.sub(
            lambda found: _selector(found, today, {"PH": public, "SH": school}),
            _AFTER_DAYS.sub(r"\2 \1", settled),
        ).replace(_MOVED, _NEVER)
    return _with_unknown("".join(parts))


def _selector(found: re.Match[str], today: str, holds: dict[str, bool]) -> str:
    """Return the weekdays that stand for ``PH``, ``SH``, a list of them, or days within them."""
    named = re.split(r"\s*,\s*", found[1])
    if days := found[2]:
        return days if any(holds[name] for name in named) else _NEVER
    return ",".join(today if holds[name] else _NEVER for name in named)


def _with_unknown(hours: str) -> str:
    pieces = (piece.strip() for piece in _PIECES.findall(hours))
    rules = (piece if piece in _SEPARATORS else _marked(piece) for piece in pieces if piece)
    return " ".join(rules)


def _marked(rule: str) -> str:
    """Return a rule, marked unknown when it does not say at what time."""
    words, quote, comment = rule.partition('"')
    if _STATE.search(words):
        return rule
    if _CERTAIN_TIME.search(words) and not _UNCERTAIN_TIME.search(words):
        return rule
    return f"{_OPEN.sub('', words).strip()} unknown {quote}{comment}".strip()
