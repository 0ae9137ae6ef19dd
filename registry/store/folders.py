"""The folders of an embedded store, and the pointer that readers follow.

live/             the writer's own store
checkpoints/N-SEQ immutable hard-linked copies that query workers open
CURRENT           name of the checkpoint in force, replaced atomically
COMPACTED         which checkpoint was last compact, and what that took
writer.lock       held while following
"""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from vocab.files import sync_folder

_KEPT = 2


@dataclass(frozen=True, slots=True)
class Mark:
    """What a checkpoint's name says: its last change and its last harvest."""

    seq: int
    harvest: int


@dataclass(frozen=True, slots=True)
class Folders:
    """Paths under the folder of one store."""

    root: Path

    @property
    def live(self) -> Path:
        """Folder of the writer's store."""
        return self.root / "live"

    @property
    def building(self) -> Path:
        """Folder in which a whole new store is loaded."""
        return self.root / "building"

    @property
    def lock(self) -> Path:
        """File locked while following."""
        return self.root / "writer.lock"

    @property
    def checkpoints(self) -> Path:
        """Folder of the checkpoints."""
        return self.root / "checkpoints"

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
        """Remember something about the store beside it, as JSON; forgotten, it is only made again.

        Args:
            name: of the file.
            values: what JSON can hold.
        """
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
