"""A serving node follows its ledger, whoever writes it: its own harvests, a command, another node.

The head of the ledger is looked at every few seconds, which is one cheap question. Pages and SPARQL
follow at once; the feed as soon as the ledger is quiet, or within half a minute when it is not.
When nothing else happens, the triple store is kept compact.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple, Self

from harvester.run.storage import environment_fault
from maillage.steps.hosting import publish_hosted
from maillage.steps.moving import lead_on
from maillage.steps.pole import publish_feed
from registry.follow import Projection
from registry.history.quality import judge_new
from registry.ledger.types import Harvest
from registry.node import Node
from registry.state import Board
from registry.store.embedded import EmbeddedStore
from registry.tickets.closing import close_answered, follow_moves
from vocab.errors import MaillageError

_LOG = logging.getLogger("maillage")
LOOK_S = 3.0
"""Seconds between two looks at the ledger."""
PUBLISH_S = 30.0
"""Longest that the feed waits for a ledger that is written all the time, in seconds."""
_EVERY_S, _AFTER_FAILURE_S = 30.0, 3600.0
"""Seconds between two looks at the triple store, and after one that failed."""
CORRECTIONS_S = 3600.0
"""Longest time between two looks at the corrections that wait, in seconds."""
RETRY_S = 30.0
"""Seconds after which following is tried again that failed."""


class Head(NamedTuple):
    """How far the ledger is: its last change, and its last harvest."""

    seq: int
    harvest: int


class _Attempt:
    """Something that is tried again only after a while when it failed."""

    _after = 0.0

    def may_be_tried(self) -> bool:
        """Whether it did not fail, or long enough ago."""
        return time.monotonic() >= self._after

    @contextmanager
    def trying(self) -> Iterator[None]:
        """Try it."""
        self._after = time.monotonic() + RETRY_S
        yield
        self._after = 0.0


class Following:
    """Brings the projections, then the feed, to the ledger's head; use as a context.

    Args:
        node: whose ledger is followed, into its own data folder.
        board: shows that search follows what this node's harvests brought.
        publishing: whether the feed is written.
        look_s: seconds between two looks.
    """

    def __init__(
        self, node: Node, board: Board, *, publishing: bool, look_s: float = LOOK_S
    ) -> None:
        self._node = node
        self._board = board
        self._publishing = publishing
        self._look_s = look_s
        self._wake = threading.Event()
        self._is_stopping = False
        self._brought: set[str] = set()
        self._seen: Head | None = None
        self._followed: Head | None = None
        self._following, self._feed, self._moving = _Attempt(), _Attempt(), _Attempt()
        self._published: Head | None = None
        self._led_on: Head | None = None
        self._unjudged = True
        self._corrections_due = 0.0
        self._behind_since: float | None = None
        self._logged: set[str] = set()
        self._thread = threading.Thread(target=self._run, name="following", daemon=True)

    def __enter__(self) -> Self:
        """Follow once, then go on in the background.

        A projection that cannot follow now is logged, and followed when it can.
        """
        self._look_and_log()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End after what is under way."""
        self._is_stopping = True
        self._wake.set()
        self._thread.join()

    def after(self, harvest: Harvest) -> None:
        """Follow now: a harvest of this node ended."""
        if harvest.first_seq is not None:
            self._brought.add(harvest.source)
        self._wake.set()

    def look(self) -> None:
        """Bring what is behind to the ledger's head; the feed only when its moment has come."""
        head = self._head()
        has_moved, self._seen = head != self._seen, head
        try:
            if self._following.may_be_tried():
                with self._following.trying():
                    # Behind, or with a triple store that was emptied.
                    if head != self._followed or (head.seq and self._node.store.shows() is None):
                        self._follow(head)
        finally:  # the feed needs the ledger alone
            self._publish_when_due(head, has_moved=has_moved)
        if self._led_on != head and self._moving.may_be_tried():
            with self._moving.trying():
                self._lead_on()
                self._led_on = head
        self._look_at_corrections()

    def _publish_when_due(self, head: Head, *, has_moved: bool) -> None:
        if self._publishing and self._published != head and self._feed.may_be_tried():
            now = time.monotonic()
            self._behind_since = self._behind_since or now
            if not has_moved or now - self._behind_since > PUBLISH_S:
                with self._feed.trying():
                    self._publish(head)

    def _head(self) -> Head:
        ledger = self._node.ledger
        return Head(ledger.head(), ledger.last_harvest())

    def _follow(self, head: Head) -> None:
        brought, self._brought = self._brought, set()
        with self._board.projecting(brought):
            self._node.follow()
        self._followed = head
        self._unjudged = True
        self._corrections_due = 0.0  # a harvest may have answered some

    def _lead_on(self) -> None:
        """Leave what leads on, of hosted poles whose move both sides state by now."""
        for each in lead_on(self._node):
            counts = (each.slug, each.moved, each.kept)
            _LOG.info("hosted pole %s moved: %s records lead on, %s stay", *counts)

    def _look_at_corrections(self) -> None:
        """Close the corrections that harvests answered; erase what visitors and editors sent."""
        if time.monotonic() < self._corrections_due:
            return
        self._corrections_due = time.monotonic() + CORRECTIONS_S
        now = time.time()
        follow_moves(self._node.tickets, self._node.ledger, now)
        closed = close_answered(self._node.tickets, self._node.ledger.record, now)
        self._node.tickets.erase(now)
        self._node.requests.erase(now)
        self._node.state.drops.sweep(now)
        if closed:
            _LOG.info("corrections: %s closed by harvests", closed)

    def _publish(self, head: Head) -> None:
        published = publish_feed(self._node, stating=self._published is None)
        publish_hosted(self._node)
        self._published = head
        self._behind_since = None
        if published.changed:
            written = len(published.changed)
            _LOG.info("feed: change %s, %s files written", published.head, written)

    def _run(self) -> None:
        while not self._is_stopping:
            self._wake.wait(self._look_s)
            self._wake.clear()
            self._look_and_log()
            self._judge_and_log()

    def _judge_and_log(self) -> None:
        """Judge the places that are new, for the pages that tell what they are worth.

        It ends as soon as something else is to be done, and goes on at the next look.
        """
        ledger, kept = self._node.ledger, self._node.state.judged
        try:
            for source in ledger.sources(cursors=False) if self._unjudged else ():
                for _done in judge_new(ledger, source.slug, kept):
                    if self._wake.is_set() or self._head() != self._seen:
                        return
            self._unjudged = False
        except Exception as error:  # noqa: BLE001  logged: pages judge themselves then
            self._unjudged = False
            self._log_once(f"judging places: {error!r}", error)

    def _look_and_log(self) -> None:
        """Look once; whatever goes wrong is logged, and must not end what follows."""
        try:
            self.look()
        except MaillageError as error:
            self._log_once(str(error))
        except Exception as error:  # noqa: BLE001  logged, then tried again
            fault = environment_fault(error, self._node.config.data)
            self._log_once(str(fault or repr(error)), None if fault else error)
        else:
            if self._followed == self._seen:
                self._logged.clear()

    def _log_once(self, sentence: str, unexpected: Exception | None = None) -> None:
        """Log a sentence once, however often it is met until all is well again."""
        if sentence not in self._logged:
            _LOG.error("following the ledger: %s", sentence, exc_info=unexpected)
        self._logged.add(sentence)


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
