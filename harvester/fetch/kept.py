"""Pages of a visit that was cut short, on disk for the next one.

A slow source may have more pages than one visit has time for. What never changes
need not be asked for again, so that each visit gets further than the last, also after a kill.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from harvester.fetch.values import Fetched

MAX_BYTES = 500_000_000
"""What is kept of one source."""
_NEW = ".new"


class Kept:
    """The pages that are kept of one source.

    Nothing depends on them: what cannot be written or read is fetched again.

    Args:
        folder: where they lie; None keeps nothing.
        max_bytes: what they may take; beyond, no more are kept.
    """

    def __init__(self, folder: Path | None = None, max_bytes: int = MAX_BYTES) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._bytes: int | None = None

    def of(self, url: str) -> Fetched | None:
        """Return the page of an address as it came, whole; None when it is not kept."""
        path = self._path(url)
        if path is None:
            return None
        try:
            head, _, body = path.read_bytes().partition(b"\n")
            metadata = json.loads(head)
            if metadata["asked"] == url and metadata["digest"] == _digest(metadata, body):
                return Fetched(metadata["url"], 200, metadata["headers"], body)
        except (OSError, ValueError, KeyError, TypeError):
            return None  # absent, or half written when the power went
        return None

    def put(self, url: str, fetched: Fetched) -> None:
        """Write a page down; it counts once it is confirmed."""
        path = self._path(url)
        if path is None or self._size() + len(fetched.body) > self._max_bytes:
            return
        metadata = {"asked": url, "url": fetched.url, "headers": fetched.headers}
        metadata["digest"] = _digest(metadata, fetched.body)
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.with_suffix(_NEW).write_bytes(json.dumps(metadata).encode() + b"\n" + fetched.body)
            self._bytes = self._size() + len(fetched.body)

    def confirm(self, url: str) -> None:
        """Say that the page that was written down is sound and never changes."""
        path = self._path(url)
        if path is not None:
            with suppress(OSError):
                path.with_suffix(_NEW).rename(path)

    def clear(self) -> None:
        """Forget all: a visit came to its end."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._bytes = None

    def _path(self, url: str) -> Path | None:
        if self._folder is None:
            return None
        return self._folder / f"{hashlib.sha256(url.encode()).hexdigest()}.page"

    def _size(self) -> int:
        if self._bytes is None:
            assert self._folder is not None  # noqa: S101  asked only where there is a folder
            self._bytes = sum(each.stat().st_size for each in self._folder.glob("*"))
        return self._bytes


def _digest(metadata: Mapping[str, Any], body: bytes) -> str:
    """Return the SHA-256 of a page and of what came with it."""
    head = json.dumps([metadata["asked"], metadata["url"], metadata["headers"]], sort_keys=True)
    return hashlib.sha256(head.encode() + b"\n" + body).hexdigest()
