"""A cursor from which a source is read whole again, though nothing that it names changes."""

from collections.abc import Mapping
from typing import Any

from registry.sources.rhythm import rhythm_of, with_rhythm

_NAMES = ("reader", "recipe", "ids", "unidentified", "chosen")
"""How a reader is recognised, the names that it gave to rows and what it chose in a catalogue."""


def afresh(cursor: Mapping[str, Any]) -> dict[str, Any]:
    """Give a cursor that remembers names, and nothing of what was read.

    Conditions, digests, pages and positions go. The names that composed ids were given stay: a
    place that comes again has the IRI that it had. So does what the source declared about time, and
    how far a stream had come: one that goes back is held.

    >>> afresh({"reader": "table", "recipe": "r", "ids": {"A__B": "A"}, "etag": "x", "digests": []})
    {'reader': 'table', 'recipe': 'r', 'ids': {'A__B': 'A'}}
    >>> afresh({"reader": "ldes", "root": "https://pole.example/feed/", "pages": {}})
    {}
    >>> afresh({"reader": "ldes", "context": {"stream": "urn:s"}, "top": ["2026-01-01", "7"]})
    {'reached': {'stream': 'urn:s', 'top': ['2026-01-01', '7']}}
    """
    if cursor.get("reader") not in {"table", "dcat"}:
        kept: dict[str, Any] = {}
    else:
        kept = {name: cursor[name] for name in _NAMES if name in cursor}
    if cursor.get("reader") == "ldes" and "top" in cursor:
        kept["reached"] = {"stream": cursor["context"]["stream"], "top": cursor["top"]}
    elif "reached" in cursor:
        kept["reached"] = cursor["reached"]
    if isinstance(inner := cursor.get("inner"), Mapping):
        kept["inner"] = afresh(inner)
    return with_rhythm(kept, rhythm_of(cursor))
