"""What was made once, as far as a number of bytes allows."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

_T = TypeVar("_T")


class BoundedCache:
    """A cache bounded in bytes: the least recently used value goes first; threads may share it."""

    def __init__(self, max_bytes: int) -> None:
        """Start empty."""
        self._max_bytes = max_bytes
        self._bytes = 0
        self._lock = threading.Lock()
        self._entries: OrderedDict[Hashable, tuple[int, Any]] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], tuple[_T, int, bool]]) -> _T:
        """Return what is kept under a key, else make it.

        Args:
            key: what it is.
            make: gives it, its size in bytes, and whether it may be kept.
        """
        with self._lock:
            if (found := self._entries.get(key)) is not None:
                self._entries.move_to_end(key)
                value: _T = found[1]
                return value
        value, size, may_cache = make()
        if may_cache and size <= self._max_bytes:
            self._store(key, value, size)
        return value

    def _store(self, key: Hashable, value: object, size: int) -> None:
        with self._lock:
            if key in self._entries:
                return  # another thread was quicker
            self._entries[key] = size, value
            self._bytes += size
            while self._bytes > self._max_bytes:
                _, (evicted, _) = self._entries.popitem(last=False)
                self._bytes -= evicted
