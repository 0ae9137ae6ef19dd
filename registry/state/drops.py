"""Files that editors drop, kept between two pages: one for each account and pole, for a day.

Files in the data folder, readable by the node's own user only, in no backup, feed or log. What is
published or thrown away is erased at once, the rest when it is a day old. None has an address: a
drop is found by who signed in.
"""

import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from vocab.errors import UnreachableError

FOLDER = "drops"
KEPT_S = 86_400.0
"""How long a file is kept after it was dropped, in seconds."""
MAX_DROPS = 50
"""Files of all accounts together."""
MAX_BYTES = 200_000_000
"""Of all files together."""
_UNFINISHED = ".new"


@dataclass(frozen=True, slots=True)
class Drop:
    """What an editor dropped, and said of it since.

    Attributes:
        mark: random; tells a file from the one dropped before it.
        name: of the file.
        since: when it was dropped, in seconds since the epoch.
        chosen: name of a column -> field that it is; empty: not to be read.
        cells: number of a row, field, value as the report told it, what shall stand there.
        is_centred: places without a position stand at the centre of their commune.
    """

    mark: str
    name: str
    since: float
    chosen: Mapping[str, str] = field(default_factory=dict)
    cells: tuple[tuple[int, str, str, str], ...] = ()
    is_centred: bool = False


class DropsFullError(UnreachableError):
    """No more files are kept now."""


class Drops:
    """The dropped files of a node; safe among its threads and processes."""

    def __init__(self, data: Path) -> None:
        """Name the data folder of the node."""
        self._folder = data / FOLDER

    def put(self, account: str, pole: str, drop: Drop, data: bytes) -> None:
        """Keep a file in the place of the one that the account dropped before for the pole.

        Raises:
            DropsFullError: as many are kept as may be.
        """
        self.sweep(drop.since)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self.erase(account, pole)
        files = list(self._folder.glob("*.file"))
        if len(files) >= MAX_DROPS or _size(files) + len(data) > MAX_BYTES:
            raise DropsFullError(
                "too many files wait to be published in this registry: try again tomorrow, or ask "
                "who operates it"
            )
        self._write(self._path(account, pole, "file"), data)
        self.change(account, pole, drop)

    def change(self, account: str, pole: str, drop: Drop) -> None:
        """Keep what was said since of a file that is kept."""
        text = json.dumps(asdict(drop), ensure_ascii=False)
        self._write(self._path(account, pole, "json"), text.encode())

    def get(self, account: str, pole: str, now: float) -> tuple[Drop, bytes] | None:
        """Return what an account dropped for a pole; None where there is nothing, or no more."""
        try:
            said = json.loads(self._path(account, pole, "json").read_bytes())
            data = self._path(account, pole, "file").read_bytes()
            drop = _read(said)
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return (drop, data) if now - drop.since < KEPT_S else None

    def erase(self, account: str, pole: str) -> None:
        """Forget what an account dropped for a pole."""
        for kind in ("json", "file"):
            self._path(account, pole, kind).unlink(missing_ok=True)

    def sweep(self, now: float) -> None:
        """Erase what is a day old, whoever dropped it."""
        for path in self._folder.glob("*"):
            with suppress(OSError):
                if path.suffix == ".json":
                    continue  # goes with its file, whose date nothing changes
                if now - path.stat().st_mtime >= KEPT_S:
                    path.unlink(missing_ok=True)
                    path.with_suffix(".json").unlink(missing_ok=True)

    def _path(self, account: str, pole: str, kind: str) -> Path:
        return self._folder / f"{account}-{pole}.{kind}"

    def _write(self, path: Path, data: bytes) -> None:
        """Put a whole file in the place of another; nobody reads half of it."""
        part = path.with_name(f"{path.name}{secrets.token_hex(8)}{_UNFINISHED}")
        handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(data)
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def new_mark() -> str:
    """Return the mark of a file that is dropped now."""
    return secrets.token_hex(8)


def _size(files: list[Path]) -> int:
    total = 0
    for path in files:
        with suppress(OSError):
            total += path.stat().st_size
    return total


def _read(said: dict[str, Any]) -> Drop:
    cells = tuple(
        (int(row), str(name), str(old), str(text)) for row, name, old, text in said["cells"]
    )
    return Drop(
        str(said["mark"]), str(said["name"]), float(said["since"]), dict(said["chosen"]), cells,
        bool(said["is_centred"]),
    )  # fmt: skip
