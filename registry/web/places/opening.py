"""Whether a place is open, in the few words that stand on its card: one of five states."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.search.hours import local_time, open_state
from registry.web.site.i18n import gettext as _
from registry.web.site.labels import day_without_year, hour, weekday
from vocab.namespaces import SCHEMES

_SOON = timedelta(minutes=60)
_A_WEEK = timedelta(days=6)
_APPOINTMENT = "rendez-vous"
"""In the comment of opening hours (OSM): `"sur rendez-vous"`."""
_BY_APPOINTMENT = SCHEMES + "modalites-acces/prendre-un-rdv-en-ligne"


@dataclass(frozen=True, slots=True)
class Badge:
    """A state: its kind (``open``, ``soon``, ``closed``, ``unknown``, ``appointment``), in words.

    ``icon`` is the name of its pictogram.
    """

    kind: str
    icon: str
    words: str


def badge_of(hours: str, departement: str, moment: datetime, access: tuple[str, ...] = ()) -> Badge:
    """Return the state of a place at a moment.

    Args:
        hours: its hours (OSM).
        departement: code of its département, whose clock and holidays count.
        moment: aware, or by the clock of the place.
        access: concepts of the ways to get in.
    """
    state = open_state(hours, departement, moment)
    if state is None:
        if _BY_APPOINTMENT in access or _APPOINTMENT in hours:
            return Badge("appointment", "calendar-check", _("By appointment"))
        return Badge("unknown", "circle-help", _("Hours unknown"))
    here = local_time(moment, departement)
    if not state.is_open:
        return Badge("closed", "circle-x", _closed(here, state.next_change))
    if state.unconfirmed_holiday:
        return Badge("soon", "calendar-off", _("Usually open, but it is a public holiday"))
    if state.next_change is None or state.next_change - here > timedelta(days=1):
        return Badge("open", "circle-check", _("Open"))
    until = hour(state.next_change.time())
    if state.next_change - here <= _SOON:
        return Badge("soon", "clock-alert", _("Closes soon, at {time}", time=until))
    return Badge("open", "circle-check", _("Open until {time}", time=until))


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
