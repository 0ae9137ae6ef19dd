"""Writing files that a web server may be reading at the same moment."""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from vocab.posix import need_posix

_READABLE_BY_ALL = 0o644
_OPEN_TO_ALL = 0o755
UNFINISHED = ".publishing-"
"""How the names begin of files that are being written."""


@dataclass(frozen=True, slots=True)
class Written:
    """A published file: where it lies, what it holds, and whether this run changed it.

    Attributes:
        path: POSIX path relative to the published folder.
        size: bytes.
        sha256: SHA-256 of the bytes, in hexadecimal.
        changed: the bytes are new; False left the file untouched, its modification time too.
    """

    path: str
    size: int
    sha256: str
    changed: bool


def publish_file(folder: Path, path: str, parts: Iterable[bytes]) -> Written:
    """Put a file in place whole or not at all, and not at all if its bytes are already there.

    The parts go to a temporary file, are synced, and replace the target by a rename, so that a
    reader sees the old bytes or the new ones and a power cut leaves one of the two. A new version
    is at least a second younger than the one it replaces: ``Last-Modified`` counts seconds.
    """
    target = folder / path
    make_readable(target.parent)
    digest, size = hashlib.sha256(), 0
    handle, name = tempfile.mkstemp(dir=folder, prefix=UNFINISHED)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            for part in parts:
                digest.update(part)
                size += len(part)
                stream.write(part)
            if _holds(target, size, digest.hexdigest()):
                return Written(path, size, digest.hexdigest(), changed=False)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(_READABLE_BY_ALL)
        _make_younger(temporary, target)
        temporary.replace(target)
        sync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)
    return Written(path, size, digest.hexdigest(), changed=True)


def make_readable(folder: Path) -> None:
    """Make a folder if need be, with those above it, so that a web server may look into it."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(exist_ok=True)
        each.chmod(_OPEN_TO_ALL)
    folder.mkdir(exist_ok=True)  # raises where a file has the name


def sweep(folder: Path) -> None:
    """Remove what a killed run left unfinished; only the holder of the folder's lock may call."""
    for unfinished in folder.glob(f"{UNFINISHED}*"):
        unfinished.unlink()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder, made if need be, against any other publishing process; waits its turn.

    Raises:
        PlatformError: the system cannot lock it.
    """
    need_posix()
    import fcntl

    make_readable(folder)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, read block by block, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _holds(target: Path, size: int, digest: str) -> bool:
    try:
        same_size = target.stat().st_size == size
    except FileNotFoundError:
        return False
    return same_size and sha256_of(target) == digest


def _make_younger(new: Path, old: Path) -> None:
    """Date a file in a later second than the one that it will replace."""
    try:
        least = int(old.stat().st_mtime) + 1
    except FileNotFoundError:
        return
    if new.stat().st_mtime < least:
        os.utime(new, (least, least))


def sync_folder(folder: Path) -> None:
    """Make what was renamed in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
