"""Everything that differs between SQLite and PostgreSQL; no other module of the ledger knows.

SQLite runs in WAL mode with ``synchronous=FULL``: a commit that returned survives a power cut.
"""

import hashlib
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from sqlite3 import Error as SqliteError
from typing import cast

import sqlalchemy as sa
from sqlalchemy.pool import ConnectionPoolEntry

from registry.ledger.errors import LedgerAddressError, LedgerError, LockedError
from registry.ledger.filelock import exclusive
from vocab.messages import Message
from vocab.redaction import HIDDEN

_BUSY_TIMEOUT_MS = 60_000
_SQLITE_DAMAGED = frozenset({1, 11, 26})
"""SQLITE_CORRUPT and SQLITE_NOTADB; SQLITE_ERROR where the schema is no longer ours."""
_MOST_FAULTS = 100
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}",
)


def create_engine(url: str) -> sa.Engine:
    """Open the database of ``url`` (``sqlite:///FILE`` or ``postgresql+psycopg://…``).

    Raises:
        LedgerAddressError: the address is not one of a supported database, or names no file.
    """
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError) as error:  # a port that is none
        url = _outline(url)
        raise LedgerAddressError(
            "{url!r} is no ledger address: write sqlite:///FILE or postgresql+psycopg://HOST/BASE",
            url=url,
        ) from error
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        return _postgresql(parsed)
    if backend != "sqlite" or not _is_file(parsed):
        raise LedgerAddressError(
            "the ledger cannot live in {address}: it needs an SQLite file or a PostgreSQL database",
            address=parsed.render_as_string(),
        )
    Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(parsed)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _is_file(parsed: sa.URL) -> bool:
    return not (parsed.host or parsed.username) and parsed.database not in (None, "", ":memory:")


def _postgresql(parsed: sa.URL) -> sa.Engine:
    try:
        return sa.create_engine(parsed)
    except (ImportError, sa.exc.NoSuchModuleError) as error:
        driver = parsed.get_driver_name()
        raise LedgerError(
            "the PostgreSQL driver {driver!r} is not installed ({error}): install it with pip "
            "install 'maillage[postgresql]', and write postgresql+psycopg://HOST/BASE",
            driver=driver,
            error=error,
        ) from error


def _outline(url: str) -> str:
    """Give what can be shown of an address that nobody understands: a password may be anywhere."""
    scheme, separator, _ = url.partition("://")
    return f"{scheme}://{HIDDEN}" if separator and "@" not in scheme else HIDDEN


def damage_of(error: BaseException) -> str:
    """Give why SQLite cannot open a ledger that is damaged; empty for an error of another kind."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, SqliteError) and (
            getattr(cause, "sqlite_errorcode", 0) & 0xFF in _SQLITE_DAMAGED
            or "Could not decode to UTF-8" in str(cause)
        ):
            return str(cause)
        cause = cause.__cause__
    return ""


def unread(error: BaseException) -> str:
    """Return why a ledger cannot be read, from an error of its database; empty for other errors."""
    if not isinstance(error, sa.exc.SQLAlchemyError):
        return ""
    return damage_of(error) or " ".join(str(getattr(error, "orig", None) or error).split())


def integrity(connection: sa.Connection) -> list[str]:
    """Return what the database finds wrong with its own pages and indexes, in its own words."""
    if connection.dialect.name != "sqlite":
        return []  # PostgreSQL has no such question; its pages carry checksums
    found = connection.exec_driver_sql(f"PRAGMA integrity_check({_MOST_FAULTS})").scalars()
    return [line for text in found for line in text.splitlines() if line != "ok"]


def _prepare_sqlite(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver's own implicit BEGIN is always deferred: ours must be able to take the write lock.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: sa.Connection) -> None:
    if connection.get_execution_options().get("maillage_write", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return
    # It takes no lock, so nothing can go wrong that SQLAlchemy would have to put into its own
    # words; and its way there takes longer than most of what is read afterwards.
    cast("SqliteConnection", connection.connection.driver_connection).execute("BEGIN")


@contextmanager
def transaction(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Return a connection that writes; to an SQLite file it is the only one meanwhile."""
    with (
        engine.connect().execution_options(maillage_write=True) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Return the one connection that may write: nobody else commits until the block ends."""
    with transaction(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(
                sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _lock_key("ledger write")}
            )
        yield connection


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Return a connection that sees one state of the ledger for the whole block."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


def lock(
    engine: sa.Engine, name: str, what: Message, wait_s: float
) -> AbstractContextManager[None]:
    """Hold a named lock among all processes that share the database.

    Raises:
        LockedError: another process holds it, still after ``wait_s`` seconds.
    """
    if engine.dialect.name == "postgresql":
        return _advisory_lock(engine, name, what, wait_s)
    database = Path(str(engine.url.database))
    digest = hashlib.sha256(name.encode()).hexdigest()[:12]
    safe = "".join(c if c.isalnum() or c in "-_" else "-" for c in name)[:60]
    return exclusive(
        database.with_name(f"{database.name}.locks") / f"{safe}-{digest}", what, wait_s
    )


def _lock_key(name: str) -> int:
    digest = hashlib.sha256(f"maillage {name}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


@contextmanager
def _advisory_lock(engine: sa.Engine, name: str, what: Message, wait_s: float) -> Iterator[None]:
    key, deadline = {"key": _lock_key(name)}, time.monotonic() + wait_s
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.execute(sa.text("SELECT pg_try_advisory_lock(:key)"), key).scalar():
            if time.monotonic() >= deadline:
                raise LockedError(
                    "{what} is being worked on by another process of this database: wait for it "
                    "to end",
                    what=what,
                )
            time.sleep(0.1)
        try:
            yield
        finally:
            connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), key)
