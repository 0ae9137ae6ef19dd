"""Bytes that come with their SHA-256, so that nobody computes it again."""

from registry.ledger.hashing import body_hash


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
