"""Words for people, in the language of the request: concepts, facets, départements, dates."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from babel.units import format_unit
from flask import g

from registry import hours_words
from registry.search.query import PlaceView
from registry.web.site import i18n, labels
from registry.web.site.i18n import duration, lazy_gettext, number
from registry.web.site.i18n import gettext as _
from registry.web.site.language import current_lang
from registry.web.site.node import current_node
from vocab.namespaces import short
from vocab.phones import as_dialled
from vocab.properties import Property, facets
from vocab.redaction import public
from vocab.schemes import concept
from vocab.territory import departement

_TITLES = "maillage_source_titles"
_ACRONYM = re.compile(r"\(([A-ZÀ-Þ][A-ZÀ-Þ\d.&-]+)\)$")
_LONG_NAME = 40
SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel"})

_OUR_FACETS = {
    "departement": lazy_gettext("Département"),
    "pole": lazy_gettext("Pole"),
    "manque": lazy_gettext("Records to complete"),
}

MISSING_NAMES = {
    "horaires": lazy_gettext("without opening hours"),
    "telephone": lazy_gettext("without phone"),
    "services": lazy_gettext("without services"),
    "coordonnees": lazy_gettext("without exact coordinates"),
}


def concept_label(iri: str) -> str:
    """Return the label of a concept; the last part of its IRI when the list does not know it."""
    found = concept(iri)
    return found.label(current_lang()) if found else iri.rstrip("/").rpartition("/")[2]


def departement_label(code: str) -> str:
    """Return ``Finistère (29)``."""
    found = departement(code)
    return f"{found.name} ({code})" if found else code


def departement_name(code: str) -> str:
    """Return ``Finistère``, or the code when it is unknown."""
    found = departement(code)
    return found.name if found else code


def facet_name(facet: str) -> str:
    """Return the words for a facet."""
    prop = facets().get(facet)
    return prop.heading(current_lang()) if prop else str(_OUR_FACETS[facet])


def facet_label(facet: str, value: str, iri: str) -> str:
    """Return the words for a value of a facet."""
    if facet == "departement":
        return departement_label(value)
    if facet == "pole":
        return pole_name(value)
    if facet == "manque":
        return str(MISSING_NAMES.get(value, value))
    if facets()[facet].kind == "boolean":
        return _yes_or_no(value)
    return concept_label(iri)


def value_text(prop: Property, value: str) -> str:
    """Return the words for a value of a property; what is none of its kind comes back as it is."""
    write = _OF_KIND.get(prop.kind)
    return write(value) if write else value


def value_href(prop: Property, value: str) -> str:
    """Return the address that a value of a property leads to, if any."""
    start = {"phone": "tel:", "email": "mailto:", "web": "", "iri": ""}.get(prop.kind)
    return "" if start is None else safe_href(start + value)


def _yes_or_no(value: str) -> str:
    words = {"oui": _("Yes"), "true": _("Yes"), "non": _("No"), "false": _("No")}
    return str(words.get(value, value))


def number_text(value: str) -> str:
    """Return a number that a record states as a text, as people write it; else the text itself."""
    try:
        return i18n.number(float(value))
    except ValueError:
        return value


def pole_title(slug: str) -> str:
    """Give the name of a pole: as it names itself, else the title of its source, else its slug."""
    return current_node().index.pole_titles().get(slug) or _source_titles().get(slug, slug)


def pole_name(slug: str) -> str:
    """Give the short name of a pole, for links, buttons and sentences.

    The acronym in brackets at the end of its name; else its name, or where that is long the title
    that the operator gave to its source.
    """
    title = pole_title(slug)
    acronym = _ACRONYM.search(title)
    if acronym:
        return acronym[1]
    return title if len(title) <= _LONG_NAME else _source_titles().get(slug, title)


def source_title(slug: str) -> str:
    """Return the title of a source; its slug when it has none, or is no more."""
    source = current_node().ledger.source(slug)
    return (source.title if source else "") or slug


def _source_titles() -> dict[str, str]:
    """Pole -> the title of its first source that has one, read once for each request."""
    found: dict[str, str] | None = g.get(_TITLES)
    if found is None:
        sources = current_node().ledger.sources(cursors=False)
        found = {source.pole: source.title for source in reversed(sources) if source.title}
        setattr(g, _TITLES, found)
    return found


def safe_href(address: str) -> str:
    """Return an address that a link may carry, else an empty string.

    Whatever a pole writes reaches pages; only web, mail and telephone addresses become links.
    """
    address = address.strip()
    if any(ord(char) < 33 for char in address):
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme.lower() not in SAFE_SCHEMES:
        return ""
    return address if parts.netloc or parts.scheme.lower() in ("mailto", "tel") else ""


def contact_link(contact: str) -> str:
    """Return the address to follow to reach the operator, from settings; empty where none is set.

    >>> contact_link("aide@registre.example"), contact_link("https://registre.example/contact")
    ('mailto:aide@registre.example', 'https://registre.example/contact')
    """
    contact = contact.strip()
    return contact if not contact or urlsplit(contact).scheme else f"mailto:{contact}"


def short_address(place: PlaceView) -> str:
    """Return the address on one line, which never breaks between a postcode and its town."""
    town = "\u00a0".join(part for part in (place.postcode, place.commune) if part)
    return ", ".join(part for part in (place.street, town) if part)


def site_of(namespace: str) -> str:
    """Return what people call the site whose IRIs begin with a namespace.

    >>> site_of("https://host.example/hote/zinc/id/")
    'host.example/hote/zinc'
    """
    return namespace.partition("://")[2].removesuffix("/").removesuffix("/id")


def day(text: str | date | datetime) -> str:
    """Return a date in words; what is not a date comes back as it is."""
    if isinstance(text, str):
        try:
            text = datetime.fromisoformat(text)
        except ValueError:
            return str(text)
    return i18n.day(text)


def moment(when: datetime) -> str:
    """Return a moment in words, on the clock that it is given in, without its year."""
    return i18n.moment(when, _("EEEE d MMMM 'at' H:mm"))


def day_without_year(when: date) -> str:
    """Return a day in words, with the day of the week."""
    return i18n.moment(datetime.combine(when, time()), _("EEEE d MMMM"))


def kind_label(kind: str) -> str:
    """Return the name of a kind of record."""
    names = {
        "Place": _("Place"),
        "Pole": _("Pole"),
        "Network": _("Network"),
        "Organization": _("Organisation"),
        "Person": _("Person"),
        "Agreement": _("Agreement"),
        "Succession": _("Succession"),
        "FormerRecord": _("Former record"),
    }
    return str(names.get(kind, _("Resource")))


_OF_KIND: dict[str, Callable[[str], str]] = {
    "concept": concept_label,
    "boolean": _yes_or_no,
    "date": day,
    "number": number_text,
    "share": lambda value: f"{number_text(value)} %",
    "phone": as_dialled,
}


_DAY_S = 86_400
_NAMED = re.compile(r"\{\?\w+\}")


def weekday(day: date) -> str:
    """Return the name of the day of the week."""
    return i18n.moment(datetime.combine(day, time()), "EEEE")


def short_weekday(day: date) -> str:
    """Return the name of the day of the week in short: ``Mon``."""
    return i18n.moment(datetime.combine(day, time()), "EEE")


def hour(moment: time) -> str:
    """Return a time of the day in the language of the request: ``9:05``."""
    return hours_words.hour(moment, current_lang())


def closing_hour(moment: time) -> str:
    """Return an end of opening in the language of the request."""
    return hours_words.closing_hour(moment, current_lang())


_ROUGHLY_KM = 5
"""What distances are rounded to that start from a point some kilometres off."""
_ONE_KM = 0.975
"""From which on a distance is rounded to a kilometre."""


def km(distance: float) -> str:
    """Return a distance given in kilometres: ``200 m``, ``8.7 km``."""
    if distance < _ONE_KM:
        return str(_("{m} m", m=number(max(1, round(distance * 20)) * 50)))
    return str(_("{km} km", km=number(round(distance, 1))))


def distance(place: PlaceView) -> str:
    """Return how far a place is, no more exactly than is known, and whether the sea lies between.

    Args:
        place: a place that has a distance.
    """
    away = place.distance_km or 0.0
    if place.is_distance_rough:
        said = _roughly(away)
    else:
        said = about_km(away) if place.is_at_centre else km(away)
    return str(_("{distance}, across the sea", distance=said)) if place.is_across_sea else said


def _roughly(distance: float) -> str:
    rounded = _ROUGHLY_KM * round(distance / _ROUGHLY_KM)
    least = 2 * _ROUGHLY_KM  # « about 5 km » after « less than 10 km » would be nearer
    if rounded < least:
        return str(_("less than {km} km", km=number(least)))
    return str(_("about {km} km", km=number(rounded)))


def about_km(distance: float) -> str:
    """Return a distance to a place of which only the commune is known, in whole kilometres."""
    if distance < _ONE_KM:
        return str(_("less than {km} km or so", km=number(1)))
    return str(_("about {km} km", km=number(round(distance))))


def span(seconds: float) -> str:
    """Return a length of time, in days from the first on: weeks and months would round it away.

    Never less than none, whatever a clock said.
    """
    seconds = max(seconds, 0.0)
    days = int(seconds // _DAY_S)
    if days:
        return str(format_unit(days, "duration-day", locale=current_lang()))
    return duration(seconds, "minute")


def any_value(message: str) -> str:
    """Return the message of a rule as it is said of no record: what it names becomes « … »."""
    return _NAMED.sub("…", message)


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
        "distance": distance,
        "size": size,
        "span": span,
        "percent": i18n.percent,
        "phone": as_dialled,
        "shorten": short,
        "any_value": any_value,
        "stamp": i18n.stamp,
        "shortly": i18n.shortly,
        "spelled": i18n.spelled,
        "href": labels.safe_href,
        "public": public,
        "host": lambda address: urlsplit(address).netloc.removeprefix("www.") or address,
    }
)
"""The filters of the templates, by name."""
