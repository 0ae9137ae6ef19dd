"""Faults of what the node stands on – disk, database – reported in one sentence instead of a trace.

A full disk shows in many words: SQLite's, RocksDB's, PostgreSQL's, the kernel's. Whatever was being
written is not there then, and what was there before is: the ledger writes in transactions, and
projections are made again from it.
"""

import errno
import sqlite3
from collections.abc import Iterator

from harvester.errors import ExplainedError
from vocab.errors import MaillageError

_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_NO_FOLDER = frozenset({errno.ENOTDIR, errno.EEXIST, errno.EISDIR})
_SQLITE_FULL = 13
_SQLITE_FAULTS = frozenset({10, 14})
"""SQLITE_IOERR and SQLITE_CANTOPEN, which a file that finds no room gives: both hide the reason."""
_SQLITE = {
    5: "MED-H415", 6: "MED-H415",  # SQLITE_BUSY, SQLITE_LOCKED
    8: "MED-H413",  # SQLITE_READONLY
    11: "MED-H416", 26: "MED-H416",  # SQLITE_CORRUPT, SQLITE_NOTADB
}  # fmt: skip
"""Primary result code of SQLite -> what it means."""
_POSTGRESQL_FULL = "53100"
_POSTGRESQL_AWAY = ("08", "28", "3D", "53", "57P")
"""Connection, credentials, database name, resources, shutdown: classes of SQLSTATE."""


class StorageError(ExplainedError):
    """The data folder or the database cannot be read or written, or what is under it fails."""


def storage_fault(error: BaseException, place: object) -> StorageError | None:
    """Say what an error means if a disk or a database is the reason, else None.

    Args:
        error: anything raised while the node was at work.
        place: what people call the folder or database.
    """
    for cause in _causes(error):
        if _is_full(cause):
            return StorageError("MED-H470", place=place, reason=str(cause))
        if isinstance(cause, sqlite3.Error) and _sqlite_code(cause) in _SQLITE_FAULTS:
            return StorageError("MED-H471", place=place, reason=str(cause))
    return None


def environment_fault(error: BaseException, place: object) -> StorageError | None:
    """Say what an error means if the system under the node is the reason, else None.

    Like :func:`storage_fault`; and the rights, the database server, a lock, a damaged file, or
    whatever else the system refused.
    """
    found = storage_fault(error, place)
    if found or isinstance(error, MaillageError):
        return found  # an error of ours says itself what it means
    for cause in _causes(error):
        if code := _code_of(cause):
            where = getattr(cause, "filename", None) or place
            return StorageError(code, place=where, reason=_in_one_line(cause))
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__


def _in_one_line(cause: BaseException) -> str:
    """Return the reason without the address of the file, which is named beside it."""
    strerror = getattr(cause, "strerror", None)
    return str(strerror) if strerror else " ".join(str(cause).split())


def _is_full(cause: BaseException) -> bool:
    if isinstance(cause, OSError):  # RocksDB's carry no number
        return cause.errno in _NO_SPACE or "No space left on device" in str(cause)
    if isinstance(cause, sqlite3.Error):
        return _sqlite_code(cause) == _SQLITE_FULL
    return getattr(cause, "sqlstate", None) == _POSTGRESQL_FULL


def _code_of(cause: BaseException) -> str | None:
    """Return the code of what the system refused; None where it refused nothing."""
    if isinstance(cause, sqlite3.Error):
        return _SQLITE.get(_sqlite_code(cause))
    if _is_away(cause):
        return "MED-H417"
    if not isinstance(cause, OSError):
        return None
    if cause.errno in _DENIED or "Permission denied" in str(cause):
        return "MED-H413"
    return "MED-H414" if cause.errno in _NO_FOLDER else "MED-H419"


def _is_away(cause: BaseException) -> bool:
    """Whether PostgreSQL cannot be reached; its driver is loaded only where it is used."""
    if not type(cause).__module__.startswith("psycopg"):
        return False
    state = getattr(cause, "sqlstate", None)
    if state:
        return str(state).startswith(_POSTGRESQL_AWAY)
    return type(cause).__name__ in {"OperationalError", "InterfaceError", "ConnectionTimeout"}


def _sqlite_code(error: sqlite3.Error) -> int:
    """Return the primary result code: the lowest byte of the extended one."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
