"""A serving node follows its ledger, whoever writes it: its own harvests, a command, another node.

The head of the ledger is looked at every few seconds, which is one cheap question. Pages and SPARQL
follow at once; the feed as soon as the ledger is quiet, or within half a minute when it is not.
"""

import logging
import threading
import time
from types import TracebackType
from typing import NamedTuple, Self

from harvester.storage import environment_fault
from registry.cli.pole import publish_feed
from registry.ledger.types import Harvest
from registry.node import Node
from registry.runs import Board
from vocab.errors import MaillageError

_LOG = logging.getLogger("maillage")
LOOK_S = 3.0
"""Seconds between two looks at the ledger."""
PUBLISH_S = 30.0
"""Longest that the feed waits for a ledger that is written all the time, in seconds."""
RETRY_S = 30.0
"""Seconds after which following is tried again that failed."""


class Head(NamedTuple):
    """How far the ledger is: its last change, and its last harvest."""

    seq: int
    harvest: int


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
        self._followed: Head | None = None
        self._published: Head | None = None
        self._behind_since: float | None = None
        self._told = ""
        self._thread = threading.Thread(target=self._run, name="following", daemon=True)

    def __enter__(self) -> Self:
        """Follow once, then go on in the background; what cannot follow yet does later."""
        self._looked()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
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
        has_moved = head != self._followed
        try:
            if has_moved or self._is_emptied(head):
                self._follow(head)
        finally:  # the feed needs the ledger alone
            self._publish_when_due(head, has_moved=has_moved)

    def _is_emptied(self, head: Head) -> bool:
        """Whether the triple store has nothing any more of what the ledger holds."""
        return head.seq > 0 and self._node.store.shows() is None

    def _publish_when_due(self, head: Head, *, has_moved: bool) -> None:
        if self._publishing and self._published != head:
            now = time.monotonic()
            self._behind_since = self._behind_since or now
            if not has_moved or now - self._behind_since > PUBLISH_S:
                self._publish(head)

    def _head(self) -> Head:
        ledger = self._node.ledger
        return Head(ledger.head(), ledger.last_harvest())

    def _follow(self, head: Head) -> None:
        brought, self._brought = self._brought, set()
        with self._board.projecting(brought):
            self._node.follow()
        self._followed = head

    def _publish(self, head: Head) -> None:
        published = publish_feed(self._node, stating=self._published is None)
        self._published = head
        self._behind_since = None
        if published.changed:
            written = len(published.changed)
            _LOG.info("feed: change %s, %s files written", published.head, written)

    def _run(self) -> None:
        while not self._is_stopping:
            pause_s = self._look_s if self._looked() else RETRY_S
            self._wake.wait(pause_s)
            self._wake.clear()

    def _looked(self) -> bool:
        """Look once; whatever goes wrong is told, and must not end what follows."""
        try:
            self.look()
        except MaillageError as error:
            self._tell(str(error))
        except Exception as error:  # noqa: BLE001  told, then tried again
            fault = environment_fault(error, self._node.config.data)
            if fault is None:
                _LOG.exception("following the ledger failed and is tried again")
            else:
                self._tell(str(fault))
        else:
            self._told = ""
            return True
        return False

    def _tell(self, sentence: str) -> None:
        """Log a sentence once, however often it is met in a row."""
        if sentence != self._told:
            _LOG.error("following the ledger: %s", sentence)
        self._told = sentence
