"""A record becomes a row of the national standard again: ``properties.toml`` read inwards.

Whatever a record holds beyond the table is left alone; a record written by somebody else may use
its own nodes and languages.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox

from vocab.insee import code_of
from vocab.namespaces import INSEE_ARRONDISSEMENT, MED, SCHEMA
from vocab.order import SEPARATOR, STATED_ORDER, as_stated, read_orders
from vocab.properties import FIELDS, FURTHER, IN_OBJECTS, Property, property_named
from vocab.records import Record
from vocab.schemes import concept
from vocab.shares import Nodes, shares_in

SHORT_NUMBER = re.compile(r"3\d{3}|10\d{2}|11[2-9]|11[68]\d{3}")
ARRONDISSEMENT = MED + "arrondissement"
UNKNOWN_PIVOT = "0" * 14
Values = dict[str, str | tuple[str, ...]]
"""Name of a property -> its value, a tuple where it holds several."""

_HOURS_TEXT = (property_named("opening_hours_text"),)
_LINKS = {
    "address": SCHEMA + "address",
    "geometry": SCHEMA + "geo",
    "carrier": MED + "carriedBy",
}


def national_values(record: Record) -> Values:
    """Return what a place states under the national fields, in column order, absent ones left out.

    Closed values have the exact spelling of v1.0.2; multiple fields give tuples, in the order in
    which the pole stated them. A place without a known carrier has no ``pivot`` here.
    """
    return _values(_nodes(record), record.iri, FIELDS)


def further_values(record: Record) -> Values:
    """Return what a place says beyond the national fields, by name, absent properties left out."""
    return _values(_nodes(record), record.iri, FURTHER)


def exported_values(record: Record) -> Values:
    """Return what a place states under all members of JSON, absent ones left out."""
    return _values(_nodes(record), record.iri, IN_OBJECTS)


def stated_values(record: Record) -> Values:
    """Return all that a place states: what the standard has no room for, too.

    That is short telephone numbers, and all numbers where it takes the first.
    """
    return _values(_nodes(record), record.iri, (*FIELDS, *FURTHER), whole=True)


def national_row(record: Record, separator: str = SEPARATOR) -> dict[str, str]:
    """Return one cell for each of the 32 columns of v1.0.2, empty when the place says nothing.

    After them, cells of the other members of JSON, where the place says something: a CSV takes
    those that have a column. An unknown ``pivot`` becomes fourteen zeros, which the standard asks
    for; hours that could not become OSM are written as they were given.
    """
    nodes = _nodes(record)
    values = _values(nodes, record.iri, IN_OBJECTS)
    values.setdefault("pivot", UNKNOWN_PIVOT)
    if "horaires" not in values:
        hours = _values(nodes, record.iri, _HOURS_TEXT)
        values["horaires"] = hours.get("opening_hours_text", "")
    stated = (one for one in IN_OBJECTS if one.standard or one.name in values)
    cells = ((one.name, values.get(one.name, "")) for one in stated)
    return {name: cell if isinstance(cell, str) else separator.join(cell) for name, cell in cells}


def _nodes(record: Record) -> Nodes:
    found: dict[tuple[str, str], list[ox.NamedNode | ox.Literal]] = defaultdict(list)
    for triple in record.triples():
        subject, value = triple.subject, triple.object
        if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode | ox.Literal):
            found[subject.value, triple.predicate.value].append(value)
    return found


def _node(nodes: Nodes, iri: str, node: str) -> str:
    """Follow the link to a node of the record; empty when the place has none."""
    if node == "place":
        return iri
    linked = nodes.get((iri, _LINKS[node]), ())
    return min((term.value for term in linked), default="")


def _values(nodes: Nodes, iri: str, wanted: Iterable[Property], *, whole: bool = False) -> Values:
    orders = read_orders(term.value for term in nodes.get((iri, STATED_ORDER), ()))
    subjects = {node: _node(nodes, iri, node) for node in ("place", *_LINKS)}
    found: Values = {}
    for one in wanted:
        terms = _terms(nodes, subjects[one.node], one)
        if not terms:
            continue
        stated = _texts(nodes, one, terms)
        if one.name == "telephone" and not whole:  # the national field has no short numbers
            stated = {text for text in stated if not SHORT_NUMBER.fullmatch(text)}
        if stated:
            texts = as_stated(one, stated, orders)
            is_list = one.multiple or (whole and one.is_several())
            found[one.name] = tuple(texts) if is_list else texts[0]
    return found


def _terms(nodes: Nodes, subject: str, field: Property) -> Sequence[ox.NamedNode | ox.Literal]:
    """Return the values of a field; ``code_insee`` is the arrondissement before its city."""
    terms = nodes.get((subject, field.property), ())
    if field.kind != "commune":
        return terms
    districts = nodes.get((subject, ARRONDISSEMENT), ())
    return [one for one in districts if one.value.startswith(INSEE_ARRONDISSEMENT)] or terms


def _texts(nodes: Nodes, field: Property, terms: Sequence[ox.NamedNode | ox.Literal]) -> set[str]:
    if field.kind == "shares":
        return shares_in(nodes, field, terms)
    literals = [term for term in terms if isinstance(term, ox.Literal)]
    if field.kind == "text":
        literals = _best_language(literals)
    named = (_text_of(field, term.value) for term in terms if isinstance(term, ox.NamedNode))
    return {term.value for term in literals} | {text for text in named if text}


def _best_language(literals: list[ox.Literal]) -> list[ox.Literal]:
    """French before no language, before any other: an export is in French."""
    by_language: Mapping[str, list[ox.Literal]] = defaultdict(list)
    for term in literals:
        by_language[(term.language or "").partition("-")[0]].append(term)
    return next((by_language[lang] for lang in ("fr", "") if lang in by_language), literals)


def _text_of(field: Property, iri: str) -> str:
    if field.kind == "concept":
        value = concept(iri)
        outside = "" if field.standard else iri
        return value.notation if value and value.scheme == field.scheme else outside
    if field.kind == "commune":
        return code_of(iri)
    return iri if field.kind in ("web", "iri") else ""
