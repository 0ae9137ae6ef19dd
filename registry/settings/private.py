"""Only its owner can read a data folder: the ledger names addresses that hold keys."""

import os
from contextlib import suppress
from pathlib import Path

OWNER_ONLY = 0o077
"""The umask under which files are readable by their owner only."""
_EXAMPLES = ("changeme", "change-me", "secret", "example", "exemple", "password", "motdepasse")


def is_example(secret: str) -> bool:
    """Whether a secret was copied from some documentation."""
    return any(word in secret.lower() for word in _EXAMPLES)


def is_open_to_others(path: Path) -> bool:
    """Whether other users of the machine have any right to a file or folder."""
    return os.name == "posix" and bool(path.stat().st_mode & OWNER_ONLY)


def make_private_file(file: Path) -> None:
    """Make an empty file for its owner alone; its mode stands from the start.

    Raises:
        FileExistsError: it is there.
    """
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def keep_private(folder: Path) -> bool:
    """Make a data folder if need be, and take it from all other users; say if it was open to them.

    What is not ours to close stays as it is.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not is_open_to_others(folder):
        return False
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            with suppress(PermissionError, FileNotFoundError):
                path.chmod(path.stat().st_mode & 0o700)
    return True
