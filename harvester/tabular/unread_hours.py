"""Cells of columns that are not published, though they say when a place is open or closed."""

import re
from collections.abc import Iterable, Iterator

from harvester.tabular.apply import local_id_of
from harvester.tabular.mapping import Mapping
from harvester.tabular.result import ReportLine
from harvester.tabular.table import Table
from vocab.text import base_letters

_MONTH = "(?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)"
_CLOCK = r"\d{1,2}\s?(?:h|:)\s?(?:[0-5]\d)?"
_SPEAKS_OF_HOURS = re.compile(
    rf"\bferm(?:e|ee|es|ees|eture|etures)\b|\bhoraires?\b|\bconges\b|\bvacances\b"
    rf"|\b(?:sauf|hors)\s+(?:en\s+)?{_MONTH}\b"
    rf"|\bouvert(?:e|s|es|ure)?\s+(?:le|les|du|de|en|tous|seulement|uniquement|a\s+partir)\b"
    rf"|\b{_CLOCK}\s*(?:-|–|a|/)\s*{_CLOCK}",
    re.IGNORECASE,
)
_LOOKED_AT = 500
"""Characters of a cell."""


def unread_hours_lines(
    table: Table, mapping: Mapping, unread: Iterable[str]
) -> Iterator[ReportLine]:
    """Return a warning for each cell that speaks of opening or closing and is not published.

    Args:
        table: as read.
        mapping: by which it is imported.
        unread: the columns that nothing is taken from.
    """
    columns = tuple(unread)
    for row in table.rows:
        for column in columns:
            text = row.cells.get(column, "")
            if text and _SPEAKS_OF_HOURS.search(base_letters(text[:_LOOKED_AT].lower())):
                local_id = local_id_of(mapping.identity, row.cells) or None
                yield ReportLine(
                    row.number, local_id, column, "hours-not-published", "warning", text
                )
