"""Digests of the files of a checkpoint, so that a byte that flipped later shows.

The engine keeps checksums of its blocks, but reads few of them. Files of a checkpoint never change,
and most are shared with the checkpoint before: only new ones are read.
"""

from collections.abc import Iterator
from pathlib import Path

from registry.store.folders import Folders
from vocab.files import sha256_of
from vocab.messages import Message

_LISTED = ("*.sst", "MANIFEST-*", "CURRENT")
_FILE = "DIGESTS"

_Digests = dict[str, list[object]]
"""Name of a file to its inode, size, time and SHA-256: an inode is used again once it is free."""


def record(folders: Folders) -> None:
    """Remember the digests of the checkpoint in force; forgotten, nothing is compared."""
    current = folders.current()
    if current is None:
        return
    _, before = _read(folders)
    digests = {file.name: _digest(file, before) for file in _files(current)}
    folders.write_note(_FILE, [current.name, digests])


def damages(folders: Folders) -> Iterator[Message]:
    """Return a sentence for each file of the checkpoint in force that is not as it was made."""
    current = folders.current()
    name, digests = _read(folders)
    if current is None or name != current.name:
        return  # made by an earlier version, or cut short: its content is compared all the same
    for file, (*_, expected) in sorted(digests.items()):
        path = current / file
        if not path.is_file() or sha256_of(path) != expected:
            yield Message(
                "{path}: not as it was made (digest differs): run maillage rebuild", path=path
            )


def _files(checkpoint: Path) -> list[Path]:
    return sorted(file for pattern in _LISTED for file in checkpoint.glob(pattern))


def _digest(file: Path, before: _Digests) -> list[object]:
    found = file.stat()
    known = before.get(file.name, [])
    same = [found.st_ino, found.st_size, found.st_mtime_ns]
    return known if known[:-1] == same else [*same, sha256_of(file)]


def _read(folders: Folders) -> tuple[str, _Digests]:
    match folders.read_note(_FILE):
        case [str(name), dict(digests)]:
            return name, digests
    return "", {}
