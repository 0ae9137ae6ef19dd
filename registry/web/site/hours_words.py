"""Opening hours as a sentence, for what has no room for the week: « lundi à vendredi 9 h – 12 h ».

Only the plain part of OpenStreetMap's language is said in words; the rest is shown as it is
written, since half a sentence about a month or a week number would be wrong.
https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
"""

import re
from datetime import date, time, timedelta

from registry.web.site.i18n import gettext as _
from registry.web.site.labels import closing_hour, hour, weekday

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_MONDAY = date(2024, 1, 1)
_DAY = f"(?:{'|'.join(_DAYS)})"
_ITEM = rf"(?:{_DAY}(?: ?- ?{_DAY})?|PH|SH)"
_RANGE = r"(?:[01]?\d|2[0-4]):[0-5]\d ?- ?(?:[01]?\d|2[0-4]):[0-5]\d"
_RULE = re.compile(
    rf"(?P<days>{_ITEM}(?: ?, ?{_ITEM})*)?:? *(?P<times>off|closed|{_RANGE}(?: ?, ?{_RANGE})*)"
)


def hours_words(hours: str) -> str:
    """Return hours in words, in the language of the request; what is not plain comes back as it is.

    Hours of the clock of the place, as they are written.
    """
    if hours.strip() == "24/7":
        return _("day and night, every day")
    rules = [_RULE.fullmatch(part.strip()) for part in hours.split(";") if part.strip()]
    said = [_rule(rule["days"], rule["times"]) for rule in rules if rule]
    return _("; ").join(said) if said and len(said) == len(rules) else hours


def _rule(days: str | None, times: str) -> str:
    is_closed = times in {"off", "closed"}
    named = days or ("Mo-Su" if is_closed else "")
    listed = [_days(item.strip()) for item in named.split(",") if item]
    if is_closed:
        return _("{days}: closed", days=", ".join(listed))
    ranges = (one.split("-") for one in times.split(","))
    spans = (f"{hour(_time(start))} – {closing_hour(_time(end))}" for start, end in ranges)
    return " ".join(", ".join(part) for part in (listed, spans) if part)


def _days(item: str) -> str:
    if item == "PH":
        return _("public holidays")
    if item == "SH":
        return _("school holidays")
    first, _dash, last = (part.strip() for part in item.partition("-"))
    if last:
        return _("{first} to {last}", first=_name(first), last=_name(last))
    return _name(first)


def _name(day: str) -> str:
    return weekday(_MONDAY + timedelta(days=_DAYS.index(day)))


def _time(text: str) -> time:
    hours, minutes = text.strip().split(":")
    return time(int(hours) % 24, int(minutes))
