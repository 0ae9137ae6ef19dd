"""Where accounts are kept: a database that is never thrown away, nor begun anew when damaged.

With SQLite it is ``accounts.sqlite`` in the data folder, with PostgreSQL tables beside the
ledger's. Only ``maillage account`` makes it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import sqlalchemy as sa

from registry.accounts.errors import DamagedAccountsError, UnsafeError
from registry.accounts.schema import SCHEMA_VERSION, STEPS, meta, metadata
from registry.ledger import dialect
from registry.ledger.tables import prepare_tables
from registry.settings.config import Config
from registry.settings.private import is_open_to_others, make_private_file

FILE = "accounts.sqlite"


def accounts_url(config: Config) -> str:
    """Return the SQLAlchemy URL of a node's accounts."""
    if config.ledger_url.startswith("postgresql"):
        return config.ledger_url
    return f"sqlite:///{config.data / FILE}"


class Database:
    """The tables of :mod:`registry.accounts.schema`; safe among threads and processes."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, config: Config, *, create: bool = False) -> Self:
        """Open the accounts of a node.

        Args:
            config: the settings.
            create: make the database where there is none.

        Raises:
            UnsafeError: there is none, or other users of the machine can read it.
            DamagedAccountsError: it is damaged, or written by another version.
        """
        url = accounts_url(config)
        if url.startswith("sqlite"):
            _check_file(config.data / FILE, create=create)
        engine = dialect.create_engine(url)
        opened = cls(engine)
        try:
            with opened.writing() as connection:
                _prepare(connection, create=create)
        except BaseException as error:
            engine.dispose()
            if damage := dialect.damage_of(error):
                raise _damaged(engine, damage) from error
            raise
        return opened

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Return the one connection that may write to an SQLite file until the block ends."""
        with dialect.transaction(self._engine) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Return a connection that only reads."""
        with self._engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def is_there(config: Config) -> bool:
    """Whether a node keeps accounts, whatever its settings say of their use."""
    if accounts_url(config).startswith("sqlite"):
        return (config.data / FILE).is_file()
    engine = dialect.create_engine(accounts_url(config))
    try:
        return sa.inspect(engine).has_table(meta.name)
    finally:
        engine.dispose()


def _check_file(file: Path, *, create: bool) -> None:
    if not file.exists():
        if not create:
            raise _missing()
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_private_file(file)  # SQLite gives its journals the mode of the file
    check_private(file)


def check_private(file: Path) -> None:
    """Refuse a file with secrets that other users of the machine can read.

    Raises:
        UnsafeError: they can.
    """
    if is_open_to_others(file):
        raise UnsafeError(
            "{file} can be read by other users of the machine: close it to them (chmod 600 {file})",
            file=file,
        )


def _missing() -> UnsafeError:
    return UnsafeError(
        "accounts are enabled, and there is none: make the first one (maillage account add LOGIN "
        "--operator). If there were some, restore the last backup (maillage restore)"
    )


def _prepare(connection: sa.Connection, *, create: bool) -> None:
    if not (create or sa.inspect(connection).has_table(meta.name)):
        raise _missing()
    found = prepare_tables(connection, metadata, meta, str(SCHEMA_VERSION), STEPS)
    if found != str(SCHEMA_VERSION):
        raise DamagedAccountsError(
            "the accounts have schema version {found}, this program writes version {version}: run "
            "the version of Maillage that wrote them, or a newer one",
            found=found or "?",
            version=SCHEMA_VERSION,
        )


def _damaged(engine: sa.Engine, reason: str) -> DamagedAccountsError:
    return DamagedAccountsError(
        "the accounts in {place} are damaged ({reason}): keep the file, move it away, and take "
        "them out of the last backup (maillage restore into an empty data folder)",
        place=engine.url.database,
        reason=reason,
    )
