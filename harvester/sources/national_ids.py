"""Local ids for places that the national export names by composed ids.

The export names a place ``A__B__C``: the ids that its sources gave it, joined. The whole changes
whenever duplicates are merged or split; each segment stays. So a place keeps the local id that one
of its segments received first, and a new place takes its first segment
(docs/decisions/0006-local-ids-of-the-national-export.md).
"""

from collections.abc import Iterable, Mapping, Sequence

SEPARATOR = "__"

KnownSegments = Mapping[str, Sequence[str]]
"""Local id -> segments that the place of that id had at the last visit."""


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
