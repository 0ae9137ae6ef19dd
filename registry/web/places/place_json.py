"""A place as schema.org JSON-LD, for search engines."""

import json
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from registry.search.facts import PlaceFacts
from registry.search.hours import week
from registry.web.site import clock
from registry.web.site.labels import safe_href
from vocab.namespaces import MED, SCHEMES

_LIBRARY = SCHEMES + "typologie/bib"


def place_json(facts: PlaceFacts, page: str) -> Markup:
    """Return a place as JSON-LD text in which ``<``, ``>`` and ``&`` are escaped."""
    document = {key: value for key, value in _members(facts, page) if value}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704 (escaped just above)


def _members(facts: PlaceFacts, page: str) -> Iterator[tuple[str, Any]]:
    is_library = _LIBRARY in facts.concepts.get("type", ())
    yield "@context", "https://schema.org"
    yield "@type", "Library" if is_library else "LocalBusiness"
    yield "@id", facts.iri
    yield "name", facts.name
    if facts.is_example:
        mark = {"@type": "PropertyValue", "propertyID": f"{MED}isExample", "value": True}
        yield "additionalProperty", [mark]
    yield "description", facts.summary or facts.description
    yield "url", page
    yield "sameAs", [site for site in facts.sites if safe_href(site)]
    yield "telephone", list(facts.phones)
    yield "dateModified", facts.modified
    yield "address", _address(facts)
    if facts.latitude is not None and facts.longitude is not None:
        position = {"latitude": facts.latitude, "longitude": facts.longitude}
        yield "geo", {"@type": "GeoCoordinates", **position}
    yield "openingHoursSpecification", list(_opening_hours(facts))


def _address(facts: PlaceFacts) -> dict[str, str]:
    parts = {
        "@type": "PostalAddress",
        "streetAddress": facts.street,
        "postalCode": facts.postcode,
        "addressLocality": facts.commune,
        "addressCountry": "FR",
    }
    return {key: value for key, value in parts.items() if value}


def _opening_hours(facts: PlaceFacts) -> Iterator[dict[str, str]]:
    for day in week(facts.hours, facts.departement, clock.now()):
        for opens, closes in day.spans:
            ends_with_the_day = closes.hour == closes.minute == 0
            yield {
                "@type": "OpeningHoursSpecification",
                "validFrom": day.date.isoformat(),
                "validThrough": day.date.isoformat(),
                "opens": f"{opens:%H:%M}",
                "closes": "23:59" if ends_with_the_day else f"{closes:%H:%M}",
            }
