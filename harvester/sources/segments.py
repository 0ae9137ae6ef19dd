"""Local ids for places that the national export names by composed ids.

The export names a place ``A__B__C``: the ids that its sources gave it, joined. The whole changes
whenever duplicates are merged or parted; each segment stays. So a place keeps the local id that one
of its segments received first, and a new place takes its first segment
(docs/decisions/0006-local-ids-of-the-national-export.md).
"""

from collections.abc import Iterable, Mapping, Sequence

SEPARATOR = "__"

Memory = Mapping[str, Sequence[str]]
"""Local id -> segments that the place of that id had at the last visit."""


def segments_of(composed: str) -> tuple[str, ...]:
    """Give the segments of a composed id, each once, in order.

    >>> segments_of("Coop_12__dora_ab__Coop_12")
    ('Coop_12', 'dora_ab')
    """
    parts = (part.strip() for part in composed.split(SEPARATOR))
    return tuple(dict.fromkeys(part for part in parts if part)) or (composed,)


def local_ids(composed: Iterable[str], memory: Memory) -> dict[str, str]:
    """Give each composed id the local id of its place; no two get the same.

    A place that still holds the segment after which it was named keeps its name before any other
    claims it: when ``A__B`` parts, ``A`` stays ``A`` and ``B`` is the new place. Shorter ids choose
    first, so that a place with one segment always finds its own free.

    Args:
        composed: the ids of the file.
        memory: what the last visit left.
    """
    named = {segment: local for local, parts in memory.items() for segment in parts}
    named.update((local, local) for local in memory)
    wholes = {whole: segments_of(whole) for whole in set(composed)}
    rows = {w: wholes[w] for w in sorted(wholes, key=lambda w: (len(wholes[w]), w))}
    given: dict[str, str] = {}
    taken: set[str] = set()
    faithful = {w: [s for s in (*parts, w) if named.get(s) == s] for w, parts in rows.items()}
    heirs = {w: [named[s] for s in parts if s in named] for w, parts in rows.items()}
    newcomers = {whole: [*parts, whole] for whole, parts in rows.items()}
    for wishes in (faithful, heirs, newcomers):
        for whole, wished in wishes.items():
            free = [local for local in wished if local not in taken]
            if whole not in given and free:
                given[whole] = free[0]
                taken.add(free[0])
    return given
