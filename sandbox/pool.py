"""Children that do the same work, lent to whoever has a question."""

import threading
from typing import Any

from sandbox.child import Child, ChildError, DeathError, start
from sandbox.frames import Frame
from sandbox.isolation import Bounds


class BusyError(ChildError):
    """All children are being asked."""


class ChildPool:
    """Children that are started when none is free; safe to use from several threads.

    One that gives no answer is ended, and another is started the next time.

    Attributes:
        bounds: what each may use.
    """

    def __init__(self, work: str, bounds: Bounds, size: int) -> None:
        """Name what the children do; see :func:`sandbox.child.start`.

        Args:
            work: the module that says it.
            bounds: what each may use.
            size: how many may live at once.
        """
        self.bounds = bounds
        self._work = work
        self._size = size
        self._places = threading.Semaphore(size)
        self._lock = threading.Lock()
        self._free: list[Child] = []
        self._busy: list[Child] = []
        self._closed = False

    def fill(self) -> bool:
        """Start all children; whether the host cuts them all off from the network."""
        with self._lock:
            self._free += [start(self._work, self.bounds) for _ in range(self._size)]
            return all(child.is_isolated() for child in self._free)

    def ask(
        self,
        head: dict[str, Any],
        body: bytes = b"",
        *,
        deadline_s: float,
        wait_s: float | None = None,
    ) -> Frame:
        """Have a child answer a question.

        A question whose child was lost with the fork server is asked once more.

        Args:
            head: the question.
            body: bytes that belong to it.
            deadline_s: how long the answer may take.
            wait_s: how long to wait for a child that is free; None for ever.

        Raises:
            BusyError: no child is free.
            DeadlineError: the answer did not come in time.
            DeathError: the child ended, or the pool is closed.
            OSError: this machine may start no process.
        """
        if not self._places.acquire(timeout=wait_s):
            raise BusyError
        try:
            return self._asked(head, body, deadline_s)
        except DeathError as death:
            if death.code is not None or self._closed:
                raise
            return self._asked(head, body, deadline_s)
        finally:
            self._places.release()

    def cut(self) -> None:
        """Kill the children that are being asked, from another thread."""
        with self._lock:
            for child in self._busy:
                child.kill()

    def close(self) -> None:
        """End the children that are free; those at work end with their answer."""
        with self._lock:
            self._closed = True
            while self._free:
                self._free.pop().close()

    def _asked(self, head: dict[str, Any], body: bytes, deadline_s: float) -> Frame:
        child = self._lent()
        try:
            answer = child.ask(head, body, deadline_s=deadline_s)
        except BaseException:
            with self._lock:
                self._busy.remove(child)
            child.close()
            raise
        with self._lock:
            self._busy.remove(child)
            if self._closed:
                child.close()
            else:
                self._free.append(child)
        return answer

    def _lent(self) -> Child:
        with self._lock:
            if self._closed:
                raise DeathError(None)
            while self._free and not self._free[-1].is_alive():
                self._free.pop().close()  # it died while nobody asked it anything
            child = self._free.pop() if self._free else start(self._work, self.bounds)
            self._busy.append(child)
            return child
