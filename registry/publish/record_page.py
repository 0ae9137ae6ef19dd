"""The page of one record on a static host: a table for people, JSON-LD for machines."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import jinja2
from markupsafe import Markup

from registry.formats.errors import UnwritableError
from registry.formats.jsonld import CONTEXT, jsonld_document
from registry.formats.statements import Statement, statements
from registry.hours_words import hours_words
from registry.publish.pole import PoleDescription
from registry.publish.site import PARIS, day_in_words
from vocab.insee import code_of
from vocab.namespaces import FOAF, GEO, RDF, SCHEMA, XSD
from vocab.order import STATED_ORDER
from vocab.records import Record
from vocab.territory import commune, departement

MARK = b'<meta name="generator" content="Maillage">'
"""In every page that is ours, within its first bytes."""
MARK_WITHIN_BYTES = 200

_TYPE = f"{RDF}type"
_UNSAID = frozenset({_TYPE, f"{GEO}asWKT", STATED_ORDER})
"""What only machines read: the data of the page has it."""
_HOURS = f"{SCHEMA}openingHours"
_NAMES = (f"{SCHEMA}name", f"{FOAF}name")


@dataclass(frozen=True, slots=True)
class Value:
    """A value for people; ``href`` is empty where there is nothing to follow."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Row:
    """What a record says by one property."""

    label_fr: str
    label_en: str
    values: tuple[Value, ...]


def page_of_record(pole: PoleDescription, record: Record) -> bytes:
    """Write the page of a live record; everything that it says is escaped."""
    try:
        found = tuple(statements(record))
        json_ld = _json_ld(record)
    except UnwritableError:  # a term of RDF 1.2: its dumps have it, a page cannot show it
        found, json_ld = (), Markup("")
    return _page(
        pole,
        title=_title(record.iri, found),
        rows=tuple(_rows(record.iri, found)),
        json_ld=json_ld,
        iri=record.iri,
    )


def page_of_withdrawn(pole: PoleDescription, iri: str, time: datetime) -> bytes:
    """Write the page that stays where a record was."""
    return _page(pole, title=_title(iri, ()), withdrawn=time, iri=iri)


def page_of_namespace(pole: PoleDescription) -> bytes:
    """Write the page at the namespace itself, which leads to what is published."""
    return _page(pole, title=pole.name)


def _page(pole: PoleDescription, **values: Any) -> bytes:
    empty = {"rows": (), "json_ld": "", "withdrawn": None, "iri": "", "day": day_in_words}
    return _template().render(pole=pole, **(empty | values)).encode()


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("registry.publish"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    return environment.get_template("record.html")


def _json_ld(record: Record) -> Markup:
    """The record for a script element: no ``<`` that could end it (JSON-LD 1.1, section 7)."""
    document = jsonld_document(record)
    text = json.dumps(document, ensure_ascii=False)
    if document["@context"] is CONTEXT:
        used = {name: space for name, space in CONTEXT.items() if f'"{name}:' in text}
        text = json.dumps(document | {"@context": used}, ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704  nothing can end the element


def _title(iri: str, found: tuple[Statement, ...]) -> str:
    for name in _NAMES:
        for one in found:
            if one.subject == iri and one.predicate == name and one.text:
                return one.text
    return iri.rstrip("/").rpartition("/")[2]


def _rows(iri: str, found: tuple[Statement, ...]) -> Iterator[Row]:
    """One row a property, of the record and then of its inner nodes."""
    from vocab.labels import property_label  # RDFLib with it, which few commands need

    grouped: dict[tuple[str, str], list[Value]] = {}
    for one in sorted(found, key=lambda item: (item.subject != iri, item.predicate != _TYPE)):
        if one.predicate in _UNSAID or (one.iri is not None and one.iri.startswith(f"{iri}#")):
            continue
        grouped.setdefault((one.subject, one.predicate), []).append(_value(one))
    for (_, predicate), values in grouped.items():
        labels = property_label(predicate, "fr"), property_label(predicate, "en")
        yield Row(*labels, tuple(values))


def _territory(iri: str) -> str:
    """The name of a commune or a département, and its code; empty for another IRI."""
    code = code_of(iri)
    found = commune(code) if len(code) == 5 else departement(code)
    return f"{found.name} ({code})" if found else ""


def _text(one: Statement) -> str:
    if one.predicate == _HOURS:
        return hours_words(one.text or "", "fr")
    if one.datatype == f"{XSD}date":
        try:
            return day_in_words(datetime.fromisoformat(one.text or "").replace(tzinfo=PARIS), "fr")
        except ValueError:
            pass
    return one.text or ""


def _value(one: Statement) -> Value:
    if one.iri is None:
        return Value(_text(one), "")
    from vocab.labels import value_label  # as above

    if named := _territory(one.iri):
        return Value(named, one.iri)
    followed = one.iri.startswith(("http://", "https://", "mailto:", "tel:"))
    return Value(value_label(one.iri, "fr"), one.iri if followed else "")
