"""The search index, followed by a process of its own.

Python runs one thread at a time: beside the triple store in one process, the index takes half as
long again.
"""

from multiprocessing.connection import Connection
from typing import NoReturn

from registry.ledger.ledger import Ledger
from registry.search.index import SearchIndex
from sandbox.forks import end, forked


class IndexFollower:
    """Follows the ledger in a fork of this process, until :meth:`close`.

    Make one before threads use the ledger or the index. What fails there is tried again here,
    so that the caller gets the true error.
    """

    name = SearchIndex.name

    def __init__(self, ledger: Ledger, index: SearchIndex) -> None:
        self._index = index
        self._pending = 0
        ledger.rest()
        index.close()  # a connection of SQLite must not cross a fork; those needed are opened anew
        self._pid, self._connection = forked(lambda connection: _serve(connection, ledger, index))

    def close(self) -> None:
        """End the process; what it was writing is not there then."""
        end(self._pid)
        self._connection.close()

    def begin(self, upto: int) -> None:
        """Let it go to change ``upto`` without waiting for it."""
        try:
            self._connection.send(upto)
        except ConnectionError:
            return  # it ended: waiting for it will show that
        self._pending += 1

    def apply(self, ledger: Ledger, upto: int) -> None:
        """Bring the index to change ``upto``; returns when it is there."""
        self.begin(upto)
        if not self._is_done():
            self._index.apply(ledger, upto)

    def reset(self) -> None:
        """Empty the index; what its process does next, it does from nothing."""
        self._index.reset()

    def _is_done(self) -> bool:
        """Wait for all that was asked; say whether the last of it was done."""
        done = False
        try:
            while self._pending:
                done = self._connection.recv()
                self._pending -= 1
        except (EOFError, ConnectionError):
            return False
        return done


def _serve(connection: Connection, ledger: Ledger, index: SearchIndex) -> NoReturn:
    while True:
        connection.send(_has_applied(ledger, index, connection.recv()))


def _has_applied(ledger: Ledger, index: SearchIndex, upto: int) -> bool:
    try:
        index.apply(ledger, upto)
    except Exception:  # noqa: BLE001  the parent tries again, and gets the error
        return False
    return True
