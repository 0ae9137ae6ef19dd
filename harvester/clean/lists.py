"""Closed lists: values matched whole, old values carried to v1, everything else named as lost."""

import re
from dataclasses import dataclass
from functools import lru_cache

from harvester.clean.types import Note
from vocab.properties import FIELDS, Property
from vocab.schemes import Concept, former, match, migrate
from vocab.text import fold

# Codes that the national pipeline adds because they are part of a longer code that is really there.
ARTEFACTS = {
    "CC": ("CCAS",),
    "CS": ("CSC",),
    "PI": ("PIMMS", "PIJ_BIJ", "EPI", "SPIP"),
    "MSA": ("MSAP",),
    "FT": ("PENSION",),
    "ES": ("RESSOURCERIE",),
    "ESS": ("RESSOURCERIE",),
}
_EVERYONE = frozenset(
    fold(text) for text in ("Tout public", "Tous publics", "Tous les publics", "Tous")
)
_STRONG = re.compile(r"\s*[|;]\s*")
_CLEAR = re.compile(r"\s*,?\s*\n\s*|\s+/\s+")
_UNSURE = re.compile(r"\s*(,|/)\s*")
MAX_VALUES = 200  # a list of the standard holds 92 at most


@dataclass(frozen=True, slots=True)
class Chosen:
    """What one cell of a closed list says: pairs of a v1.0.2 field and an exact national value."""

    values: tuple[tuple[str, str], ...] = ()
    notes: tuple[Note, ...] = ()


@lru_cache(maxsize=16384)
def choose(column: str, field: Property, text: str) -> Chosen:
    """Return the list values of a cell.

    Args:
        column: column as the row had it; v0.1.1 and v1.0.2 values are understood in both.
        field: v1.0.2 field that the column means.
        text: the cell, values separated by ``|`` or ``;``, or by line breaks, commas or slashes
            where every piece is a known value.
    """
    values: dict[tuple[str, str], None] = {}
    notes: list[Note] = []
    seen: set[str] = set()
    for token in _tokens(field, text)[:MAX_VALUES]:
        if fold(token) in seen:
            notes.append(Note(column, "repeated-value-removed", "repair", token, ""))
            continue
        seen.add(fold(token))
        found = _meaning(field, token)
        if found is None:
            notes.append(_unknown(column, field, token))
            continue
        notes += _difference(column, field, token, found)
        values.update({(name, concept.notation): None for name, concept in found})
    return Chosen(tuple(values), tuple(notes))


def without_artefacts(column: str, values: tuple[str, ...]) -> tuple[tuple[str, ...], list[Note]]:
    """Take out the codes that only a search for substrings can have put beside a longer one."""
    notes = []
    kept = []
    for value in values:
        if column == "typologie" and set(ARTEFACTS.get(value, ())) & set(values):
            notes.append(Note(column, "suspect-substring-artefact", "loss", value, ""))
        else:
            kept.append(value)
    if column == "frais_a_charge" and {"Gratuit", "Gratuit sous condition"} <= set(values):
        both = "Gratuit|Gratuit sous condition"
        notes.append(Note(column, "suspect-free-and-conditional", "warning", both, both))
    return tuple(kept), notes


def _tokens(field: Property, text: str) -> list[str]:
    tokens: list[str] = []
    for piece in _STRONG.split(text.strip()):
        tokens += _split_clear(field, piece) if piece else []
    return tokens


def _split_clear(field: Property, piece: str) -> list[str]:
    if _known(field, piece):
        return [piece]
    tokens: list[str] = []
    for part in _CLEAR.split(piece):
        tokens += _split_unsure(field, part.strip()) if part.strip() else []
    return tokens


def _split_unsure(field: Property, part: str) -> list[str]:
    """Split at commas and slashes only if every piece is then a known value."""
    if _known(field, part):
        return [part]
    pieces = _UNSURE.split(part)
    values, marks = pieces[::2], pieces[1::2]
    if len(values) < 2 or len(values) > 40:
        return [part]
    found: list[str] = []
    start = 0
    while start < len(values):
        longest = range(len(values), start, -1)
        texts = {end: _joined(values, marks, start, end) for end in longest}
        end = next((end for end, text in texts.items() if _known(field, text)), 0)
        if not end:
            return [part]
        found.append(texts[end])
        start = end
    return found


def _joined(values: list[str], marks: list[str], start: int, end: int) -> str:
    text = values[start]
    for place in range(start + 1, end):
        text += marks[place - 1] + values[place]
    return text


def _known(field: Property, text: str) -> bool:
    return _meaning(field, text) is not None or _was_known(field, text)


@lru_cache(maxsize=4096)
def _meaning(field: Property, text: str) -> tuple[tuple[str, Concept], ...] | None:
    """The v1 fields and values of a text, or None when it has none."""
    text = text.rstrip(" .,")
    here = match(field.scheme, text) if field.scheme else None
    if here:
        return ((field.name, here),)
    old = migrate(field.old, text) if field.old else ()
    if old:
        return old
    return next(
        (
            ((one.name, found),)
            for one in _fields_of_same_column(field)
            if (found := match(str(one.scheme), text))
        ),
        None,
    )


def _fields_of_same_column(field: Property) -> list[Property]:
    """The fields into which v1 split the old one: a value in the wrong half is moved, not lost."""
    pairs = (
        {"publics_specifiquement_adresses", "prise_en_charge_specifique"},
        {"dispositif_programmes_nationaux", "formations_labels"},
    )
    names = next((pair - {field.name} for pair in pairs if field.name in pair), set())
    return [one for one in FIELDS if one.name in names]


def _was_known(field: Property, text: str) -> bool:
    return _is_everyone(field, text) or bool(field.old and former(field.old, text))


def _is_everyone(field: Property, text: str) -> bool:
    return field.name == "publics_specifiquement_adresses" and fold(text) in _EVERYONE


def _unknown(column: str, field: Property, token: str) -> Note:
    if _is_everyone(field, token):
        return Note(column, "everyone-is-no-specific-audience", "repair", token, "")
    if field.old and former(field.old, token):
        return Note(column, "value-without-equivalent", "loss", token, "")
    return Note(column, "value-not-in-list", "loss", token, "")


def _difference(
    column: str, field: Property, token: str, found: tuple[tuple[str, Concept], ...]
) -> list[Note]:
    after = "|".join(concept.notation for _, concept in found)
    if [name for name, _ in found] != [field.name]:
        return [Note(column, "value-carried-to-v1", "repair", token, after)]
    if token == after:
        return []
    of_this_list = field.scheme is not None and match(field.scheme, token) is not None
    rule = "value-exact-spelling" if of_this_list else "value-carried-to-v1"
    return [Note(column, rule, "repair", token, after)]
