"""The database of what a node may lose: no part of the ledger, and in no backup.

With SQLite it is ``state.sqlite`` in the data folder, with PostgreSQL tables beside the ledger's.
What is missing or damaged is made again, empty; what is sound but read-only stays, and is told. So
nothing is ever migrated: a table whose columns change takes another name.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.pool import ConnectionPoolEntry

from registry.settings.config import Config

_log = logging.getLogger(__name__)
_TRIES = 5
"""Somebody may delete again what was just made."""
_DAMAGED = frozenset({11, 26})
"""SQLITE_CORRUPT, SQLITE_NOTADB."""
_READ_ONLY = 8
"""SQLITE_READONLY: the right to write is missing, or the head of the file is damaged."""
_FULL = (1,)
_WRITE_VERSION, _KNOWN_VERSIONS = 18, (1, 2)
"""Where the head of an SQLite file says how it is written (file format, section 1.3.3)."""
_MISSING = frozenset({1, 10})
"""SQLITE_ERROR, as there is no table, and SQLITE_IOERR, as the file was deleted meanwhile."""
_MOVED = 1032
"""SQLITE_READONLY_DBMOVED: another process has begun it anew."""
_NO_TABLE = "42P01"
_T = TypeVar("_T")
metadata = sa.MetaData()


def state_url(config: Config) -> str:
    """Return the SQLAlchemy URL of what a node may lose."""
    if config.ledger_url.startswith("postgresql"):
        return config.ledger_url
    return f"sqlite:///{config.data / 'state.sqlite'}"


class Database:
    """The tables of :data:`metadata`; safe to use from several threads, processes and machines.

    A file of SQLite may be deleted at any moment: no connection outlives its transaction.

    Args:
        url: as :func:`state_url` gives it.
        wait_s: longest wait for others who write an SQLite file, in seconds.
    """

    def __init__(self, url: str, wait_s: float = 10.0) -> None:
        self._was_logged = False
        if url.startswith("sqlite"):
            waiting = {"timeout": wait_s}
            self._engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args=waiting)
            sa.event.listen(self._engine, "connect", _prepare_sqlite)
        else:
            self._engine = sa.create_engine(url, pool_pre_ping=True)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def run(self, work: Callable[[sa.Connection], _T]) -> _T:
        """Do some work in one transaction.

        Work that writes begins with a statement that writes: then SQLite waits for others.

        Raises:
            sqlalchemy.exc.DBAPIError: the database cannot be reached, read or written.
        """
        for _ in range(_TRIES):
            try:
                return self._run(work)
            except sa.exc.DBAPIError as error:
                if not self._is_made_again(error):
                    raise
        return self._run(work)

    def write(self, statement: sa.UpdateBase) -> int:
        """Carry out a statement; return how many rows it wrote."""
        counted = statement.execution_options(preserve_rowcount=True)
        return self.run(lambda connection: connection.execute(counted).rowcount)

    def read(self, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        """Return the rows of a query; none, told in the log, where the database cannot be read."""
        try:
            return self.run(lambda connection: connection.execute(query).all())
        except sa.exc.SQLAlchemyError as error:
            _log.warning("what a node may lose cannot be read: %s", error)
            return ()

    def upsert(
        self,
        table: sa.Table,
        row: Mapping[str, object],
        changes: Mapping[str, object],
        where: sa.ColumnElement[bool] | None = None,
    ) -> sa.Insert:
        """Return the statement that inserts a row, or changes the one with its key (``where``)."""
        kind = sqlite.insert if self._engine.dialect.name == "sqlite" else postgresql.insert
        inserted = kind(table).values(row)
        return inserted.on_conflict_do_update(table.primary_key, set_=changes, where=where)

    def _run(self, work: Callable[[sa.Connection], _T]) -> _T:
        with self._engine.begin() as connection:
            return work(connection)

    def _is_made_again(self, error: sa.exc.DBAPIError) -> bool:
        """Make what is missing or damaged; return whether it is worth another try."""
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        if code == _READ_ONLY and not self._was_moved(error) and not self._is_of_no_version():
            self._log_read_only(error)
            return False
        if (
            code not in _MISSING | _DAMAGED | {_READ_ONLY}
            and getattr(error.orig, "sqlstate", "") != _NO_TABLE
        ):
            return False
        self._remove_damaged(error)
        for table in metadata.sorted_tables:
            try:
                table.create(self._engine, checkfirst=True)
            except sa.exc.DBAPIError as other:  # another process was faster, or deleted the file
                self._remove_damaged(other)
        return True

    def _remove_damaged(self, error: sa.exc.DBAPIError) -> None:
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        is_unreadable = code == _READ_ONLY and self._is_of_no_version()
        if (code in _DAMAGED or is_unreadable) and not self._was_moved(error):
            _log.warning("%s is begun anew: %s", self._file, error.orig)
            with suppress(OSError):
                self._file.unlink()

    @property
    def _file(self) -> Path:
        return Path(str(self._engine.url.database))

    def _was_moved(self, error: sa.exc.DBAPIError) -> bool:
        return getattr(error.orig, "sqlite_errorcode", 0) == _MOVED

    def _is_of_no_version(self) -> bool:
        """Whether the file says that it is written in a way that nobody knows: a flipped bit."""
        try:
            with self._file.open("rb") as stream:
                head = stream.read(_WRITE_VERSION + 1)
        except OSError:
            return False
        return len(head) > _WRITE_VERSION and head[_WRITE_VERSION] not in _KNOWN_VERSIONS

    def _log_read_only(self, error: sa.exc.DBAPIError) -> None:
        if self._was_logged:
            return
        self._was_logged = True
        _log.error(
            "%s cannot be written (%s): running harvests, notices and dry runs are not noted. Give "
            "the account of the node the right to write this file and its folder, or delete it",
            self._file,
            error.orig,
        )


def is_younger(
    then: sa.ColumnElement[float], than_s: float, now_s: float
) -> sa.ColumnElement[bool]:
    """Whether a moment lies less than so many seconds back, as :func:`vocab.ages.is_younger`."""
    return (then > now_s - than_s) & (then <= now_s)


def _prepare_sqlite(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
    """A power cut may damage the file, which is then begun anew; deleted rows free the disk."""
    connection.execute("PRAGMA synchronous=OFF")
    if connection.execute("PRAGMA auto_vacuum").fetchone() != _FULL:
        connection.execute("PRAGMA auto_vacuum=FULL")  # writes, also where it changes nothing
