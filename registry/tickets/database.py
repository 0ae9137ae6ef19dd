"""Where tickets are kept: ``tickets.sqlite`` in the data folder, or tables beside the ledger's.

Made by the first proposal, readable by the node's own user only, in no backup: what was erased must
not come back. A damaged one is told, never begun anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection

import sqlalchemy as sa
from sqlalchemy.pool import ConnectionPoolEntry

from registry.ledger import dialect
from registry.ledger.tables import prepare_tables
from registry.settings.config import Config
from registry.settings.private import is_open_to_others, make_private_file
from registry.tickets.schema import SCHEMA_VERSION, STEPS, meta, metadata
from registry.tickets.types import DamagedTicketsError

FILE = "tickets.sqlite"


class Database:
    """The tables of :mod:`registry.tickets.schema`; safe among threads and processes."""

    def __init__(self, config: Config) -> None:
        is_shared = config.ledger_url.startswith("postgresql")
        self._file = None if is_shared else config.data / FILE
        self._engine = dialect.create_engine(
            config.ledger_url if is_shared else f"sqlite:///{config.data / FILE}"
        )
        self._is_ready = False
        if self._file is not None:
            sa.event.listen(self._engine, "connect", _overwrite_what_is_deleted)

    def is_there(self) -> bool:
        """Whether anything was ever proposed: reading makes no database."""
        if self._is_ready:
            return True
        if self._file is not None:
            return self._file.is_file()
        return sa.inspect(self._engine).has_table(meta.name)

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
            DamagedTicketsError: says what is wrong, and the remedy.
        """
        if self._is_ready:
            return
        if self._file is not None:
            _make_private(self._file)
        try:
            with dialect.transaction(self._engine) as connection:
                _check_tables(connection)
        except sa.exc.DBAPIError as error:
            if damage := dialect.damage_of(error):
                raise DamagedTicketsError(
                    "the corrections in {place} are damaged ({reason}): move the file away to "
                    "begin anew; those who proposed something have to propose it again",
                    place=self._engine.url.database,
                    reason=damage,
                ) from error
            raise
        self._is_ready = True


def _overwrite_what_is_deleted(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA secure_delete=ON")


def _make_private(file: Path) -> None:
    try:
        make_private_file(file)  # SQLite gives its journals the mode of the file
    except FileExistsError:
        if is_open_to_others(file):
            raise DamagedTicketsError(
                "{file} can be read by other users of the machine: close it to them "
                "(chmod 600 {file})",
                file=file,
            ) from None


def _check_tables(connection: sa.Connection) -> None:
    found = prepare_tables(connection, metadata, meta, SCHEMA_VERSION, STEPS)
    if found != SCHEMA_VERSION:
        raise DamagedTicketsError(
            "the corrections have schema version {found}, this program writes version {version}: "
            "run the version of Maillage that wrote them, or a newer one",
            found=found or "?",
            version=SCHEMA_VERSION,
        )
