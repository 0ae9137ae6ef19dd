"""What of a dump is known already, word for word, and so need not be parsed again.

A dump of a node states each record as the ledger keeps it: sorted canonical N-Triples, line after
line. Where the hash of such a block is the content hash that the ledger holds for its subject, the
block *is* the record that entered once, by way of the parser. N-Triples has no context, so taking
such blocks out changes nothing for the rest of the document.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from harvester.parsing.digested import Digested
from harvester.parsing.group import RecordPart
from registry.ledger.hashing import body_hash

KnownHash = Callable[[str], str | None]
"""Gives the content hash held for a subject, or None."""

# Possessive: each byte is looked at once. Longer lines and IRIs are left to the parser.
_BLOCK = re.compile(
    rb"^<([^>#\n]{1,900}+)[>#].{0,70000}+\n(?:<\1[>#].{0,70000}+\n){0,5000}", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Parted:
    """A document of plain statements in two.

    Attributes:
        groups: the blocks that are known, one for each record, in document order.
        rest: all other bytes, in document order.
    """

    groups: tuple[RecordPart, ...]
    rest: bytes


def part(data: bytes, known_hash: KnownHash) -> Parted:
    """Take the known blocks out of an N-Triples or N-Quads document."""
    found: dict[str, RecordPart] = {}
    rest: list[bytes] = []
    end = 0
    for block in _BLOCK.finditer(data):
        record = block.group(1).decode("utf-8", "replace")
        held = known_hash(record)
        body = block.group(0)
        if held is not None and held == body_hash(body):
            found[record] = RecordPart("", record, Digested.of(body, held))
            rest.append(data[end : block.start()])
            end = block.end()
    rest.append(data[end:])
    return Parted(tuple(found.values()), b"".join(rest))
