"""Ending a download or a reading that gives no sign of life any more."""

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self


class Patience:
    """Calls ``cut`` once when no sign came for too long; use as a context.

    Args:
        limit_s: longest silence, in seconds.
        cut: wakes whoever waits in vain; called from another thread.

    Attributes:
        over: ``cut`` was called.
    """

    def __init__(self, limit_s: float, cut: Callable[[], None]) -> None:
        self.over = False
        self._limit_s = limit_s
        self._cut = cut
        self._beat = time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="patience", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def sign(self) -> None:
        """Give a sign of life."""
        self._beat = time.monotonic()

    def _watch(self) -> None:
        while (left_s := self._beat + self._limit_s - time.monotonic()) > 0:
            if self._ended.wait(left_s):
                return
        self.over = True
        self._cut()
