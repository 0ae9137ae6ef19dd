"""What a row says of a place beyond the national standard, cleaned by the kind of each property."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from harvester.clean.email import clean_emails
from harvester.clean.phone import clean_phones
from harvester.clean.site import clean_sites
from harvester.clean.text import clean_text
from harvester.clean.types import CellList, Note, Values
from vocab.namespaces import NOT_IN_IRI
from vocab.properties import FURTHER, Property
from vocab.schemes import concepts, match
from vocab.shares import share_column, share_text

_SEPARATORS = re.compile(r"[|;]")
_IRI = re.compile(rf"https?://[^\s{NOT_IN_IRI}]+")
_FULL_SHARE = 100
_YES = frozenset({"oui", "x", "true", "vrai"})
_NO = frozenset({"non", "false", "faux", "0"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a file may have beyond the standard.

    Attributes:
        prop: the property that it fills.
        value: of the list, where the property has a column for each; empty otherwise.
    """

    prop: Property
    value: str = ""


def _columns() -> Iterator[tuple[str, Column]]:
    for prop in FURTHER:
        if prop.kind == "shares":
            for value in concepts(prop.scheme or ""):
                yield share_column(prop, value), Column(prop, value.notation)
        elif not prop.derived:
            yield prop.name, Column(prop)


COLUMNS: Mapping[str, Column] = dict(_columns())
"""Names that the ``[features]`` of a mapping file may use."""


def clean_further(cells: Mapping[str, str]) -> tuple[Values, tuple[Note, ...]]:
    """Return values by property, and a note for each text that cannot be one.

    Args:
        cells: raw texts by name of column; those of the standard are passed over.
    """
    found: dict[Property, list[str]] = {}
    notes: list[Note] = []
    for name, column in COLUMNS.items():
        if cells.get(name, "").strip():
            cleaned = _CLEANERS[column.prop.kind](column, name, cells[name])
            kept = cleaned.values if column.prop.multiple else cleaned.values[:1]
            found.setdefault(column.prop, []).extend(kept)
            notes.extend(
                (*cleaned.notes, *(_lost(name, one) for one in cleaned.values[len(kept) :]))
            )
    values: Values = {
        prop.name: tuple(texts) if prop.multiple else texts[0]
        for prop, texts in found.items()
        if texts
    }
    return values, tuple(notes)


def parts(text: str) -> list[str]:
    """Return the values that a cell holds between ``|`` or ``;``."""
    return [part.strip() for part in _SEPARATORS.split(text) if part.strip()]


def _plain(column: Column, name: str, text: str) -> CellList:
    """Return texts as they are, or as the reader of their kind understands them."""
    several = column.prop.multiple or column.prop.kind == "concept"
    texts = parts(text) if several else [text.strip()]
    read = _READERS[column.prop.kind]
    found = [(one, read(column.prop, one)) for one in texts]
    notes = (_lost(name, one) for one, value in found if not value)
    return CellList(tuple(value for _, value in found if value), tuple(notes))


def _lost(name: str, text: str) -> Note:
    return Note(name, "feature-invalid", "loss", text, "")


def _of_list(prop: Property, text: str) -> str:
    """Return the notation of the value that a text names."""
    value = match(prop.scheme or "", text)
    return value.notation if value else ""


def _day(_: Property, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _yes_or_no(_: Property, text: str) -> str:
    folded = text.casefold()
    if folded in _YES | {"1"}:
        return "true"
    return "false" if folded in _NO else ""


def _number(_: Property, text: str) -> str:
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return ""
    return format(number, "f") if number.is_finite() and number >= 0 else ""


def _share(prop: Property, text: str) -> str:
    number = _number(prop, text.removesuffix("%").strip())
    return number if number and Decimal(number) <= _FULL_SHARE else ""


def _of_whole(column: Column, name: str, text: str) -> CellList:
    """Return a value of the list with its share; a share of 0 means that it does not apply."""
    text = text.strip()
    if text.casefold() in _YES:
        return CellList((share_text(column.value),))
    share = _share(column.prop, text)
    if not share:
        return CellList(notes=(_lost(name, text),))
    return CellList((share_text(column.value, share),) if Decimal(share) else ())


def _text(_: Column, name: str, text: str) -> CellList:
    cell = clean_text(name, text)
    return CellList((cell.value,) if cell.value else (), cell.notes)


_READERS: Mapping[str, Callable[[Property, str], str]] = {
    "concept": _of_list,
    "iri": lambda _, text: text if _IRI.fullmatch(text) else "",
    "date": _day,
    "boolean": _yes_or_no,
    "number": _number,
    "share": _share,
    "string": lambda _, text: text,
}
_CLEANERS: Mapping[str, Callable[[Column, str, str], CellList]] = {
    **dict.fromkeys(_READERS, _plain),
    "shares": _of_whole,
    "text": _text,
    "phone": lambda _, name, text: clean_phones(name, text, None),
    "email": lambda _, name, text: clean_emails(name, text),
    "web": lambda _, name, text: clean_sites(name, text),
}
