"""A backup: one state of the ledger and the settings, in one file that any node can be made from.

A ZIP archive of JSON lines (``ledger/TABLE.jsonl``), of the settings without their secrets, and of
``backup.json``, which says what is in it with a SHA-256 of each part. Projections, feed and caches
are made again from the ledger.
"""

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from registry.ledger.ledger import Ledger
from registry.ledger.portable import TABLES, Copy
from vocab.errors import MaillageError, UsageError

_FAMILY = "maillage-backup/"
FORMAT = f"{_FAMILY}1"
_CONTENTS = "backup.json"
_SETTINGS = "maillage.toml"
_UNFINISHED = ".writing"
_OWNER_ONLY = 0o600
_BLOCK = 1 << 20


class BackupError(MaillageError):
    """A backup cannot be made, or what is given as one is damaged or something else."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup says of itself.

    Attributes:
        made: moment of its making, ISO 8601, UTC.
        marks: the ledger's version and heads of its chains.
        columns: of each table.
        rows: how many each table has.
        sha256: of each part, in hexadecimal, by its name in the archive.
    """

    made: str
    marks: dict[str, str]
    columns: dict[str, list[str]]
    rows: dict[str, int]
    sha256: dict[str, str]

    @property
    def head(self) -> int:
        """Number of the last change."""
        return int(self.marks.get("head_seq", 0))


def name_of(slug: str, now: datetime) -> str:
    """Return the usual name of a backup."""
    return f"maillage-{slug}-{now:%Y%m%dT%H%M%SZ}.zip"


def write(
    ledger: Ledger,
    file: Path,
    settings: str | None,
    now: datetime,
    others: Mapping[str, Iterable[bytes]] | None = None,
) -> Contents:
    """Make a backup of a ledger, which others may go on writing; whole or not at all.

    Args:
        ledger: what is saved.
        file: the backup, readable by its owner only; it must not exist.
        settings: text of the settings file, without secrets; None when there is none.
        now: moment of the making, UTC.
        others: further parts, each with its name in the archive.

    Raises:
        UsageError: the file exists.
        BackupError: the ledger is damaged; what was saved before is better than this.
    """
    if file.exists():
        raise UsageError(
            "{file} exists: a backup never overwrites another; give another name, or a folder",
            file=file,
        )
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}{_UNFINISHED}")
    try:
        with os.fdopen(
            os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY), "w+b"
        ) as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
                contents = _written(archive, ledger, settings, now, others or {})
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.rename(file)
    finally:
        unfinished.unlink(missing_ok=True)
    return contents


def _written(
    archive: zipfile.ZipFile,
    ledger: Ledger,
    settings: str | None,
    now: datetime,
    others: Mapping[str, Iterable[bytes]],
) -> Contents:
    rows: dict[str, int] = {}
    sums: dict[str, str] = {}
    with ledger.copied() as copy:
        _check(copy)
        marks, columns = copy.marks(), copy.columns
        for table in TABLES:
            member = _member_name(table)
            rows[table], sums[member] = _put(archive, member, copy.lines(table))
    if settings is not None:
        _, sums[_SETTINGS] = _put(archive, _SETTINGS, [settings.encode()])
    for member, pieces in others.items():
        _, sums[member] = _put(archive, member, pieces)
    contents = Contents(now.isoformat(timespec="seconds"), marks, columns, rows, sums)
    document = {"format": FORMAT} | asdict(contents)
    archive.writestr(_CONTENTS, json.dumps(document, ensure_ascii=False, indent=1))
    return contents


def _check(copy: Copy) -> None:
    if defects := copy.defects():
        raise BackupError(
            "the ledger is damaged ({defect}), so no backup was made of it: see maillage verify, "
            "and restore the last backup that was made",
            defect=defects[0],
        )


def _put(archive: zipfile.ZipFile, member: str, pieces: Iterable[bytes]) -> tuple[int, str]:
    """Write a member of the archive; give how many pieces it has, and its SHA-256."""
    digest, count = hashlib.sha256(), 0
    with archive.open(member, "w", force_zip64=True) as stream:
        for piece in pieces:
            digest.update(piece)
            stream.write(piece)
            count += 1
    return count, digest.hexdigest()


def _member_name(table: str) -> str:
    return f"ledger/{table}.jsonl"


class Backup:
    """A backup that was opened, and found whole.

    Attributes:
        contents: what it says of itself.
    """

    def __init__(self, archive: zipfile.ZipFile, file: Path) -> None:
        self._archive = archive
        self._file = file
        self.contents = _contents(file, json.loads(archive.read(_CONTENTS)))
        for member, expected in self.contents.sha256.items():
            if _sha256(archive, member) != expected:
                raise ValueError(member)

    @property
    def settings(self) -> str | None:
        """Return the settings that it holds, or None."""
        if _SETTINGS not in self.contents.sha256:
            return None
        return self._archive.read(_SETTINGS).decode()

    def lines(self, member: str) -> list[bytes]:
        """Return the lines of a further part; none where the backup has no such part."""
        if member not in self.contents.sha256:
            return []
        return self._archive.read(member).splitlines(keepends=True)

    def restore(self, url: str, generation: str) -> Ledger:
        """Make the ledger again in an empty database.

        Args:
            url: address of the database.
            generation: of the stream from now on; empty to go on with the one that readers know.

        Raises:
            LedgerError: the database is not empty, or the rows contradict each other.
        """
        columns = self.contents.columns
        lines = {table: self._lines(table) for table in columns}
        try:
            return Ledger.refilled(url, columns, lines, generation)
        except (ValueError, KeyError) as error:
            raise _damaged(self._file, str(error)) from error

    def _lines(self, table: str) -> Iterator[bytes]:
        with self._archive.open(_member_name(table)) as stream:
            yield from stream

    @classmethod
    @contextmanager
    def opened(cls, file: Path) -> Iterator[Self]:
        """Open a backup and check all of it.

        Raises:
            BackupError: it cannot be read, is damaged, or is something else.
        """
        try:
            archive = zipfile.ZipFile(file)
        except (OSError, zipfile.BadZipFile) as error:
            raise _damaged(file, str(error)) from error
        with archive:
            try:
                found = cls(archive, file)
            except _UNREADABLE as error:
                raise _damaged(file, str(error)) from error
            yield found


_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    ValueError,
    TypeError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
)
"""What the libraries raise on a damaged archive, besides our own findings."""


def _damaged(file: Path, reason: str) -> BackupError:
    return BackupError(
        "{file} is no whole backup of Maillage ({reason}): nothing was restored; take another",
        file=file,
        reason=reason,
    )


def _later(file: Path, made_as: str) -> BackupError:
    return BackupError(
        "{file} was made by a later version of Maillage ({made_as}, this one reads {format}): "
        "nothing was restored; install that version, and restore with it",
        file=file,
        made_as=made_as,
        format=FORMAT,
    )


def _contents(file: Path, document: Mapping[str, Any]) -> Contents:
    if document["format"] != FORMAT:
        if str(document["format"]).startswith(_FAMILY):
            raise _later(file, document["format"])
        raise ValueError(document["format"])
    return Contents(**{name: document[name] for name in Contents.__dataclass_fields__})


def _sha256(archive: zipfile.ZipFile, member: str) -> str:
    digest = hashlib.sha256()
    with archive.open(member) as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
