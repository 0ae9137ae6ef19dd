"""Who may put a query to the triple store now: threads kept for pages, and a budget per client.

A query holds a thread of the web server while it runs. At most ``slots`` do so at once; one more
waits a moment, then is sent away. And a client's queries may take so much time, counted from their
first millisecond: many short ones weigh as much as a few long ones.
"""

import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Any, Protocol

from werkzeug.exceptions import ServiceUnavailable, TooManyRequests

from registry.store.errors import QueryError, QueryUnavailableError
from registry.store.pool import Answer
from registry.store.queries import Queries

_MAX_CLIENTS = 10_000
_IPV6_HOST_BITS = 64
RETRY_AFTER_S = 10


@dataclass(frozen=True, slots=True)
class Allowance:
    """What clients may take.

    Attributes:
        slots: queries that may run or wait at once, of all clients together.
        wait_s: how long one more waits for a slot, in seconds.
        burst_s: query time that a client may take at once, in seconds.
        rate: how much of it comes back, in seconds per second.
    """

    slots: int = 4
    wait_s: float = 0.5
    burst_s: float = 60.0
    rate: float = 0.5


@dataclass(frozen=True, slots=True)
class SlotShare:
    """What one client may take of the slots.

    Attributes:
        each: slots at once.
        burst_s: time that it may use at once, in seconds.
        rate: how much of it comes back, in seconds per second.
    """

    each: int = 1
    burst_s: float = 60.0
    rate: float = 0.25


class Slots:
    """A few slots for answers that take long to write, so that pages keep the other threads.

    The machine itself, behind which a careless proxy may hide every client, has no budget of
    time and leaves one slot to the others.
    """

    def __init__(
        self,
        count: int,
        wait_s: float = 0.5,
        share: SlotShare | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._count = count
        self._wait_s = wait_s
        self._share = share or SlotShare()
        self._clock = clock
        self._changed = threading.Condition()
        self._taken: Counter[str] = Counter()
        self._used: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str = "") -> Callable[[], None]:
        """Take a slot; give the function that frees it, once however often it is called.

        Args:
            address: network address of the client; none for who has no share.

        Raises:
            TooManyRequests: the client has its share of the slots, or of the time.
            ServiceUnavailable: all stay taken for a while.
        """
        client = client_of(address) or address
        with self._changed:
            self._check_share(client, address)
            if not self._changed.wait_for(self._is_one_free, self._wait_s):
                raise ServiceUnavailable(retry_after=RETRY_AFTER_S)
            self._check_share(client, address)
            self._taken[client] += 1
        started = self._clock()
        held = [lambda: self._release(client, started)]

        def release() -> None:
            with suppress(IndexError):
                held.pop()()

        return release

    def _is_one_free(self) -> bool:
        return self._taken.total() < self._count

    def _check_share(self, client: str, address: str) -> None:
        if not client:
            return
        most = self._share.each if client_of(address) else max(1, self._count - 1)
        if self._taken[client] >= most:
            raise TooManyRequests(retry_after=RETRY_AFTER_S)
        excess = self._used_s(client, self._clock()) - self._share.burst_s
        if client_of(address) and excess >= 0:
            raise TooManyRequests(retry_after=int(excess / self._share.rate) + 1)

    def _used_s(self, client: str, now: float) -> float:
        used, at = self._used.get(client, (0.0, now))
        return max(0.0, used - (now - at) * self._share.rate)

    def _release(self, client: str, started: float) -> None:
        with self._changed:
            self._taken[client] -= 1
            if not self._taken[client]:
                del self._taken[client]
            now = self._clock()
            self._used[client] = self._used_s(client, now) + now - started, now
            self._used.move_to_end(client)
            while len(self._used) > _MAX_CLIENTS:
                self._used.popitem(last=False)
            self._changed.notify()


