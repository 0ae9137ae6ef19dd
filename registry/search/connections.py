"""The connections to the index: one that writes, and one for each thread that reads."""

import contextlib
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

_BUSY_TIMEOUT_S = 30.0
_LOG_PAGES = 8_192
"""Pages of the write-ahead log (32 MB) before SQLite folds it into the file: two hundred changed
places touch a thousand pages, its own limit, and would wait for the disk each time."""
_CACHE_KIB = 65_536
"""Pages held in memory: SQLite's own 2 MB would write the trees of a first filling many times."""


class _Lease:
    """A connection that closes when nobody holds the lease any more.

    A connection holds itself by its cache of statements, so it would outlive its thread.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __del__(self) -> None:
        self.connection.close()


class Connections:
    """Safe to share between threads; a thread that ends takes its connection with it."""

    def __init__(self, path: Path) -> None:
        """Name the file; it is opened when it is first needed."""
        self._path = path
        self._local = threading.local()
        self._opened: weakref.WeakSet[_Lease] = weakref.WeakSet()
        self._opening = threading.Lock()
        self._writer: _Lease | None = None
        self._write_lock = threading.Lock()

    def reader(self) -> sqlite3.Connection:
        """Return the connection of this thread."""
        lease: _Lease | None = getattr(self._local, "lease", None)
        if lease is None:
            lease = self._local.lease = self._open()
        return lease.connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One state of the index for several SELECTs."""
        db = self.reader()
        db.execute("BEGIN")
        try:
            yield db
        finally:
            db.execute("COMMIT")

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction, rolled back when the block raises; one thread at a time."""
        with self._write_lock:
            if self._writer is None:
                self._writer = self._open()
            db = self._writer.connection
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:  # SQLite itself takes back what found no room
                    db.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close every connection, whichever thread opened it."""
        with self._write_lock, self._opening:
            for lease in tuple(self._opened):
                lease.connection.close()
            self._writer = None
        self._local = threading.local()

    def _open(self) -> _Lease:
        connection = sqlite3.connect(
            self._path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
        lease = _Lease(connection)
        with self._opening:
            self._opened.add(lease)
        return lease
