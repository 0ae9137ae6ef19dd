"""The hours of a day, and of a week, in words."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby

from registry.search.hours import Day, hours_on
from registry.web.site.i18n import gettext as _
from registry.web.site.labels import closing_hour, hour, short_weekday

MOST_SPANS = 6
"""Openings of a day that are said one by one: more of them are appointments."""


def openings(day: Day) -> tuple[str, ...]:
    """Return each opening of a day: ``9:00 – 12:00``."""
    return tuple(f"{hour(opens)} – {closing_hour(closes)}" for opens, closes in day.spans)


def day_in_words(day: Day) -> str:
    """Return the openings of a day in a few words, however many they are."""
    if not day.is_known:
        return _("not stated")
    if not day.spans:
        return _("closed")
    if len(day.spans) <= MOST_SPANS:
        return ", ".join(openings(day))
    first, last = hour(day.spans[0][0]), closing_hour(day.spans[-1][1])
    return _(
        "{count} slots, from {opens} to {closes}", count=len(day.spans), opens=first, closes=last
    )


@lru_cache(2_000)
def week_in_short(hours: str, departement: str, today: date, lang: str) -> str:
    """Return the hours of the seven days from one on, Monday first, where all of them are known.

    Days that are closed are left out: ``Mon–Fri 9:00 – 12:00 · Sat 10:00 – 12:00``.

    Args:
        hours: hours (OSM).
        departement: code of the département, whose calendars count.
        today: the first of the days.
        lang: that of the words, which is the language of the request.
    """
    days = [hours_on(hours, departement, today + timedelta(days=n)) for n in range(7)]
    if not hours or not all(day.is_known for day in days):
        return ""
    found = list(_said(sorted(days, key=lambda day: day.date.weekday())))
    return " · ".join(found) if found else _("closed")


def _said(days: Iterable[Day]) -> Iterator[str]:
    """Each run of days of the same hours, but those that are closed."""
    for words, run in groupby(days, day_in_words):
        same = list(run)
        if same[0].spans:
            ends = dict.fromkeys(short_weekday(day.date) for day in (same[0], same[-1]))
            yield f"{'–'.join(ends)} {words}"
