"""Who may put a query to the triple store now: threads kept for pages, and a budget per client.

A query holds a thread of the web server while it runs. At most ``slots`` do so at once; one more
waits a moment, then is sent away. And a client's queries may take so much time, counted from their
first millisecond: many short ones weigh as much as a few long ones.
"""

import hashlib
import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Any, Protocol, TypeVar, cast

from flask import Flask, abort, current_app, request
from werkzeug.exceptions import ServiceUnavailable, TooManyRequests

from registry.store.errors import QueryError, QueryUnavailableError
from registry.store.queries import Answer, Queries
from registry.web.answer.exports import EXPORTS, SLOTS

REFUSED = "maillage.refused"
"""Where the environment of a request holds the code of HTTP by which the server refused it."""
_MAX_CLIENTS = 10_000
_IPV6_HOST_BITS = 64
RETRY_AFTER_S = 10
ADMISSION, NOTICES, TRIALS = "maillage.admission", "maillage-notices", "maillage-trials"
UNANSWERED, CHECKS = "maillage-unanswered", "maillage-checks"
_CHECKED_AT_ONCE = 2
_CHECKS_SHARE_S = 120.0
"""Seconds of checking that one client may take at once."""
_RATES = {NOTICES: (10, 12.0), TRIALS: (5, 60.0), UNANSWERED: (10, 60.0)}
"""So many at once from each sender, then one each so many seconds."""
_Known = TypeVar("_Known")


def refuse_unread(app: Flask) -> None:
    """Have an application answer, as its errors look, what the server refused unread.

    Call it before anything else that looks at requests.
    """

    @app.before_request
    def refuse() -> None:
        if code := request.environ.get(REFUSED):
            abort(int(code))


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
    """A few slots for what takes long, so that pages keep the other threads.

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
        self._held: dict[str, list[float]] = defaultdict(list)  # when each client took its slots
        self._used: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str = "") -> Callable[[], None]:
        """Take a slot; give the function that frees it, once however often it is called.

        Args:
            address: network address of the client; none for who has no share.

        Raises:
            TooManyRequests: the client has its share of the slots, or of the time.
            ServiceUnavailable: all stay taken for a while.
        """
        client = client_of(address)
        return self.take_as(client or address, is_timed=bool(client))

    def take_as(self, client: str, *, is_timed: bool) -> Callable[[], None]:
        """Take a slot for a client by its key, as :meth:`take`; empty for who has no share."""
        with self._changed:
            self._check_share(client, is_timed)
            if not self._changed.wait_for(self._is_one_free, self._wait_s):
                raise ServiceUnavailable(retry_after=RETRY_AFTER_S)
            self._check_share(client, is_timed)
            started = self._clock()
            self._held[client].append(started)
        held = [lambda: self._release(client, started)]

        def release() -> None:
            with suppress(IndexError):
                held.pop()()

        return release

    def _is_one_free(self) -> bool:
        return sum(map(len, self._held.values())) < self._count

    def _check_share(self, client: str, is_timed: bool) -> None:
        if not client:
            return
        held = self._held.get(client, ())
        if len(held) >= (self._share.each if is_timed else max(1, self._count - 1)):
            raise TooManyRequests(retry_after=RETRY_AFTER_S)
        now = self._clock()
        used_s = self._used_s(client, now) + sum(now - started for started in held)
        excess = used_s - self._share.burst_s
        if is_timed and excess >= 0:
            raise TooManyRequests(retry_after=int(excess / self._share.rate) + 1)

    def _used_s(self, client: str, now: float) -> float:
        used, at = self._used.get(client, (0.0, now))
        return max(0.0, used - (now - at) * self._share.rate)

    def _release(self, client: str, started: float) -> None:
        with self._changed:
            self._held[client].remove(started)
            if not self._held[client]:
                del self._held[client]
            now = self._clock()
            _remember(self._used, client, (self._used_s(client, now) + now - started, now))
            self._changed.notify()


def _remember(known: OrderedDict[str, _Known], client: str, value: _Known) -> None:
    """Keep what is known of a client; those heard of longest ago go first."""
    known[client] = value
    known.move_to_end(client)
    while len(known) > _MAX_CLIENTS:
        known.popitem(last=False)


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
            _remember(self._free_at, client, free_at)
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


class Admission:
    """Admission of queries to the endpoint; shared by all threads of a server.

    Attributes:
        slots: queries that may run or wait at once.
    """

    def __init__(self, allowance: Allowance, clock: Callable[[], float] = time.monotonic) -> None:
        self.slots = allowance.slots
        # One client may have all slots: its time limits it.
        share = SlotShare(allowance.slots + 1, allowance.burst_s, allowance.rate)
        self._slots = Slots(allowance.slots, allowance.wait_s, share, clock)

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
        try:
            release = self._slots.take_as(client, is_timed=True)
        except TooManyRequests as error:
            raise QueryBudgetError(cast("int", error.retry_after)) from None
        except ServiceUnavailable:
            raise QueryUnavailableError(
                "too many queries at once: ask again in a few seconds"
            ) from None
        try:
            yield
        finally:
            release()


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


def asking_address() -> str:
    """Return the network address that asks; the machine itself is one."""
    return client_of(request.remote_addr or "") or "this machine"


def hashed(*parts: str) -> str:
    """Return under what something is counted that is not to be kept."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


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


@dataclass(frozen=True, slots=True)
class NodeLimits:
    """What all clients together may take of a node, whichever of its processes they meet.

    Attributes:
        queries: who may put a query to the triple store now.
        exports: slots for whole exports.
        checks: slots for files that visitors have checked.
        rates: the allowance of each sender, by the name of what is sent.
    """

    queries: QueryAdmission
    exports: SlotPool
    checks: SlotPool
    rates: Mapping[str, RateLimit]

    @classmethod
    def of(cls, threads: int) -> "NodeLimits":
        """Return the limits of a node whose processes have so many threads each."""
        # Half of the threads at most answer queries: pages go on while those last.
        slots = max(1, threads // 2)
        rates = {name: Rate(*allowed) for name, allowed in _RATES.items()}
        checks = Slots(_CHECKED_AT_ONCE, share=SlotShare(burst_s=_CHECKS_SHARE_S))
        return cls(Admission(Allowance(slots=slots)), Slots(SLOTS), checks, rates)

    def install(self, app: Flask) -> None:
        """Have an application keep to them."""
        slots = {EXPORTS: self.exports, CHECKS: self.checks}
        app.extensions |= {ADMISSION: self.queries, **slots, **self.rates}


def wait_s(name: str) -> int:
    """Count a request of a kind that :data:`_RATES` names; give 0, or the seconds to wait."""
    rate: RateLimit = current_app.extensions[name]
    return rate.wait_s(client_of(request.remote_addr or ""))
