"""Faults of the disk under the data folder, told in one sentence instead of a trace.

A full disk shows in many words: SQLite's, RocksDB's, PostgreSQL's, the kernel's. Whatever was being
written is not there then, and what was there before is: the ledger writes in transactions, and
projections are made again from it.
"""

import errno
import sqlite3
from collections.abc import Iterator

from harvester.problems import ExplainedError

_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})
_SQLITE_FULL = 13
_SQLITE_FAULTS = frozenset({10, 14})
"""SQLITE_IOERR and SQLITE_CANTOPEN, which a file that finds no room gives: both hide the reason."""
_POSTGRESQL_FULL = "53100"


class StorageError(ExplainedError):
    """The data folder cannot be written, or the disk under it fails."""


def storage_fault(error: BaseException, place: object) -> StorageError | None:
    """Say what an error means if a disk is the reason, else None.

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


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__


def _is_full(cause: BaseException) -> bool:
    if isinstance(cause, OSError):  # RocksDB's carry no number
        return cause.errno in _NO_SPACE or "No space left on device" in str(cause)
    if isinstance(cause, sqlite3.Error):
        return _sqlite_code(cause) == _SQLITE_FULL
    return getattr(cause, "sqlstate", None) == _POSTGRESQL_FULL


def _sqlite_code(error: sqlite3.Error) -> int:
    """Give the primary result code: the lowest byte of the extended one."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
