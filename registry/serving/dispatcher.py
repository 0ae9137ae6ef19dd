"""Which request is answered next: round robin over clients, and none holds every thread.

Replaces waitress's own dispatcher, which answers in the order of arrival: there, sixteen slow
requests of one client keep everybody else waiting.
"""

import logging
import threading
import time
from collections import Counter, OrderedDict, deque
from typing import Protocol

_LOG = logging.getLogger(__name__)
_FREE_FOR_OTHERS = 2
"""Threads that one client's requests leave to the others."""


class Task(Protocol):
    """A connection whose next request is whole."""

    client: str
    is_probe: bool

    def service(self) -> None:
        """Answer the request."""

    def cancel(self) -> None:
        """Drop the connection."""


class FairDispatcher:
    """Threads that answer whole requests.

    One thread more than asked for answers probes (is the node alive?) and nothing else, so that
    a node under load is not taken for one that is down.

    Args:
        threads: how many ordinary requests are answered at once.
    """

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._share = max(1, threads - _FREE_FOR_OTHERS)
        self._changed = threading.Condition()
        self._waiting: OrderedDict[str, deque[Task]] = OrderedDict()
        self._running: Counter[str] = Counter()
        self._probes: deque[Task] = deque()
        self._is_probing = False
        self._is_stopping = False
        self._started = [
            threading.Thread(target=self._work, name=f"web-{number}", daemon=True)
            for number in range(threads + 1)
        ]
        for thread in self._started:
            thread.start()

    def add_task(self, task: Task) -> None:
        """Queue a request behind those of its own client."""
        with self._changed:
            if task.is_probe:
                self._probes.append(task)
            else:
                self._waiting.setdefault(task.client, deque()).append(task)
            self._changed.notify()

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """End the threads; give whether requests that waited were dropped.

        Args:
            cancel_pending: drop them.
            timeout: seconds that requests under way are given.
        """
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
        deadline = time.monotonic() + timeout
        for thread in self._started:
            thread.join(max(0.0, deadline - time.monotonic()))
        with self._changed:
            pending = [*self._probes, *(task for queue in self._waiting.values() for task in queue)]
            if cancel_pending:
                self._probes.clear()
                self._waiting.clear()
        for task in pending if cancel_pending else ():
            task.cancel()
        return cancel_pending and bool(pending)

    def _work(self) -> None:
        while (task := self._next()) is not None:
            # Read now: the connection's next request may be another kind.
            client, is_probe = task.client, task.is_probe
            try:
                task.service()
            except BaseException:  # noqa: BLE001  as waitress: a thread outlives what it answers
                _LOG.exception("a request could not be answered")
            finally:
                self._done(client, is_probe)

    def _next(self) -> Task | None:
        """Wait for a request that may be answered now; None when the threads are to end."""
        with self._changed:
            while not self._is_stopping:
                task = self._probe() or self._next_of_clients()
                if task is not None:
                    return task
                self._changed.wait()
        return None

    def _probe(self) -> Task | None:
        if self._is_probing or not self._probes:
            return None
        self._is_probing = True
        return self._probes.popleft()

    def _next_of_clients(self) -> Task | None:
        """The oldest request of the next client that may have one more thread."""
        if self._running.total() >= self._threads:
            return None
        allowed = (c for c in self._waiting if self._running[c] < self._share)
        client = next(allowed, None)
        if client is None:
            return None
        self._running[client] += 1
        queue = self._waiting[client]
        task = queue.popleft()
        if queue:
            self._waiting.move_to_end(client)
        else:
            del self._waiting[client]
        return task

    def _done(self, client: str, is_probe: bool) -> None:
        with self._changed:
            if is_probe:
                self._is_probing = False
            else:
                self._running[client] -= 1
                if not self._running[client]:
                    del self._running[client]
            self._changed.notify()
