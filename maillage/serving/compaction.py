"""Keeping the store of a serving node compact, in the background, when nothing else happens."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from registry.follow import Projection
from registry.store.embedded import EmbeddedStore
from vocab.errors import MaillageError

_LOG = logging.getLogger("maillage")
_EVERY_S = 30.0
_AFTER_FAILURE_S = 3600.0


@contextmanager
def kept_compact(store: Projection, every_s: float = _EVERY_S) -> Iterator[None]:
    """Compact a store whenever it has changed and been left in peace, until the block ends.

    A store that is not in the data folder looks after itself.

    Args:
        store: that of the node.
        every_s: seconds between two looks, each of which reads two small files.
    """
    if not isinstance(store, EmbeddedStore):
        yield
        return
    ended = threading.Event()
    worker = threading.Thread(
        target=_look_after, args=(store, ended, every_s), name="compaction", daemon=True
    )
    worker.start()
    try:
        yield
    finally:
        ended.set()


def _look_after(store: EmbeddedStore, ended: threading.Event, every_s: float) -> None:
    wait_s = every_s
    while not ended.wait(wait_s):
        wait_s = every_s
        try:
            if store.compact_when_idle():
                _LOG.info("triple store: compacted")
        # The store is read as it is, more slowly: its queries go on, and so does the node.
        except (MaillageError, OSError, RuntimeError) as error:
            _LOG.warning("triple store: not compacted: %s", error)
            wait_s = max(every_s, _AFTER_FAILURE_S)
