"""The folders of an embedded store, and the pointer that readers follow.

live/             the writer's own store
checkpoints/N-SEQ immutable hard-linked copies that query workers open
CURRENT           name of the checkpoint in force, replaced atomically
COMPACTED         which checkpoint was last compact, and what that took
DIGESTS           SHA-256 of the files of the checkpoint in force
writer.lock       held while following
"""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vocab.files import sha256_of, sync_folder
from vocab.messages import Message

_KEPT = 2
_LISTED = ("*.sst", "MANIFEST-*", "CURRENT")
_DIGESTS = "DIGESTS"

_Digests = dict[str, list[object]]
"""Name of a file to its inode, size, time and SHA-256: an inode is used again once it is free."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a checkpoint's name says: its last change and its last harvest."""

    seq: int
    harvest: int


class Folders:
    """Paths under the folder of one store; a whole new store is loaded in ``building``."""

    def __init__(self, root: Path) -> None:
        """Name the folder; nothing is made yet."""
        self.root = root
        self.live = root / "live"
        self.building = root / "building"
        self.checkpoints = root / "checkpoints"
        self.lock = root / "writer.lock"

    def current(self) -> Path | None:
        """Return the checkpoint in force, or None when nothing was ever published."""
        try:
            name = (self.root / "CURRENT").read_bytes().decode().strip()
        except FileNotFoundError:
            return None
        path = self.checkpoints / name
        return path if name and path.is_dir() else None

    def published(self) -> Mark | None:
        """Return what the checkpoint in force holds, or None when nothing was ever published."""
        current = self.current()
        if current is None:
            return None
        _, seq, harvest = current.name.split("-")
        return Mark(int(seq), int(harvest))

    def published_at(self) -> float:
        """Return when the checkpoint in force was put there, in seconds since 1970; 0 for never."""
        try:
            return (self.root / "CURRENT").stat().st_mtime
        except FileNotFoundError:
            return 0.0

    def next_checkpoint(self, mark: Mark) -> Path:
        """Return the path of the checkpoint after all those there are."""
        self.checkpoints.mkdir(parents=True, exist_ok=True)
        last = max((_ordinal(path) for path in self.checkpoints.iterdir()), default=0)
        return self.checkpoints / f"{last + 1:08d}-{mark.seq}-{mark.harvest}"

    def switch_to(self, checkpoint: Path) -> None:
        """Put a checkpoint in force, then drop the oldest."""
        sync_folder(self.checkpoints)
        draft = self.root / "CURRENT.new"
        with draft.open("w", encoding="utf-8") as file:
            file.write(checkpoint.name)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.root / "CURRENT")
        sync_folder(self.root)
        kept = sorted(p for p in self.checkpoints.iterdir() if _ordinal(p))[-_KEPT:]
        for path in self.checkpoints.iterdir():
            if path not in kept and path != checkpoint:
                shutil.rmtree(path)

    def write_note(self, name: str, values: object) -> None:
        """Remember something about the store beside it, as JSON; if lost, it is only made again."""
        draft = self.root / f"{name}.new"
        draft.write_text(json.dumps(values), encoding="utf-8")
        draft.replace(self.root / name)

    def read_note(self, name: str) -> object:
        """Return back what was noted under a name; None when there is nothing that can be read."""
        try:
            found: object = json.loads((self.root / name).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return found

    def record_digests(self) -> None:
        """Remember the digests of the checkpoint in force; forgotten, nothing is compared.

        The engine keeps checksums of its blocks, but reads few of them: so a byte that flipped
        later shows. Most files are shared with the checkpoint before: only new ones are read.
        """
        if (current := self.current()) is None:
            return
        _, before = self._digests()
        files = sorted(file for pattern in _LISTED for file in current.glob(pattern))
        digests = {file.name: _digest(file, before) for file in files}
        self.write_note(_DIGESTS, [current.name, digests])

    def damages(self) -> Iterator[Message]:
        """Return a sentence for each file of the checkpoint in force that is not as it was made."""
        current = self.current()
        name, digests = self._digests()
        if current is None or name != current.name:
            return  # made by an earlier version, or cut short: its content is compared all the same
        for file, (*_, expected) in sorted(digests.items()):
            path = current / file
            if not path.is_file() or sha256_of(path) != expected:
                yield Message(
                    "{path}: not as it was made (digest differs): run maillage rebuild", path=path
                )

    def _digests(self) -> tuple[str, _Digests]:
        match self.read_note(_DIGESTS):
            case [str(name), dict(digests)]:
                return name, digests
        return "", {}

    def sweep(self) -> None:
        """Remove what a killed writer left behind, and the engine's logs of earlier openings."""
        shutil.rmtree(self.building, ignore_errors=True)
        for path in self.checkpoints.glob("tmp-*"):
            shutil.rmtree(path)
        for pattern in ("bulk-*.sst", "LOG.old.*"):
            for stray in self.live.glob(pattern):
                stray.unlink()

    def adopt_building(self) -> None:
        """Make the store just loaded the live one."""
        shutil.rmtree(self.live, ignore_errors=True)
        self.building.rename(self.live)
        sync_folder(self.root)


def _ordinal(path: Path) -> int:
    head = path.name.partition("-")[0]
    return int(head) if head.isdigit() else 0


def _digest(file: Path, before: _Digests) -> list[object]:
    found = file.stat()
    known = before.get(file.name, [])
    same = [found.st_ino, found.st_size, found.st_mtime_ns]
    return known if known[:-1] == same else [*same, sha256_of(file)]
