"""The national export as a table whose rows have lasting local ids.

The export names a place ``A__B__C``: the ids that its sources gave it, joined. The whole changes
whenever duplicates are merged or split; each segment stays. So a place keeps the local id that one
of its segments received first, and a new place takes its first segment
(docs/decisions/0006-local-ids-of-the-national-export.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from harvester.tabular.apply import local_id_of
from harvester.tabular.checks import mapping_for
from harvester.tabular.mapping import Identity, Reader
from harvester.tabular.mapping import Mapping as TableMapping
from harvester.tabular.table import Row, Table

SEPARATOR = "__"

KnownSegments = Mapping[str, Sequence[str]]
"""Local id -> segments that the place of that id had at the last visit."""
_LOCAL_ID = "id (local)"
_SEGMENTS = "id (segments)"


def with_local_ids(
    table: Table, mapping: TableMapping | None, known_segments: KnownSegments
) -> tuple[Table, TableMapping, KnownSegments]:
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


def segments_of(composed: str) -> tuple[str, ...]:
    """Return the segments of a composed id, each once, in order.

    >>> segments_of("Coop_12__dora_ab__Coop_12")
    ('Coop_12', 'dora_ab')
    """
    parts = (part.strip() for part in composed.split(SEPARATOR))
    return tuple(dict.fromkeys(part for part in parts if part)) or (composed,)


def local_ids(composed: Iterable[str], known_segments: KnownSegments) -> dict[str, str]:
    """Return each composed id the local id of its place; no two get the same.

    A place that still has the segment after which it was named keeps its name first: when ``A__B``
    is split, ``A`` stays ``A`` and ``B`` is the new place. Shorter ids come first, so that a place
    with one segment always finds its own free.

    Args:
        composed: the ids of the file.
        known_segments: what the last visit left.
    """
    named = {segment: local for local, parts in known_segments.items() for segment in parts}
    named.update((local, local) for local in known_segments)
    segments = {whole: segments_of(whole) for whole in set(composed)}
    rows = {w: segments[w] for w in sorted(segments, key=lambda w: (len(segments[w]), w))}
    given: dict[str, str] = {}
    taken: set[str] = set()
    unchanged = {w: [s for s in (*parts, w) if named.get(s) == s] for w, parts in rows.items()}
    inherited = {w: [named[s] for s in parts if s in named] for w, parts in rows.items()}
    new = {whole: [*parts, whole] for whole, parts in rows.items()}
    for candidates in (unchanged, inherited, new):
        for whole, ids in candidates.items():
            free = [local for local in ids if local not in taken]
            if whole not in given and free:
                given[whole] = free[0]
                taken.add(free[0])
    return given
