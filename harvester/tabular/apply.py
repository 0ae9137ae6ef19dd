"""A mapping used on one row: the fields of the standard as the producer's cells give them."""

import re
from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from itertools import chain

from harvester.clean.text import clean_text
from harvester.tabular.mapping import (
    DAYS,
    Choice,
    Hours,
    Identity,
    Mapping,
    Refusal,
    has_words,
    split,
    words,
)
from harvester.tabular.result import ReportLine
from harvester.tabular.table import Row
from vocab.text import fold

_TIME = re.compile(r"\d{1,2}\s*[:hH]\s*\d{0,2}(:00)?")
_OSM = re.compile(r"(?:Mo|Tu|We|Th|Fr|Sa|Su)\b")
_PARTS = re.compile(r" ?[;|] ?(?=.)|;$")
_EVEN, _ODD = ("week 02-52/2", "Semaine paire :"), ("week 01-53/2", "Semaine impaire :")


@dataclass
class Draft:
    """A place being built: the raw value of each field, from one row or several.

    Attributes:
        rows: numbers of the rows, the first of them the one that began the place.
        local_id: the producer's own; empty when the row has none.
        cells: field of the standard, or name of a further column -> raw text.
        lines: what the mapping has to say about the rows.
    """

    rows: list[int]
    local_id: str
    cells: dict[str, str]
    lines: list[ReportLine] = field(default_factory=list)


def draft_of(row: Row, mapping: Mapping) -> Draft:
    """Return what a row says under the names of the table; nothing is cleaned yet."""
    cells = {name: reader.read(row.cells) for name, reader in mapping.fields.items()}
    chosen, lost = _choose(mapping.choices, row.cells)
    for name, values in chosen.items():
        cells[name] = "|".join(dict.fromkeys([*filter(None, [cells.get(name)]), *values]))
    if mapping.hours:
        cells["horaires"] = hours_text(mapping.hours, row.cells) or cells.get("horaires", "")
    local_id = local_id_of(mapping.identity, row.cells)
    kept = _kept_columns(mapping)
    lines = [
        ReportLine(row.number, local_id or None, column, "term-unknown", "loss", term)
        for column, term in lost
        if column not in kept
    ]
    filled = {name: text for name, text in cells.items() if text.strip()}
    return Draft([row.number], local_id, filled, lines)


def refusal_of(row: Row, refusals: tuple[Refusal, ...]) -> tuple[str, str, str] | None:
    """Return column, value and reason when the mapping says that this row is no place."""
    for refusal in refusals:
        if not refusal.columns:
            return "", "", refusal.because
        for column in refusal.columns:
            if fold(row.cells.get(column, "")) in refusal.values:
                return column, row.cells.get(column, ""), refusal.because
    return None


def local_id_of(identity: Identity, cells: Dict[str, str]) -> str:
    """Return the producer's id of a row; empty when one of its columns is, unless it may be.

    The id that was written into the row, where there is one, is taken as it is.
    """
    if identity.written and states(identity.written, cells):
        return cells[identity.written].strip()
    found = {
        column: " ".join(cells[column].split()) if states(column, cells) else ""
        for column in identity.columns
    }
    parts = [part for part in found.values() if part]
    if not parts or any(not found[name] for name in found if name not in identity.optional):
        return ""
    if identity.number:
        parts = [_integer(part) for part in parts]
    if identity.slug:
        parts = [words(part).strip().replace(" ", "-") for part in parts]
    return identity.prefix + identity.separator.join(parts)


def states(column: str, cells: Dict[str, str]) -> bool:
    """Whether a column says something in a row: ``NC`` or a dash says nothing."""
    return bool(clean_text("id", cells.get(column, "")).value)


def _integer(text: str) -> str:
    digits = "".join(text.split())
    whole, dot, decimals = digits.partition(".")
    if dot and whole.isdigit() and not decimals.strip("0"):
        return whole
    return digits if digits.isdigit() else text


def _kept_columns(mapping: Mapping) -> frozenset[str]:
    """Give the columns that a field takes whole: a term that chooses nothing is not lost there."""
    readers = mapping.fields.values()
    return frozenset(column for reader in readers for column in reader.columns)


def _choose(
    choices: tuple[Choice, ...], cells: Dict[str, str]
) -> tuple[dict[str, list[str]], list[tuple[str, str]]]:
    """Return the values chosen for each field, and the terms that no rule knew."""
    chosen: dict[str, list[str]] = defaultdict(list)
    seen: dict[tuple[str, str], str] = {}
    known: set[tuple[str, str]] = set()
    for choice in choices:
        values: list[str] = []
        excluded = False
        for column, term in _terms(choice, cells):
            folded = fold(term)
            seen.setdefault((column, folded), term)
            found = _targets(choice, term, folded)
            if found or folded in choice.nothing or folded in choice.unless:
                known.add((column, folded))
            values += found
            excluded |= folded in choice.unless
        chosen[choice.target] += [] if excluded else values or choice.default
    return chosen, [(key[0], term) for key, term in seen.items() if key not in known]


def _terms(choice: Choice, cells: Dict[str, str]) -> Iterator[tuple[str, str]]:
    for column in choice.columns:
        for term in split(cells.get(column, ""), choice.separators):
            yield column, term


def _targets(choice: Choice, term: str, folded: str) -> list[str]:
    if folded in choice.nothing:
        return []
    inside = (to for wanted, to in choice.contains_word.items() if has_words(term, wanted))
    return [*choice.values.get(folded, ()), *chain(*inside), *choice.filled]


def hours_text(hours: Hours, cells: Dict[str, str]) -> str:
    """Return the week as one French text, such as ``Lundi : 09:00-12:00 ; Mardi : 14h à 18h``.

    A day whose text means closed is left out, as OSM opening hours do. A semicolon parts days
    alone, so that what one cell says is not read as said of the whole week.
    """
    days = []
    for day, columns in hours.days.items():
        text = _day(columns, cells, hours.closed)
        if text:
            days.append(f"{DAYS[day]} : {text}")
    week = " ; ".join(days) or next((cells[column] for column in hours.text if column in cells), "")
    return _in_weeks(week, hours, cells) if week else ""


def _day(columns: tuple[str, ...], cells: Dict[str, str], closed: frozenset[str]) -> str:
    written = (" ".join(cells[column].split()) for column in columns if column in cells)
    found = [_PARTS.sub(" / ", text) for text in written if fold(text) not in closed]
    paired = len(columns) > 1 and len(found) % 2 == 0
    if paired and found and all(_TIME.fullmatch(text) for text in found):
        pairs = zip(found[::2], found[1::2], strict=True)
        return ", ".join(f"{opens}-{closes}" for opens, closes in pairs)
    return " / ".join(found)


def _in_weeks(week: str, hours: Hours, cells: Dict[str, str]) -> str:
    """Say that the hours hold in even or odd weeks only: in OSM when they are, else in words."""
    weeks = fold(cells.get(hours.weeks, ""))
    if weeks not in hours.even | hours.odd:
        return week
    osm, said = _EVEN if weeks in hours.even else _ODD
    if not _OSM.match(week):
        return f"{said} {week}"
    rules = [rule.strip() for rule in week.split(";") if rule.strip()]
    return "; ".join(f"{osm} {rule}" if _OSM.match(rule) else rule for rule in rules)
