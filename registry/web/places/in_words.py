"""What a record says in people's words, and what changed in it: no IRI, no syntax.

Headings and their order are those of the table of properties (``vocab/properties.toml``).
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from registry.formats.statements import Statement, statements
from registry.search.facts import facts_of
from registry.web.places.week import week_in_words
from registry.web.site.i18n import gettext as _
from registry.web.site.labels import (
    concept_label,
    departement_label,
    number_text,
    record_title,
    value_text,
)
from registry.web.site.language import current_lang
from vocab.insee import code_of
from vocab.labels import property_label
from vocab.namespaces import GEO, MED, RDF, SCHEMA, SCHEMES, short
from vocab.properties import PROPERTIES, Property, property_named
from vocab.records import Record
from vocab.territory import commune

_PARTS = {SCHEMA + "address": "address", SCHEMA + "geo": "geometry", MED + "carriedBy": "carrier"}
_SILENT = frozenset(
    {RDF + "type", GEO + "asWKT", GEO + "hasGeometry", MED + "statedBy", MED + "statedOrder"}
)
"""What says the same in another form, or what a program keeps for itself."""
_PLAIN_WEEK = re.compile(r"(?:Mo|Tu|We|Th|Fr|Sa|Su|off|[\d\s:;,+-])*")
"""Opening hours (OSM) that are the same every week."""
_NEED = MED + "need"
_TABLE = {(one.of, one.node, one.property): one for one in PROPERTIES}
_RANKS = {one: rank for rank, one in enumerate(PROPERTIES)}
_LATITUDE, _LONGITUDE = property_named("latitude"), property_named("longitude")


class Words(NamedTuple):
    """A value in words; ``lang`` is the language of a text in another than French, else empty."""

    text: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a record says under one heading."""

    heading: str
    values: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class ChangedWords:
    """What is no longer said under a heading, and what is said instead; one of them may be none."""

    heading: str
    before: tuple[Words, ...]
    after: tuple[Words, ...]


def said_in(record: Record, moment: datetime) -> tuple[Said, ...]:
    """Return all that a record says, in the language and order of pages.

    Args:
        record: any record.
        moment: aware; hours are said for its week.
    """
    return tuple(Said(heading, values) for heading, values in _words(record, moment).items())


def changed_words(before: Record, after: Record, moment: datetime) -> tuple[ChangedWords, ...]:
    """Return what differs between two versions of a record; hours for the week of ``moment``."""
    old, new = _words(before, moment), _words(after, moment)
    changed = []
    for heading in dict.fromkeys((*new, *old)):
        gone, come = old.get(heading, ()), new.get(heading, ())
        if gone != come:
            kept = set(gone) & set(come)
            fields = [tuple(one for one in side if one not in kept) for side in (gone, come)]
            changed.append(ChangedWords(heading, *fields))
    return tuple(changed)


def _words(record: Record, moment: datetime) -> Mapping[str, tuple[Words, ...]]:
    """Heading -> values, in the order of the table; what the table does not know comes last."""
    found: dict[str, tuple[int, list[Words]]] = {}
    for rank, heading, words in _Reader(record, moment).read():
        found.setdefault(heading, (rank, []))[1].append(words)
    ordered = sorted(found.items(), key=lambda item: (item[1][0], item[0]))
    return {heading: tuple(sorted(set(values))) for heading, (_rank, values) in ordered}


class _Reader:
    """Reads one record: the record itself, then the address, position and needs inside of it."""

    def __init__(self, record: Record, moment: datetime) -> None:
        self._lang = current_lang()
        self._kinds = [short(one).removeprefix("med:") for one in record.types]
        self._moment = moment
        self._departement = facts_of(record).departement
        self._nodes: dict[str, list[Statement]] = defaultdict(list)
        self._links: dict[str, str] = {}
        for one in statements(record):
            self._nodes[one.subject].append(one)
            if one.iri and one.iri.startswith(record.iri + "#"):
                self._links[one.iri] = one.predicate

    def read(self) -> Iterator[tuple[int, str, Words]]:
        """Yield rank, heading and value."""
        for node, said in self._nodes.items():
            link = self._links.get(node, "")
            if link == _NEED:
                yield self._row(self._property("place", _NEED), _NEED, self._need(said))
                continue
            part = _PARTS.get(link, node.rpartition("#")[2] if "#" in node else "place")
            if part == "geometry":
                yield from self._position(said)
            for one in said:
                prop = self._property(part, one.predicate)
                if not self._is_silent(one, prop):
                    yield self._row(prop, one.predicate, self._value(one, prop))

    def _property(self, part: str, predicate: str) -> Property | None:
        found = (_TABLE.get((kind, part, predicate)) for kind in self._kinds)
        return next(filter(None, found), None)

    def _is_silent(self, one: Statement, prop: Property | None) -> bool:
        return one.predicate in _SILENT or prop in (_LATITUDE, _LONGITUDE) or one.iri in self._links

    def _row(self, prop: Property | None, predicate: str, words: Words) -> tuple[int, str, Words]:
        if prop:
            return _RANKS[prop], prop.heading(self._lang), words
        known = property_label(predicate, self._lang)
        # An unknown vocabulary gives no words: the end of the name says more than the whole of it.
        name = predicate.rstrip("/#").replace("#", "/").rpartition("/")[2]
        return len(_RANKS), known if " " in known or ":" not in known else name, words

    def _value(self, one: Statement, prop: Property | None) -> Words:
        if one.iri is not None:
            return Words(self._thing(one.iri, prop))
        text = one.text or ""
        if prop and prop.kind == "hours":
            return Words(self._hours(text))
        if prop:
            text = value_text(prop, text)
        return Words(text, one.language if one.language and one.language != "fr" else "")

    def _hours(self, text: str) -> str:
        """The week in words; what one week does not show of the rule stands beside it."""
        words = week_in_words(text, self._departement, self._moment)
        if not words:
            return text
        return words if _PLAIN_WEEK.fullmatch(text) else f"{words} ({text})"

    def _thing(self, iri: str, prop: Property | None) -> str:
        if iri.startswith(SCHEMES):
            return concept_label(iri)
        if code := code_of(iri):
            town = commune(code)
            return f"{town.name} ({code})" if town else departement_label(code)
        is_address = prop is not None and prop.kind in ("web", "email", "phone")
        return iri if is_address else record_title(iri)

    def _need(self, said: Sequence[Statement]) -> Words:
        category = next((one.iri for one in said if one.predicate == MED + "needCategory"), None)
        share = next((one.text for one in said if one.predicate == MED + "share"), None)
        label = concept_label(category) if category else _("not stated")
        return Words(f"{label} ({number_text(share)} %)" if share else label)

    def _position(self, said: Sequence[Statement]) -> Iterator[tuple[int, str, Words]]:
        places = {one.predicate: one.text or "" for one in said}
        found = [places.get(one.property) for one in (_LATITUDE, _LONGITUDE)]
        if any(found):
            text = ", ".join(one or "…" for one in found)
            yield _RANKS[_LATITUDE], _("Position on the map"), Words(text)
