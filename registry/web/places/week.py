"""The hours of a day in words."""

from registry.search.hours import Day
from registry.web.site.i18n import gettext as _
from registry.web.site.labels import closing_hour, hour

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
