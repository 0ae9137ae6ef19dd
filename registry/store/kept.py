"""Answers that are asked for again and again: computed once for each state of the store.

A hundred dashboards ask the same few queries each minute. The key holds the state that readers see,
so that no answer outlives it; who asks while another's same query runs waits for that answer.
"""

import hashlib
import threading
from concurrent.futures import Future
from typing import Unpack

from registry.bounded_cache import BoundedCache
from registry.store.errors import QueryError, QueryUnavailableError
from registry.store.queries import Answer, Limits, Queries, QueryOptions
from registry.store.tokens import tokens

_CHANGING = frozenset({"now", "rand", "uuid", "struuid"})
"""Functions that give another value each time (SPARQL 1.1 Query, section 17.4)."""
_OVERHEAD = 500


class KeptQueries:
    """Queries with their last answers, bounded in bytes; used as what answers them."""

    def __init__(self, queries: Queries, max_bytes: int) -> None:
        """Name what answers, and how many bytes of answers are kept; 0 keeps none."""
        self._queries = queries
        self._cache = BoundedCache(max_bytes)
        self._lock = threading.Lock()
        self._running: dict[str, Future[Answer]] = {}

    @property
    def limits(self) -> Limits:
        """What one query may take."""
        return self._queries.limits

    def state(self) -> str | None:
        """Return which state readers see; None when there is nothing for them."""
        return self._queries.state()

    def ask(self, query: str, **options: Unpack[QueryOptions]) -> Answer:
        """Answer one query; arguments and errors are those of ``Queries.ask``."""
        state = self._queries.state() if is_repeatable(query) else None
        if state is None:
            return self._queries.ask(query, **options)
        key = digest(state, query, *(f"{name}={value}" for name, value in sorted(options.items())))

        def make() -> tuple[Answer, int, bool]:
            answer = self._once(key, query, options)
            return answer, len(answer.body) + _OVERHEAD, self._queries.state() == state

        return self._cache.get(key, make)

    def close(self) -> None:
        """End what answers."""
        self._queries.close()

    def _once(self, key: str, query: str, options: QueryOptions) -> Answer:
        """Answer, or wait for the answer to the same query, which fails for all alike."""
        with self._lock:
            running = self._running.get(key)
            mine = running is None
            if running is None:
                running = self._running[key] = Future()
        if not mine:
            return running.result()
        try:
            answer = self._queries.ask(query, **options)
        except QueryError as error:
            running.set_exception(error)
            raise
        else:
            running.set_result(answer)
            return answer
        finally:
            with self._lock:
                del self._running[key]
            if not running.done():  # a fault of ours: who waits must not wait for ever
                running.set_exception(QueryUnavailableError("the query broke off: ask again"))


def is_repeatable(query: str) -> bool:
    """Whether a query gives the same answer as long as the data is the same."""
    words = {token.text.lower() for token in tokens(query) if token.kind == "word"}
    return not words & _CHANGING


def digest(*parts: str) -> str:
    """Return what stands for some texts, whatever their length."""
    found = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        found.update(len(data).to_bytes(8, "big") + data)
    return found.hexdigest()[:32]
