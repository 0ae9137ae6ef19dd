"""The national export as a table whose rows have lasting local ids."""

from dataclasses import replace

from harvester.sources.national_ids import KnownSegments, local_ids, segments_of
from harvester.tabular.apply import local_id_of
from harvester.tabular.checks import mapping_for
from harvester.tabular.mapping import Identity, Mapping, Reader
from harvester.tabular.table import Row, Table

_LOCAL_ID = "id (local)"
_SEGMENTS = "id (segments)"


def with_local_ids(
    table: Table, mapping: Mapping | None, known_segments: KnownSegments
) -> tuple[Table, Mapping, KnownSegments]:
    """Add the local id and the segments of each row as columns, and a mapping that reads them.

    Args:
        table: as read; its ids are composed national ids.
        mapping: for a producer's own columns; none for the columns of the national standard.
        known_segments: local id -> segments, as the last visit left it.

    Returns:
        the table, the mapping to import it with, and the memory for the next visit.

    Raises:
        PublishedError: the table lacks the column of the id.
    """
    rules = mapping_for(table, mapping)
    composed = {
        row.number: "" if row.problem else local_id_of(rules.identity, row.cells)
        for row in table.rows
    }
    given = local_ids((whole for whole in composed.values() if whole), known_segments)
    rows = tuple(_renamed(row, composed[row.number], given) for row in table.rows)
    table = replace(table, rows=rows, columns=(*table.columns, _LOCAL_ID, _SEGMENTS))
    rules = replace(
        rules,
        identity=Identity((_LOCAL_ID,), group=rules.identity.group),
        fields={**rules.fields, "other_identifiers": Reader((_SEGMENTS,))},
        ignore=(*rules.ignore, *rules.identity.columns),
    )
    return table, rules, {local: segments_of(whole) for whole, local in given.items()}


def _renamed(row: Row, composed: str, given: dict[str, str]) -> Row:
    if not composed:
        return row
    ids = {_LOCAL_ID: given[composed], _SEGMENTS: "|".join(segments_of(composed))}
    return replace(row, cells={**row.cells, **ids})
