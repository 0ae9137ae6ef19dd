"""The harvester's side of the parsing children: gives them documents, outlives them."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self

import pyoxigraph as ox

from harvester.errors import DocumentError
from harvester.parsing import formats
from harvester.parsing.group import Parsed, RecordPart
from harvester.parsing.known import KnownHash, part
from harvester.parsing.mistaken import refuse_mistaken
from sandbox import child
from sandbox.child import ChildError, DeadlineError
from sandbox.isolation import Bounds
from sandbox.pool import ChildPool

_PLAIN = {
    ox.RdfFormat.N_TRIPLES: "application/n-triples",
    ox.RdfFormat.N_QUADS: "application/n-quads",
}
_BEYOND_LIMITS = frozenset({"MED-H208", "MED-H217", "MED-H218"})
_WORK = "harvester.parsing.child"
AHEAD = 2
"""Documents read at a time, besides one that is waited for."""
MAX_GROUPS = 1_000_000
MAX_STATED_BYTES = 400_000_000
"""What all documents of a harvest may state, as N-Triples: some 60,000 places."""


class Reading:
    """A document that is being read."""

    def __init__(self, parser: "Parser", url: str, future: Future[Parsed]) -> None:
        self._parser, self._url, self._future = parser, url, future

    def result(self) -> Parsed:
        """Wait for its statements, by graph and record.

        Raises:
            DocumentError: as :meth:`Parser.parse`.
        """
        self._parser.on_wait()
        return self._parser.counted(self._url, self._future.result())


class Parser:
    """Parses documents in child processes; use as a context.

    A child is started when a document needs it, so a harvest with nothing new costs no process.

    Attributes:
        on_wait: called before the statements of a document are waited for.
        on_read: called with how many records each document has, in the thread that takes them;
            what a page of a stream says outside of its members' graphs is not counted.
        known: the content hash held for a subject; what a dump repeats of it is not parsed again.
    """

    def __init__(
        self,
        *,
        memory_bytes: int = 1_000_000_000,
        cpu_s: int = 60,
        deadline_s: float = 45.0,
        max_bytes: int = 256_000_000,
    ) -> None:
        self._children = ChildPool(_WORK, Bounds(memory_bytes, cpu_s), AHEAD + 1)
        self._deadline_s = deadline_s
        self._max_bytes = max_bytes
        self._ahead: ThreadPoolExecutor | None = None
        self._groups = self._stated = 0
        self.on_wait: Callable[[], None] = lambda: None
        self.on_read: Callable[[int], None] = lambda _: None
        self.known: KnownHash = lambda _: None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the children; what they were reading is lost."""
        if self._ahead is not None:
            self._ahead.shutdown(wait=False, cancel_futures=True)
        self._children.close()
        self._children.cut()
        if self._ahead is not None:
            self._ahead.shutdown()

    def cut(self) -> None:
        """End what the children are reading, from another thread."""
        self._children.cut()

    def parse(self, url: str, media_type: str, data: bytes) -> Parsed:
        """Return the statements of a document, by graph and record.

        Args:
            url: address of the document: base of its relative IRIs.
            media_type: what the server called it; may be empty.
            data: the document, gzip or not.

        Raises:
            DocumentError: not readable as RDF, reading it went beyond the limits, or all documents
                together state too much.
        """
        self.on_wait()
        return self.counted(url, self._parsed(url, media_type, data))

    def begin(self, url: str, media_type: str, data: bytes) -> Reading:
        """Have a document read while others are fetched and looked at; arguments as for parse."""
        if self._ahead is None:
            self._ahead = ThreadPoolExecutor(AHEAD, "parse")
        return Reading(self, url, self._ahead.submit(self._parsed, url, media_type, data))

    def counted(self, url: str, parsed: Parsed) -> Parsed:
        """Bound what the harvest keeps in memory of all its documents, and report that one is read.

        Raises:
            DocumentError: all documents together state too much.
        """
        size = sum(len(group.body) for group in parsed.groups)
        self._check(url, len(parsed.groups), size)
        self._groups += len(parsed.groups)
        self._stated += size
        named = sum(1 for group in parsed.groups if group.graph)
        self.on_read(named or len(parsed.groups))
        return parsed

    def _parsed(self, url: str, media_type: str, data: bytes) -> Parsed:
        refuse_mistaken(url, data)
        return self._part(url, media_type, data) or self._read(url, media_type, data)

    def _part(self, url: str, media_type: str, data: bytes) -> Parsed | None:
        """Read what is not known of a document of plain statements; None when all must be read.

        That is so when nothing is known, when the rest says more about a known record, and when
        something is wrong with the rest: the parser will say where in the whole document.
        """
        kind = _plain_type(url, media_type, data)
        if not kind:
            return None
        known, rest = part(data, self.known)
        if not known or not rest.strip():
            return Parsed(known, 0) if known else None
        if _plain_type(url, kind, rest) != kind:
            return None
        try:
            read = self._read(url, kind, rest)
        except DocumentError as error:
            if error.code in _BEYOND_LIMITS:
                raise
            return None
        if {group.record for group in known} & {group.record for group in read.groups}:
            return None
        return Parsed((*known, *read.groups), read.unattached)

    def _read(self, url: str, media_type: str, data: bytes) -> Parsed:
        """Have a document read by a child."""
        request = {"url": url, "media_type": media_type, "max_bytes": self._max_bytes}
        try:
            head, body = self._children.ask(request, data, deadline_s=self._deadline_s)
        except ChildError as error:
            raise self._why_dead(url, error) from error
        if "code" in head:
            raise DocumentError(head["code"], **head["details"])
        self._check(url, int(head["groups"]), len(body) - int(head["index"]))
        groups = tuple(_groups(body, int(head["index"])))
        return Parsed(groups, int(head["unattached"]), head["prologue"])

    def _check(self, url: str, groups: int, size: int) -> None:
        if self._groups + groups > MAX_GROUPS:
            raise DocumentError("MED-H217", url=url, limit=MAX_GROUPS)
        if self._stated + size > MAX_STATED_BYTES:
            raise DocumentError("MED-H218", url=url, limit=MAX_STATED_BYTES)

    def _why_dead(self, url: str, error: ChildError) -> DocumentError:
        bounds = self._children.bounds
        limits = f"{bounds.memory_bytes:,} bytes, {bounds.cpu_s} s"
        is_late = isinstance(error, DeadlineError)
        return DocumentError(
            "MED-H208", url=url, reason=f"{self._deadline_s:g} s" if is_late else limits
        )


def expect() -> None:
    """Have the fork server load what reading documents needs, without waiting for it."""
    child.expect(_WORK)


def _plain_type(url: str, media_type: str, data: bytes) -> str:
    """Give the type of a document of plain statements, N-Triples or N-Quads; empty for another."""
    try:
        return _PLAIN.get(formats.decide(url, media_type, data[:4_000]), "")
    except DocumentError:
        return ""


def _groups(body: bytes, start: int) -> Iterator[RecordPart]:
    """Return the groups of an answer: their index, then their statements from a start on."""
    for row in body[:start].decode().split("\n") if start else ():
        graph, record, size, tangled = row.split("\t")
        end = start + int(size)
        yield RecordPart(graph, record, body[start:end], tangled == "1")
        start = end