class Rate:
    """So many requests of each client at once, then one more each so many seconds.

    The machine itself counts as one client: nobody may flood an inbox through a careless proxy.
    """

    def __init__(
        self, burst: int, every_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._span_s = burst * every_s
        self._every_s = every_s
        self._clock = clock
        self._lock = threading.Lock()
        self._free_at: OrderedDict[str, float] = OrderedDict()

    def wait_s(self, client: str) -> int:
        """Count one request of a client; give 0, or the seconds to wait when it is one too many."""
        now = self._clock()
        with self._lock:
            free_at = max(self._free_at.get(client, now), now) + self._every_s
            excess = free_at - now - self._span_s
            if excess > 0:
                return int(excess) + 1
            self._free_at[client] = free_at
            self._free_at.move_to_end(client)
            while len(self._free_at) > _MAX_CLIENTS:
                self._free_at.popitem(last=False)
        return 0


class QueryBudgetError(QueryError):
    """A client took all of its time; carries the seconds to wait."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(
            "your queries took all the time that one client is given: ask again in {wait_s} s, "
            "ask for less, or download the whole data set",
            wait_s=wait_s,
        )
        self.wait_s = wait_s


@dataclass
class _Usage:
    """Seconds used at a moment, and the starts of the queries that run."""

    used_s: float
    at: float
    running: list[float]

    def settle(self, now: float, rate: float) -> float:
        """Let time pass; give what is used now, queries under way included."""
        self.used_s = max(0.0, self.used_s - (now - self.at) * rate)
        self.at = now
        return self.used_s + sum(now - start for start in self.running)


class Admission:
    """Admission of queries to the endpoint; shared by all threads of a server."""

    def __init__(self, allowance: Allowance, clock: Callable[[], float] = time.monotonic) -> None:
        self._allowance = allowance
        self._clock = clock
        self._slots = threading.BoundedSemaphore(allowance.slots)
        self._lock = threading.Lock()
        self._usage: OrderedDict[str, _Usage] = OrderedDict()

    @property
    def slots(self) -> int:
        """Queries that may run or wait at once."""
        return self._allowance.slots

    def ask(self, queries: Queries, address: str, query: str, **options: Any) -> Answer:
        """Put a query while holding a slot.

        Args:
            queries: what answers it.
            address: network address of the client.
            query: its text.
            options: those of ``queries.ask``.

        Raises:
            QueryError: no slot, or no answer.
        """
        with self.asking(address):
            return queries.ask(query, **options)

    @contextmanager
    def asking(self, address: str) -> Iterator[None]:
        """Hold a slot while one query runs.

        Args:
            address: network address of the client. The machine itself has no budget.

        Raises:
            QueryBudgetError: the client took all of its time.
            QueryUnavailableError: no slot became free.
        """
        client = client_of(address)
        self._check(client)
        if not self._slots.acquire(timeout=self._allowance.wait_s):
            raise QueryUnavailableError("too many queries at once: ask again in a few seconds")
        started = self._clock()
        self._begin(client, started)
        try:
            yield
        finally:
            self._slots.release()
            self._end(client, started)

    def _check(self, client: str) -> None:
        with self._lock:
            usage = self._usage.get(client)
            used = usage.settle(self._clock(), self._allowance.rate) if usage else 0.0
        excess = used - self._allowance.burst_s
        if excess >= 0:
            raise QueryBudgetError(int(excess / self._allowance.rate) + 1)

    def _begin(self, client: str, started: float) -> None:
        if not client:
            return
        with self._lock:
            usage = self._usage.setdefault(client, _Usage(0.0, started, []))
            usage.running.append(started)
            self._usage.move_to_end(client)
            while len(self._usage) > _MAX_CLIENTS:
                self._usage.popitem(last=False)

    def _end(self, client: str, started: float) -> None:
        with self._lock:
            usage = self._usage.get(client)
            if usage is None or started not in usage.running:
                return
            now = self._clock()
            usage.settle(now, self._allowance.rate)
            usage.running.remove(started)
            usage.used_s += now - started


def client_of(address: str) -> str:
    """Give the key of a client: an IPv6 /64 network has one; loopback and no address have none."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        if mapped is None:
            return "" if parsed.is_loopback else str(int(parsed) >> _IPV6_HOST_BITS)
        parsed = mapped
    return "" if parsed.is_loopback else str(parsed)


class QueryAdmission(Protocol):
    """An :class:`~registry.web.answer.admission.Admission`, or what asks one elsewhere."""

    @property
    def slots(self) -> int:
        """Queries that may run or wait at once."""

    def ask(self, queries: Queries, address: str, query: str, **options: Any) -> Answer:
        """Put a query while holding a slot; options and errors are those of ``queries.ask``."""


class RateLimit(Protocol):
    """A :class:`~registry.web.answer.admission.Rate`, or what asks one elsewhere."""

    def wait_s(self, client: str) -> int:
        """Count one request of a client; give 0, or the seconds to wait."""


class SlotPool(Protocol):
    """The :class:`~registry.web.answer.admission.Slots`, or what asks for one elsewhere."""

    def take(self, address: str = "") -> Callable[[], None]:
        """Take a slot for a client; give the function that frees it."""
