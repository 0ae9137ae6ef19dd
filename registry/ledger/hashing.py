"""The hashes that make tampering show: each row's, and the chains that bind the rows.

Every hash is SHA-256 over a compact JSON array, so no two different rows share their text.
"""

import hashlib
import json
from collections.abc import Iterable

GENESIS = "0" * 64
"""The hash before the first entry of a chain."""

Value = str | int | bool | None
_as_json = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def hash_of(*values: Value) -> str:
    """Return the SHA-256 of the values in order, in hexadecimal."""
    return hashlib.sha256(_as_json(values).encode()).hexdigest()


def hash_of_rows(rows: Iterable[tuple[str, str]]) -> str:
    """Return one hash for a set of (key, row hash) pairs, whatever their order."""
    return hash_of(*(text for row in sorted(rows) for text in row))


def body_hash(body: bytes) -> str:
    """Return the content hash of a record's body (N-Triples, UTF-8)."""
    return hashlib.sha256(body).hexdigest()
