"""The parsing children of one harvest: lent to whoever has a document, ended together."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from harvester.parsing.children import Child, born


class Brood:
    """Children that are born when none is free; safe to use from several threads.

    Attributes:
        memory_bytes: what each may use.
        cpu_s: processor time that each may use, in seconds.
    """

    def __init__(self, memory_bytes: int, cpu_s: int) -> None:
        self.memory_bytes = memory_bytes
        self.cpu_s = cpu_s
        self._lock = threading.Lock()
        self._free: list[Child] = []
        self._busy: list[Child] = []
        self._closed = False

    @contextmanager
    def child(self) -> Iterator[Child]:
        """Lend a child; one whose block raises is ended, and another is born the next time.

        Raises:
            OSError: this machine may start no process.
            ConnectionAbortedError: the children were ended for good.
        """
        child = self._lent()
        try:
            yield child
        except BaseException:
            with self._lock:
                self._busy.remove(child)
            child.close()
            raise
        with self._lock:
            self._busy.remove(child)
            self._free.append(child)

    def _lent(self) -> Child:
        with self._lock:
            if self._closed:
                raise ConnectionAbortedError("the parsing children were ended")
            child = self._free.pop() if self._free else born(self.memory_bytes, self.cpu_s)
            self._busy.append(child)
            return child

    def cut(self) -> None:
        """End what is being read, from another thread."""
        with self._lock:
            for child in self._busy:
                child.kill()

    def close(self) -> None:
        """End all: the free ones now, the busy ones when whoever has them notices."""
        with self._lock:
            self._closed = True
            for child in self._busy:
                child.kill()
            for child in self._free:
                child.close()
            self._free.clear()
