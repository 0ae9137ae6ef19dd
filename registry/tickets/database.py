"""Where what visitors send is kept: a file in the data folder, or tables beside the ledger's.

Made by the first who sends something, readable by the node's own user only. What was erased must
not come back: of corrections, a backup restores only what is young
(:mod:`registry.tickets.backup`); of requests to join, none. A damaged one is told, never begun
anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from sqlite3 import Connection as SqliteConnection

import sqlalchemy as sa
from sqlalchemy.pool import ConnectionPoolEntry

from registry.ledger import dialect
from registry.ledger.tables import Steps, prepare_tables
from registry.settings.config import Config
from registry.settings.private import is_open_to_others, make_private_file
from vocab.errors import MaillageError


class VisitorsDataError(MaillageError):
    """What visitors sent is damaged, open to others or another version's."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of visitors of one kind.

    Attributes:
        file: name of the file in the data folder.
        metadata: its tables.
        meta: the one of them that says its version, under the key ``schema``.
        version: of the tables.
        steps: how to come to it from earlier versions.
    """

    file: str
    metadata: sa.MetaData
    meta: sa.Table
    version: str
    steps: Steps = field(default_factory=dict)


class Database:
    """The tables of one kind; safe among threads and processes."""

    def __init__(self, config: Config, kept: Kept) -> None:
        self._kept = kept
        is_shared = config.ledger_url.startswith("postgresql")
        self._file = None if is_shared else config.data / kept.file
        url = config.ledger_url if is_shared else f"sqlite:///{self._file}"
        self._engine = dialect.create_engine(url)
        self._is_ready = False
        if self._file is not None:
            sa.event.listen(self._engine, "connect", _overwrite_what_is_deleted)

    def is_there(self) -> bool:
        """Whether anything was ever proposed: reading makes no database."""
        if self._is_ready:
            return True
        if self._file is not None:
            return self._file.is_file()
        return sa.inspect(self._engine).has_table(self._kept.meta.name)

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Return the one connection that may write to an SQLite file until the block ends."""
        self._prepare()
        with dialect.transaction(self._engine) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Return a connection that only reads; call it where :meth:`is_there`."""
        self._prepare()
        with self._engine.connect() as connection:
            yield connection

    def forget(self) -> None:
        """Take what was deleted off the disk, where SQLite would keep it in its journal."""
        if self._file is not None:
            with self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def _prepare(self) -> None:
        """Make the database where there is none; refuse one that is not fit.

        Raises:
            VisitorsDataError: says what is wrong, and the remedy.
        """
        if self._is_ready:
            return
        if self._file is not None:
            _make_private(self._file)
        try:
            with dialect.transaction(self._engine) as connection:
                self._check_tables(connection)
        except sa.exc.DBAPIError as error:
            if damage := dialect.damage_of(error):
                raise VisitorsDataError(
                    "what visitors sent, in {place}, is damaged ({reason}): move the file away to "
                    "begin anew; they have to send it again",
                    place=self._engine.url.database,
                    reason=damage,
                ) from error
            raise
        self._is_ready = True

    def _check_tables(self, connection: sa.Connection) -> None:
        kept = self._kept
        found = prepare_tables(connection, kept.metadata, kept.meta, kept.version, kept.steps)
        if found != kept.version:
            raise VisitorsDataError(
                "what visitors sent has schema version {found} ({file}), this program writes "
                "version {version}: run the version of Maillage that wrote it, or a newer one",
                found=found or "?",
                file=kept.file,
                version=kept.version,
            )


def _overwrite_what_is_deleted(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA secure_delete=ON")


def _make_private(file: Path) -> None:
    try:
        make_private_file(file)  # SQLite gives its journals the mode of the file
    except FileExistsError:
        if is_open_to_others(file):
            raise VisitorsDataError(
                "{file} can be read by other users of the machine: close it to them "
                "(chmod 600 {file})",
                file=file,
            ) from None
