"""Opening hours as a sentence, for what has no room for the week: « lundi à vendredi 9 h – 12 h ».

Only the plain part of OpenStreetMap's language is said in words; the rest is shown as it is
written, since half a sentence about a month or a week number would be wrong.
https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
"""

import re
from datetime import time

from babel.dates import get_day_names

from registry.locales import locale_of
from vocab.messages import Message, translate

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY = f"(?:{'|'.join(_DAYS)})"
_ITEM = rf"(?:{_DAY}(?: ?- ?{_DAY})?|PH|SH)"
_RANGE = r"(?:[01]?\d|2[0-4]):[0-5]\d ?- ?(?:[01]?\d|2[0-4]):[0-5]\d"
_RULE = re.compile(
    rf"(?P<days>{_ITEM}(?: ?, ?{_ITEM})*)?:? *(?P<times>off|closed|{_RANGE}(?: ?, ?{_RANGE})*)"
)


def hours_words(hours: str, lang: str) -> str:
    """Return hours in words, in a language; what is not plain comes back as it is.

    Hours of the clock of the place, as they are written.
    """
    if hours.strip() == "24/7":
        return translate("day and night, every day", lang)
    rules = [_RULE.fullmatch(part.strip()) for part in hours.split(";") if part.strip()]
    said = [_rule(rule["days"], rule["times"], lang) for rule in rules if rule]
    return translate("; ", lang).join(said) if said and len(said) == len(rules) else hours


def hour(moment: time, lang: str) -> str:
    """Return a time of the day, such as ``9:05``; in French ``9 h 05``, and ``9 h`` on the hour."""
    return _hour(moment.hour, moment.minute, lang)


def closing_hour(moment: time, lang: str) -> str:
    """Return an end of opening; that of a day is 24:00: "0:00 – 0:00" would say nothing."""
    return hour(moment, lang) if moment != time() else _hour(24, 0, lang)


def _hour(hour: int, minute: int, lang: str) -> str:
    if minute:
        return Message("{hour}:{minute}", hour=hour, minute=f"{minute:02}").message(lang)
    return Message("{hour}:00", hour=hour).message(lang)


def _rule(days: str | None, times: str, lang: str) -> str:
    is_closed = times in {"off", "closed"}
    named = days or ("Mo-Su" if is_closed else "")
    listed = [_days(item.strip(), lang) for item in named.split(",") if item]
    if is_closed:
        return Message("{days}: closed", days=", ".join(listed)).message(lang)
    ranges = (one.split("-") for one in times.split(","))
    spans = (
        f"{hour(_time(start), lang)} – {closing_hour(_time(end), lang)}" for start, end in ranges
    )
    return " ".join(", ".join(part) for part in (listed, spans) if part)


def _days(item: str, lang: str) -> str:
    if item == "PH":
        return translate("public holidays", lang)
    if item == "SH":
        return translate("school holidays", lang)
    first, _dash, last = (part.strip() for part in item.partition("-"))
    if last:
        ends = {"first": _name(first, lang), "last": _name(last, lang)}
        return Message("{first} to {last}", **ends).message(lang)
    return _name(first, lang)


def _name(day: str, lang: str) -> str:
    return str(get_day_names(locale=locale_of(lang))[_DAYS.index(day)])


def _time(text: str) -> time:
    hours, minutes = text.strip().split(":")
    return time(int(hours) % 24, int(minutes))
