"""The cursor for a full read: names stay, everything read before is forgotten."""

from collections.abc import Mapping
from typing import Any

_NAMES = ("reader", "recipe", "ids", "unidentified", "chosen")
"""How a reader is recognised, the names that it gave to rows and what it chose in a catalogue."""


def full_read_cursor(cursor: Mapping[str, Any]) -> dict[str, Any]:
    """Return a cursor that remembers names, and nothing of what was read.

    Conditions, digests, pages and positions go. The names that composed ids were given stay: a
    place that comes again has the IRI that it had. So does how far a stream
    had come: one that goes back is held.

    >>> full_read_cursor({"reader": "table", "recipe": "r", "ids": {"A__B": "A"}, "etag": "x"})
    {'reader': 'table', 'recipe': 'r', 'ids': {'A__B': 'A'}}
    >>> full_read_cursor({"reader": "ldes", "root": "https://pole.example/feed/", "pages": {}})
    {}
    >>> full_read_cursor({"reader": "ldes", "context": {"stream": "urn:s"}, "top": ["2026", "7"]})
    {'reached': {'stream': 'urn:s', 'top': ['2026', '7']}}
    """
    names = _NAMES if cursor.get("reader") in {"table", "dcat"} else ()
    kept = {name: cursor[name] for name in names if name in cursor}
    if cursor.get("reader") == "ldes" and "top" in cursor:
        kept["reached"] = {"stream": cursor["context"]["stream"], "top": cursor["top"]}
    elif "reached" in cursor:
        kept["reached"] = cursor["reached"]
    if isinstance(inner := cursor.get("inner"), Mapping):
        kept["inner"] = full_read_cursor(inner)
    return kept
