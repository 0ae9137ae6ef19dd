"""Reading a body to its proven end, within bounds.

``requests`` gives half a document as if it were whole when a connection closes early in the right
place. Here the end must be proved: by ``Content-Length``, the last chunk, or the gzip trailer.
"""

import zlib
from collections.abc import Callable
from http.client import HTTPException
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from harvester.errors import DocumentError, IncompleteError
from harvester.fetch.values import Policy

_GZIP = b"\x1f\x8b"
_PIECE = 65_536
_RATIO_FROM = 1_000_000


def read_body(
    answer: requests.Response,
    policy: Policy,
    late: Callable[[], bool],
    on_bytes: Callable[[int], None],
) -> bytes:
    """Return the decoded body.

    Args:
        answer: response opened with ``stream=True``.
        policy: its byte and ratio limits.
        late: says whether the deadline has passed.
        on_bytes: called with the number of bytes of each piece.

    Raises:
        DocumentError: more bytes, or a higher ratio, than allowed; unknown content coding.
        IncompleteError: the end of the document is missing or unproven.
    """
    decode = _Decoder(answer.headers.get("Content-Encoding", ""), answer.url, policy)
    raw: Any = answer.raw
    received = 0
    try:
        while piece := raw.read1(_PIECE, decode_content=False):
            received += len(piece)
            on_bytes(len(piece))
            decode.feed(piece, received)
    except (HTTPError, HTTPException, OSError) as error:
        code = "MED-H108" if late() else "MED-H107"
        raise IncompleteError(
            code, url=answer.url, received=received, seconds=policy.deadline_s
        ) from error
    if late():
        raise IncompleteError("MED-H108", url=answer.url, seconds=policy.deadline_s)
    if not (_framed(answer, received) or decode.proved):
        raise IncompleteError("MED-H107", url=answer.url, received=received)
    return decode.finish(received)


def _framed(answer: requests.Response, received: int) -> bool:
    """Whether the message's own framing (RFC 9112, section 6.3) proves the end."""
    if "chunked" in answer.headers.get("Transfer-Encoding", "").lower():
        return True
    length = answer.headers.get("Content-Length", "")
    # As text: a length of thousands of digits is no number that Python reads.
    return length.isascii() and length.isdigit() and length.lstrip("0") == str(received).lstrip("0")


class _Decoder:
    """Undoes one content coding, counting what comes out."""

    def __init__(self, coding: str, url: str, policy: Policy) -> None:
        self._url = url
        self._policy = policy
        self._parts: list[bytes] = []
        self._size = 0
        coding = coding.strip().lower()
        if coding not in {"", "identity", "gzip", "x-gzip"}:
            raise DocumentError("MED-H105", url=url, coding=coding)
        self._gzip = zlib.decompressobj(31) if "gzip" in coding else None
        self._start = b""

    @property
    def proved(self) -> bool:
        """The gzip trailer came and its checksum and length were right."""
        return self._gzip is not None and self._gzip.eof

    def feed(self, piece: bytes, received: int) -> None:
        if self._gzip is None:
            self._keep(piece, received)
            return
        self._check_start(piece)
        part = b" "
        while (part or piece) and not self._gzip.eof:
            try:
                part = self._gzip.decompress(piece, _PIECE * 16)
            except zlib.error as error:
                raise IncompleteError("MED-H107", url=self._url, received=received) from error
            self._keep(part, received)
            piece = self._gzip.unconsumed_tail

    def _check_start(self, piece: bytes) -> None:
        """Refuse what is called gzip and does not begin like it (RFC 1952, section 2.3.1)."""
        if len(self._start) < len(_GZIP):
            self._start = (self._start + piece)[: len(_GZIP)]
            if not _GZIP.startswith(self._start):
                raise DocumentError("MED-H118", url=self._url)

    def _keep(self, part: bytes, received: int) -> None:
        self._parts.append(part)
        self._size += len(part)
        if self._size > self._policy.max_bytes:
            raise DocumentError("MED-H106", url=self._url, limit=self._policy.max_bytes)
        if self._size > max(received * self._policy.max_ratio, _RATIO_FROM):
            raise DocumentError("MED-H104", url=self._url, limit=self._policy.max_ratio)

    def finish(self, received: int) -> bytes:
        if self._gzip is not None and received and not self._gzip.eof:
            raise IncompleteError("MED-H107", url=self._url, received=received)
        return b"".join(self._parts)
