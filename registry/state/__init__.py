"""What a node may lose at any time: running harvests, notices, dry runs, what places are worth."""

import shutil
from contextlib import suppress
from pathlib import Path

from registry.settings.config import Config
from registry.state.board import PROJECT, QUEUE, Board, Run
from registry.state.database import Database, state_url
from registry.state.drops import Drops
from registry.state.inbox import Inbox
from registry.state.judged import Judged
from registry.state.sheet_words import SheetWords
from registry.state.trials import Trials
from registry.state.unanswered import Unanswered

__all__ = ["PROJECT", "QUEUE", "Board", "NodeState", "Run", "state_url"]


class NodeState:
    """What front ends that share a ledger in PostgreSQL share as well.

    Attributes:
        board: the harvests that run.
        inbox: what strangers announced.
        trials: the dry runs that visitors asked for.
        unanswered: questions that found nothing.
        drops: files that editors dropped; each machine has its own.
        judged: what versions of places are worth.
        sheet_words: what the editors of a pole said of their sheets.
        database: where they stand, for others that may be lost as well.
    """

    def __init__(self, config: Config) -> None:
        _remove_former(config.data)
        url = state_url(config)
        self.database = self._database = Database(url)
        self.board = Board(url)
        self.inbox = Inbox(self._database)
        self.trials = Trials(self._database, config.web_trials)
        self.unanswered = Unanswered(self._database)
        self.judged = Judged(self._database)
        self.drops = Drops(config.data)
        self.sheet_words = SheetWords(self._database)

    def close(self) -> None:
        """Let go of the database."""
        self.board.close()
        self._database.close()


def _remove_former(data: Path) -> None:
    """Remove where versions before 0.2.0 kept the same."""
    for name in ("inbox", "trials"):
        shutil.rmtree(data / name, ignore_errors=True)
    with suppress(OSError):
        (data / "runs.sqlite").unlink(missing_ok=True)
