"""Rows of one file that may be the same place: the same name in a commune, or the same address.

A doubt, not a verdict: two places may share a house. Their identifiers differ, else the second row
is refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from harvester.tabular.result import ImportResult, ReportLine
from vocab.mapping import national_values
from vocab.text import words

SAME_NAME, SAME_ADDRESS = "place-same-name", "place-same-address"
TWINS = frozenset({SAME_NAME, SAME_ADDRESS})
"""Rules whose lines give, as what comes after, the number of the other row."""


@dataclass(frozen=True, slots=True)
class _Key:
    rule: str
    column: str
    value: str
    where: str


def twin_lines(result: ImportResult) -> Iterator[ReportLine]:
    """Return a warning for each place that an earlier one of the file may be already.

    Args:
        result: of the import; the last field of a line is the row of the earlier place.
    """
    first: dict[_Key, int] = {}
    for record in result.records:
        values = {name: str(value) for name, value in national_values(record).items() if value}
        row = result.rows_of[record.iri][0]
        keys = list(_keys(values))
        known = [key for key in keys if key in first]
        for key in known[:1]:
            said = values[key.column]
            local_id = values.get("id")
            yield ReportLine(row, local_id, key.column, key.rule, "warning", said, str(first[key]))
        for key in keys:
            first.setdefault(key, row)


def _keys(values: dict[str, str]) -> Iterator[_Key]:
    """Return what tells a place from others: name and commune, then a numbered address."""
    name, street, town = (
        " ".join(words(values.get(field, ""))) for field in ("nom", "adresse", "commune")
    )
    where = values.get("code_insee") or town or values.get("code_postal", "")
    if name and where:
        yield _Key(SAME_NAME, "nom", name, where)
    if any(char.isdigit() for char in street) and where:
        yield _Key(SAME_ADDRESS, "adresse", street, where)
