"""When the embedded store is compacted: what changes leave behind, and what undoing it costs.

Each batch of changes becomes files of its own, and a query reads through all of them: the first
small change makes it a fifth to a half slower than a store whose files were merged. Merging
rewrites the whole store, so it waits until many changes have piled up, or until nothing has come
for a while and merging has become cheap next to the time that has passed (decision 0038).
"""

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from registry.store.folders import Folders

_LEAST = 400
"""Changes that are not many yet, however small the store."""
_SHARE = 10
"""Changes have piled up once they are one in so many records."""
_QUIET_S = 60.0
"""After the last change, before a store counts as idle."""
_IDLE_FACTOR = 100
"""How many times as long as it took a compaction lets the store be before the next."""
_SPARE = 1.3
"""Times its size that the disk must have free: compaction writes all anew beside the old."""

_NOTE = "COMPACTED"


@dataclass(frozen=True, slots=True)
class Compacted:
    """A compaction: its checkpoint and last change, its end (seconds since 1970), its length."""

    checkpoint: str
    seq: int
    ended: float
    took_s: float

    def write(self, folders: Folders) -> None:
        """Remember it in the store's folder; forgotten, it is only made again."""
        folders.write_note(_NOTE, [self.checkpoint, self.seq, self.ended, self.took_s])


def last_compaction(folders: Folders) -> Compacted | None:
    """Return the last compaction of a store; None when none is known."""
    match folders.read_note(_NOTE):
        case [str(name), int(seq), int() | float() as ended, int() | float() as took_s]:
            return Compacted(name, seq, ended, took_s)
    return None


def is_due(last: Compacted | None, seq: int, records: Callable[[], int]) -> bool:
    """Whether the changes up to ``seq`` since the last compaction are many among the records."""
    changes = seq - (last.seq if last else 0)
    return changes > _LEAST and changes * _SHARE > records()


def is_idle(folders: Folders, now: float | None = None) -> bool:
    """Whether the store has changed since it was compact, and can be compacted unnoticed.

    The time is ``now``, in seconds since 1970; by default the present.
    """
    now = time.time() if now is None else now
    current, last = folders.current(), last_compaction(folders)
    if current is None or (last is not None and last.checkpoint == current.name):
        return False
    if _age(folders.published_at(), now) < _QUIET_S:
        return False
    return last is None or _age(last.ended, now) >= last.took_s * _IDLE_FACTOR


def missing_space(live: Path) -> int:
    """Return how many bytes the disk lacks to compact a store; 0 when it has enough."""
    size = 0
    for path in live.glob("*.sst"):
        with suppress(FileNotFoundError):  # the engine drops files in the background
            size += path.stat().st_size
    return max(0, int(size * _SPARE) - shutil.disk_usage(live).free)


def _age(moment: float, now: float) -> float:
    """Seconds since a moment; of one that a clock put back made future, as long as can be."""
    return now - moment if now >= moment else float("inf")
