"""The hours of a week in words: day by day, or as one sentence."""

from datetime import datetime
from itertools import groupby

from registry.search.hours import Day, week
from registry.web.site.i18n import gettext as _
from registry.web.site.labels import closing_hour, hour, weekday

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


def week_in_words(hours: str, departement: str, moment: datetime) -> str:
    """Return the hours of the week of ``moment`` as one sentence; empty when they are unknown.

    Args:
        hours: OSM ``opening_hours``.
        departement: INSEE code.
        moment: aware.
    """
    days = week(hours, departement, moment)
    parts = []
    for words, alike in groupby(days, key=day_in_words):
        found = list(alike)
        first, last = weekday(found[0].date), weekday(found[-1].date)
        if len(found) == 1:
            name = first
        elif len(found) == 2:
            name = _("{first} and {last}", first=first, last=last)
        else:
            name = _("{first} to {last}", first=first, last=last)
        parts.append(_("{days}: {words}", days=name, words=words))
    return _("; ").join(parts)
