"""What changed in a record, in people's words: « Téléphone : 04 94 … → 04 95 … ».

The one place where a difference becomes words, for the report of a harvest, a dry run and the
history of a place. What means nothing to people (links between the nodes of a record, its types,
positions in a second notation) is left to the data, which pages keep folded below.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from registry.formats.errors import UnwritableError
from registry.formats.statements import Statement, statements
from registry.history.difference import Field, RecordDifference
from registry.hours_words import hours_words
from registry.ledger.types import Kind
from registry.web.site import labels
from registry.web.site.i18n import exact_number
from registry.web.site.i18n import gettext as _
from registry.web.site.iri_words import iri_words, local_name
from registry.web.site.language import current_lang
from registry.web.site.node import current_node, page_url
from vocab.labels import property_label
from vocab.namespaces import DCT, FOAF, GEO, MED, RDF, SCHEMA, SKOS, XSD, short
from vocab.order import SEPARATOR, STATED_ORDER, canonical, read_orders
from vocab.properties import FIELDS, PROPERTIES, SHORT, Property
from vocab.records import Record
from vocab.schemes import match
from vocab.text import capitalised

_NAMES = (SCHEMA + "name", FOAF + "name", DCT + "title", SKOS + "prefLabel")
_UNSAID = frozenset({RDF + "type", GEO + "asWKT", STATED_ORDER, MED + "banKey"})
_MOST_SHOWN = 1_000
"""Characters of one value: a page says fifty records."""
_SHARE = MED + "share"
_FRAGMENTS = {"place": "", "address": "#address", "geometry": "#geometry", "carrier": "#carrier"}
_TABLE = {(_FRAGMENTS[one.node], one.property): one for one in reversed(PROPERTIES)}
_RANKS = {key: rank for rank, key in enumerate(reversed(_TABLE))}


@dataclass(frozen=True, slots=True)
class Said:
    """A value in words; ``lang`` is its language where that is not the page's, else empty."""

    text: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class FieldWords:
    """One property that differs: its name, the values that are gone, those that are new."""

    label: str
    before: tuple[Said, ...]
    after: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class DifferenceWords:
    """What happened to one record, in words.

    Attributes:
        kind: whether it was added, changed or withdrawn.
        name: what the record is called.
        page: path of its page; empty when it has none (any more, or yet).
        fields: the properties that differ, in the order of the property table.
        subject: its IRI, for the technical part.
        data: all that differs, as it is stated, for the technical part.
    """

    kind: Kind
    name: Said
    page: str
    fields: tuple[FieldWords, ...]
    subject: str
    data: tuple[Field, ...]


def difference_words(difference: RecordDifference) -> DifferenceWords:
    """Say a difference in words, in the language of the request.

    Args:
        difference: of two versions of a record, as ``registry.history`` gives it.
    """
    removed = _statements(difference.subject, difference.removed)
    added = _statements(difference.subject, difference.added)
    known = current_node().index.resource(difference.subject)
    page = page_url(known.pole, known.path) if known and not known.gone else ""
    return DifferenceWords(
        kind=difference.kind,
        name=_name(difference.subject, added or removed, known.title if known else ""),
        page=page,
        fields=_fields(difference.subject, removed, added),
        subject=difference.subject,
        data=difference.fields,
    )


def difference_name(difference: RecordDifference) -> Said:
    """Return what the record of a difference is called, in the language of the request."""
    stated = _statements(difference.subject, difference.added or difference.removed)
    known = current_node().index.resource(difference.subject)
    return _name(difference.subject, stated, known.title if known else "")


def fields_words(difference: RecordDifference) -> tuple[FieldWords, ...]:
    """Say only the properties that differ, where the page has said already which record it is."""
    return difference_words(difference).fields


def rows_words(difference: RecordDifference) -> Iterator[tuple[Field, FieldWords]]:
    """Return each property that differs as it is stated, and in words.

    Every one has a name; values that mean nothing to people have no words.
    """
    subject = difference.subject
    before, after = (
        _by_property(subject, _statements(subject, lines))
        for lines in (difference.removed, difference.added)
    )
    for field in difference.fields:
        key = field.node, field.property_iri
        yield field, FieldWords(_label(key), before.get(key, ()), after.get(key, ()))


def _statements(subject: str, lines: tuple[str, ...]) -> tuple[Statement, ...]:
    try:
        return tuple(statements(Record(subject, lines)))
    except UnwritableError:  # RDF 1.2: no words for it, the data shows it
        return ()


def record_name(subject: str, lines: tuple[str, ...], title: str = "") -> Said:
    """Return what a record is called: by what it states, else by a title, else as its pole does.

    Args:
        subject: its IRI.
        lines: what it states, as N-Triples.
        title: the one that the index knows, if any.
    """
    return _name(subject, _statements(subject, lines), title)


