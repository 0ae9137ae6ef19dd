"""What of a dump is known already, word for word, and so need not be parsed again.

A dump of a node states each record as the ledger keeps it: sorted canonical N-Triples, line after
line. Where the hash of such a block is the content hash that the ledger holds for its subject, the
block *is* the record that entered once, by way of the parser. N-Triples has no context, so taking
such blocks out changes nothing for the rest of the document.
"""

import re
from collections.abc import Callable

from harvester.parsing.group import RecordPart
from registry.ledger.hashing import body_hash

KnownHash = Callable[[str], str | None]
"""Gives the content hash held for a subject, or None."""

# Possessive: each byte is looked at once. Longer lines and IRIs are left to the parser.
_BLOCK = re.compile(
    rb"^<([^>#\n]{1,900}+)[>#].{0,70000}+\n(?:<\1[>#].{0,70000}+\n){0,5000}", re.MULTILINE
)


class Digested(bytes):
    """Bytes whose digest is known; whatever is made of them is plain bytes, whose is not.

    Attributes:
        digest: SHA-256 in hexadecimal.
    """

    digest: str

    @classmethod
    def of(cls, content: bytes, digest: str) -> "Digested":
        """Return bytes with the digest that whoever calls has just computed of them."""
        made = cls(content)
        made.digest = digest
        return made


def content_digest(content: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal, computed if it is not known."""
    return content.digest if isinstance(content, Digested) else body_hash(content)


def part(data: bytes, known_hash: KnownHash) -> tuple[tuple[RecordPart, ...], bytes]:
    """Take the known blocks out of an N-Triples or N-Quads document.

    Returns:
        the known blocks, one for each record, and all other bytes; both in document order.
    """
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
    return tuple(found.values()), b"".join(rest)
