"""Files that somebody names on the command line or in the settings, as what is to be read."""

from pathlib import Path

from vocab.errors import UnreachableError


def bytes_of(path: Path) -> bytes:
    """Return what a file holds.

    A pipe may wait for ever for somebody who writes, a device may never end: neither is opened.

    Raises:
        UnreachableError: it is no file, but a folder, a pipe, a socket or a device.
        OSError: it cannot be read.
    """
    if path.exists() and not path.is_file():
        raise UnreachableError(
            "{path}: not a file, but a folder, a pipe, a socket or a device: save what it gives to "
            "a file, and name that one",
            path=path,
        )
    return path.read_bytes()