def _name(subject: str, stated: tuple[Statement, ...], title: str) -> Said:
    names = [one for one in stated if one.subject == subject and one.predicate in _NAMES]
    lang = current_lang()
    names.sort(key=lambda one: (one.language != lang, _NAMES.index(one.predicate)))
    if names and names[0].text:
        return _text(names[0].text, names[0].language, SHORT)
    return Said(title or _("record {name}", name=local_name(subject)))


def _fields(
    subject: str, removed: tuple[Statement, ...], added: tuple[Statement, ...]
) -> tuple[FieldWords, ...]:
    before, after = _by_property(subject, removed), _by_property(subject, added)
    keys = sorted(before.keys() | after.keys(), key=lambda key: (_RANKS.get(key, 99), key))
    fields = (FieldWords(_label(key), before.get(key, ()), after.get(key, ())) for key in keys)
    # Two spellings of one value in the data may be one in words.
    shown = (one for one in fields if one.before != one.after)
    return (*shown, *_orders(removed, added, before.keys() | after.keys()))


def _orders(
    removed: tuple[Statement, ...], added: tuple[Statement, ...], known: Set[tuple[str, str]]
) -> Iterator[FieldWords]:
    """Return the properties of which only the order of the values differs."""
    before, after = _stated_orders(removed), _stated_orders(added)
    for prop in FIELDS:
        name, key = prop.name, (_FRAGMENTS[prop.node], prop.property)
        if key in known or before.get(name) == after.get(name):
            continue
        label = _("{field}, in order", field=_label(key))
        values = (before.get(name) or after[name]).split(SEPARATOR)
        # An order is stated only where it is not that of the list.
        listed = canonical(prop, values)
        first, then = (orders[name].split(SEPARATOR) if name in orders else listed
                       for orders in (before, after))  # fmt: skip
        if first != then:
            yield FieldWords(label, _listed(prop, first), _listed(prop, then))


def _stated_orders(stated: tuple[Statement, ...]) -> dict[str, str]:
    return read_orders(one.text or "" for one in stated if one.predicate == STATED_ORDER)


def _listed(prop: Property, stated: Sequence[str]) -> tuple[Said, ...]:
    values = filter(None, stated)
    if prop.scheme:
        found = ((match(prop.scheme, one), one) for one in values)
        return tuple(Said(said.label(current_lang()) if said else one) for said, one in found)
    return tuple(_text(labels.value_text(prop, one), None) for one in values)


def _by_property(
    subject: str, stated: tuple[Statement, ...]
) -> dict[tuple[str, str], tuple[Said, ...]]:
    found: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for one in _worth_saying(subject, stated):
        key = one.subject.removeprefix(subject), one.predicate
        found[key].append(_value(one, _TABLE.get(key)))
    return {key: tuple(values) for key, values in found.items()}


def _worth_saying(subject: str, stated: tuple[Statement, ...]) -> Iterator[Statement]:
    for one in stated:
        inner = one.iri is not None and (one.iri.startswith((f"{subject}#", "_:")))
        if not inner and one.predicate not in _UNSAID and _is_named(one.predicate):
            yield one


def _is_named(property_iri: str) -> bool:
    return property_label(property_iri, current_lang()) != short(property_iri)


def _label(key: tuple[str, str]) -> str:
    prop, lang = _TABLE.get(key), current_lang()
    label = prop.heading(lang) if prop else property_label(key[1], lang)
    return capitalised(label)


def _value(one: Statement, prop: Property | None) -> Said:
    if one.iri is not None:  # the address of a page, people know as such
        return Said(one.iri if prop and prop.kind == "web" else iri_words(one.iri))
    text = one.text or ""
    if prop and prop.kind == "hours":
        return Said(hours_words(text, current_lang()))
    if one.datatype == XSD + "decimal":
        number = exact_number(text)
        return Said(f"{number} %" if one.predicate == _SHARE else number)
    if prop and prop.kind not in {"concept", "shares"}:
        return _text(labels.value_text(prop, text), one.language)
    return _text(_typed(text, one.datatype), one.language)


def _text(text: str, language: str | None, most: int = _MOST_SHOWN) -> Said:
    lang = current_lang()
    if len(text) > most:
        text = f"{text[:most]}…"
    is_other = language is not None and language.partition("-")[0].lower() != lang
    return Said(text, language if is_other and language else "")


def _typed(text: str, datatype: str | None) -> str:
    if datatype in {XSD + "date", XSD + "dateTime"}:
        return labels.day(text)
    if datatype == XSD + "boolean":
        return {"true": _("Yes"), "1": _("Yes"), "false": _("No"), "0": _("No")}.get(text, text)
    return text
