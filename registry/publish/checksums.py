"""Checksums beside files that were made once and are served as they are, such as caches of exports.

The file of a checksum is named after what it seals, ``NAME.sha256``, and holds 64 hexadecimal
digits. A file without one, of an earlier version, is not judged.
"""

from collections.abc import Iterator
from pathlib import Path

from vocab.files import sha256_of
from vocab.messages import Message

SUFFIX = ".sha256"


def seal(file: Path, digest: str) -> None:
    """Write the checksum of a file, before the file itself takes its name.

    Args:
        file: where the file will be.
        digest: SHA-256 of its bytes, in hexadecimal digits.

    Raises:
        OSError: it cannot be written.
    """
    _of(file).write_text(digest, encoding="ascii")


def remove(file: Path) -> None:
    """Remove a file and its checksum, as far as they are there.

    Raises:
        OSError: one cannot be removed.
    """
    file.unlink(missing_ok=True)
    _of(file).unlink(missing_ok=True)


def defects(folder: Path) -> Iterator[Message]:
    """Give a sentence for each sealed file of a folder whose bytes are not those that were made."""
    for checksum in sorted(folder.glob(f"*{SUFFIX}")):
        file = checksum.with_name(checksum.name.removesuffix(SUFFIX))
        try:
            stored = checksum.read_bytes()
            found = sha256_of(file)
        except FileNotFoundError:  # removed meanwhile, or made again at this very moment
            continue
        if stored != found.encode():
            yield Message(
                "{file}: not what was made (digest differs): delete it, it is made again", file=file
            )


def _of(file: Path) -> Path:
    return file.with_name(file.name + SUFFIX)
