"""Records written down in every format that the house serves: for pages and for publishing.

:data:`FORMATS` is the table of suffixes; ``FORMATS["ttl"].write(record)`` gives the bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass

from registry.formats.errors import UnwritableError
from registry.formats.geojson import geojson
from registry.formats.jsonld import jsonld
from registry.formats.national import is_place, national_csv, national_json
from registry.formats.rdf import ntriples, rdfxml
from registry.formats.turtle import turtle
from vocab.records import Record

__all__ = ["FORMATS", "RecordFormat", "UnwritableError", "formats_of", "is_place"]


@dataclass(frozen=True, slots=True)
class RecordFormat:
    """A way to write one record.

    Attributes:
        suffix: of the address, without its dot.
        media_type: as negotiated in ``Accept``, without parameters.
        content_type: as sent, with its parameters. Turtle names its charset, because clients
            take ``text/*`` without one for Latin-1.
        write: gives the bytes of a record; may raise :class:`UnwritableError`.
        places_only: only a place can be written so.
    """

    suffix: str
    media_type: str
    content_type: str
    write: Callable[[Record], bytes]
    places_only: bool = False


FORMATS: dict[str, RecordFormat] = {
    form.suffix: form
    for form in (
        RecordFormat("ttl", "text/turtle", "text/turtle; charset=utf-8", turtle),
        RecordFormat("jsonld", "application/ld+json", "application/ld+json", jsonld),
        RecordFormat("nt", "application/n-triples", "application/n-triples", ntriples),
        RecordFormat("rdf", "application/rdf+xml", "application/rdf+xml", rdfxml),
        RecordFormat("json", "application/json", "application/json", national_json, True),
        RecordFormat("geojson", "application/geo+json", "application/geo+json", geojson, True),
        RecordFormat(
            "csv", "text/csv", "text/csv; charset=utf-8; header=present", national_csv, True
        ),
    )
}
"""Every format by its suffix, the preferred first."""


def formats_of(record: Record) -> tuple[RecordFormat, ...]:
    """Return the formats that a record can be asked in, the preferred first."""
    place = is_place(record)
    return tuple(form for form in FORMATS.values() if place or not form.places_only)
