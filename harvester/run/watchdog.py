"""Ending a download or a reading that makes no progress any more, or that is cancelled."""

import threading
import time
from collections.abc import Callable
from typing import Self

from harvester.errors import StoppedError

_LOOK_S = 0.5
"""Seconds between two looks at whether somebody wants it to end."""


class Watchdog:
    """Calls ``cut`` once when no sign came for too long, or ``check`` raises; use as a context.

    Args:
        limit_s: longest silence, in seconds.
        cut: ends the wait; called from another thread.
        check: raises ``StoppedError`` when somebody wants an end; called from that thread.

    Attributes:
        over: ``cut`` was called.
        stopped: what ``check`` raised.
    """

    def __init__(
        self, limit_s: float, cut: Callable[[], None], check: Callable[[], None] = lambda: None
    ) -> None:
        self.over = False
        self.stopped: StoppedError | None = None
        self._limit_s = limit_s
        self._cut = cut
        self._check = check
        self._beat = time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def sign(self) -> None:
        """Return a sign of life."""
        self._beat = time.monotonic()

    def _watch(self) -> None:
        try:
            while (left_s := self._beat + self._limit_s - time.monotonic()) > 0:
                if self._ended.wait(min(left_s, _LOOK_S)):
                    return
                self._check()
        except StoppedError as error:
            self.stopped = error
        self.over = True
        self._cut()
