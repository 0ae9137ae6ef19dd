"""Rows of the national standard v0.1.1: read without loss, and given back as they were.

The closed lists changed between the versions, and some old values have no successor. A place
therefore keeps the old values it was stated with (``med:formerValue``) beside the migrated ones.
"""

from collections import defaultdict
from collections.abc import Mapping

from vocab.export import UNKNOWN_PIVOT, Values, further_values, national_values
from vocab.order import canonical
from vocab.properties import FIELDS, property_named
from vocab.records import Record
from vocab.schemes import Concept, concept, concepts, former, migrate, schemes

SEPARATOR = ";"
BAN_KEY_COLUMN = "cle_ban"
_FIELD_OF = {field.old: field for field in FIELDS if field.old}
_SCHEME_OF = {each.former_field: each.slug for each in schemes() if each.former_field}
_OLD = [field.old for field in FIELDS if field.old]
_AT = _OLD.index("typologie")
FORMER_COLUMNS = (*_OLD[:_AT], BAN_KEY_COLUMN, *_OLD[_AT:])
"""In the order of the v0.1.1 schema."""


def read_former(row: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the values of a v0.1.1 row under the names of today, ready for ``place_record``.

    A value outside the old list keeps its place in the v1 field that follows the column.

    Raises:
        KeyError: a column is not one of v0.1.1.
    """
    values: dict[str, list[str]] = defaultdict(list)
    kept: list[str] = []
    migrated: set[str] = set()
    for column, cell in row.items():
        if column == BAN_KEY_COLUMN:
            continue
        field = _FIELD_OF[column]
        for text in _split(cell) if field.multiple else [cell]:
            old = former(column, text)
            if old is None:
                values[field.name].append(text)
                continue
            kept.append(old.iri)
            for name, value in migrate(column, text):
                values[name].append(value.national)
                migrated.add(name)
    for name in migrated:  # nobody stated an order of the new values
        values[name] = canonical(property_named(name), values[name])
    values |= {"former_values": kept, "ban_key": [row.get(BAN_KEY_COLUMN, "")]}
    return {name: tuple(texts) for name, texts in values.items()}


def former_row(record: Record) -> dict[str, str]:
    """Return one cell for each of the 29 columns of v0.1.1, as far as the place was stated in it.

    The five columns whose lists changed hold the old values that the place keeps, in list order;
    new values are not translated back, because the old lists cannot say the same things.
    """
    values = national_values(record)
    values.setdefault("pivot", UNKNOWN_PIVOT)
    further = further_values(record)
    row = {BAN_KEY_COLUMN: str(further.get("ban_key", ""))}
    for column, scheme in _SCHEME_OF.items():
        row[column] = SEPARATOR.join(value.national for value in _kept(further, scheme))
    for column in FORMER_COLUMNS:
        if column not in row:
            cell = values.get(_FIELD_OF[column].name, "")
            row[column] = cell if isinstance(cell, str) else SEPARATOR.join(cell)
    return {column: row[column] for column in FORMER_COLUMNS}


def _kept(further: Values, scheme: str) -> list[Concept]:
    stated = {concept(iri) for iri in further.get("former_values", ())}
    return [value for value in concepts(scheme) if value in stated]


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(SEPARATOR) if part.strip()]
