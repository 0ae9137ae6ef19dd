"""The harvester's side of the parsing child: asks for it, gives it documents, outlives it."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from harvester.parsing.children import Child, born
from harvester.parsing.group import Group
from harvester.parsing.wire import read_frame, write_frame
from harvester.problems import DocumentError

MAX_GROUPS = 1_000_000
MAX_STATED_BYTES = 400_000_000
"""What all documents of a harvest may state, as N-Triples: some 60,000 places."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """The statements of one document.

    Attributes:
        groups: one per graph and record, in document order.
        adrift: statements left out because they hang from no record.
    """

    groups: tuple[Group, ...]
    adrift: int


class Parser:
    """Parses documents in a child process; use as a context.

    The child is born at the first document, so a harvest with nothing new costs no process.

    Attributes:
        seconds: time spent waiting for the child so far.
        heard: told of the groups of each document that was read.
    """

    def __init__(
        self,
        *,
        memory_bytes: int = 1_000_000_000,
        cpu_s: int = 60,
        deadline_s: float = 45.0,
        max_bytes: int = 256_000_000,
    ) -> None:
        self._limits = (memory_bytes, cpu_s)
        self._deadline_s = deadline_s
        self._max_bytes = max_bytes
        self._child: Child | None = None
        self._groups = self._stated = 0
        self.seconds = 0.0
        self.heard: Callable[[int], None] = lambda _: None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            self._child.close()
            self._child = None

    def cut(self) -> None:
        """End what the child is reading, from another thread."""
        child = self._child
        if child is not None:
            child.kill()

    def parse(self, url: str, media_type: str, data: bytes) -> Parsed:
        """Give the statements of a document, by graph and record.

        Args:
            url: address of the document: base of its relative IRIs.
            media_type: what the server called it; may be empty.
            data: the document, gzip or not.

        Raises:
            DocumentError: not readable as RDF, reading it went beyond the limits, or all documents
                together state too much.
        """
        child = self._start()
        request = {"url": url, "media_type": media_type, "max_bytes": self._max_bytes}
        timer = threading.Timer(self._deadline_s, child.kill)
        timer.start()
        started = time.monotonic()
        try:
            head, index, bodies = _exchange(child, request, data)
        except (ConnectionError, EOFError) as error:
            raise self._why_dead(url, timer) from error
        finally:
            timer.cancel()
            self.seconds += time.monotonic() - started
        if "code" in head:
            raise DocumentError(head["code"], **head["details"])
        self._count(url, int(head["groups"]), len(bodies))
        groups = tuple(_groups(index, bodies))
        self.heard(len(groups))
        return Parsed(groups, int(head["adrift"]))

    def _count(self, url: str, groups: int, size: int) -> None:
        """Bound what the harvest keeps in memory of all its documents."""
        self._groups += groups
        self._stated += size
        if self._groups > MAX_GROUPS:
            raise DocumentError("MED-H217", url=url, limit=MAX_GROUPS)
        if self._stated > MAX_STATED_BYTES:
            raise DocumentError("MED-H218", url=url, limit=MAX_STATED_BYTES)

    def _start(self) -> Child:
        if self._child is None:
            self._child = born(*self._limits)
        return self._child

    def _why_dead(self, url: str, timer: threading.Timer) -> DocumentError:
        late = not timer.is_alive()
        self.close()
        memory_bytes, cpu_s = self._limits
        reason = f"{self._deadline_s:g} s" if late else f"{memory_bytes:,} bytes, {cpu_s} s"
        return DocumentError("MED-H208", url=url, reason=reason)


def _exchange(
    child: Child, request: dict[str, Any], data: bytes
) -> tuple[dict[str, Any], bytes, bytes]:
    write_frame(child.sink, request, data)
    head, index = _frame(child)
    bodies = b"" if "code" in head else _frame(child)[1]
    return head, index, bodies


def _frame(child: Child) -> tuple[dict[str, Any], bytes]:
    frame = read_frame(child.source)
    if frame is None:
        raise EOFError
    return frame


def _groups(index: bytes, bodies: bytes) -> Iterator[Group]:
    start = 0
    for row in index.decode().split("\n") if index else ():
        graph, record, size, tangled = row.split("\t")
        end = start + int(size)
        yield Group(graph, record, bodies[start:end], tangled == "1")
        start = end
