"""Values as the templates show them: days, hours, distances, lengths of time, sizes."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from babel.units import format_unit

from registry.web.site import i18n, labels
from registry.web.site.i18n import duration, number
from registry.web.site.i18n import gettext as _
from registry.web.site.language import current_lang
from vocab.namespaces import short
from vocab.redaction import public

_DAY_S = 86_400


def weekday(day: date) -> str:
    """Return the name of the day of the week."""
    return i18n.moment(datetime.combine(day, time()), "EEEE")


def stamp(moment: datetime) -> str:
    """Return day, hour and minute of a moment, in UTC."""
    return i18n.stamp(moment, _("d MMMM y 'at' H:mm 'UTC'"))


def hour(moment: time) -> str:
    """Return a time of the day, such as ``9:05``."""
    return f"{moment.hour}:{moment.minute:02}"


def closing_hour(moment: time) -> str:
    """Return an end of opening; that of a day is 24:00: "0:00 – 0:00" would say nothing."""
    return hour(moment) if moment != time() else "24:00"


def km(distance: float) -> str:
    """Return a distance in km as a phrase."""
    return str(_("{km} km away", km=number(round(distance, 1))))


def span(seconds: float) -> str:
    """Return a length of time, in days from the first on: weeks and months would round it away.

    Never less than none, whatever a clock said.
    """
    seconds = max(seconds, 0.0)
    days = int(seconds // _DAY_S)
    if days:
        return str(format_unit(days, "duration-day", locale=current_lang()))
    return duration(seconds, "minute")


def size(count: int) -> str:
    """Return a number of bytes in kB or MB."""
    if count < 1_000_000:
        return str(_("{size} kB", size=number(max(1, count // 1000))))
    return str(_("{size} MB", size=number(round(count / 1_000_000, 1))))


FILTERS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "number": number,
        "concept_label": labels.concept_label,
        "day": labels.day,
        "moment": labels.moment,
        "weekday": weekday,
        "hour": hour,
        "closing_hour": closing_hour,
        "km": km,
        "size": size,
        "span": span,
        "percent": i18n.percent,
        "phone": labels.phone,
        "shorten": short,
        "stamp": stamp,
        "href": labels.safe_href,
        "public": public,
        "host": lambda address: urlsplit(address).netloc.removeprefix("www.") or address,
    }
)
"""The filters of the templates, by name."""
