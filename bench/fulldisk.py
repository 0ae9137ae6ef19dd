"""``fulldisk``: a disk that fills up at any step of a harvest loses nothing and says so.

A registry holds one version of a pole's places; the pole publishes the next. The registry's data
folder lies on a small disk of its own (tmpfs in a mount namespace, so that nothing else of the
machine is touched), which has room for so many bytes more: from none to more than a harvest needs.
``maillage harvest`` runs as an operator runs it. Afterwards there is room again: what the command
said to be in must be there, the source must be wholly at one of the two versions, and the next
harvest must end with everything in its place.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.crash import SLUG, Pole
from registry.ledger.ledger import Ledger

LEVELS = 60
PLACES = 300
MOST_FREE = 8_000_000
_DISK = 64_000_000
_COMMITTED = frozenset({0, 1})  # 1: some records broke the contract and stayed out


def run(levels: int = LEVELS) -> dict[str, Any]:
    """Measure, in a mount namespace of its own.

    Raises:
        CalledProcessError: this machine gives no namespaces to its users.
    """
    inside = [sys.executable, "-m", "bench.fulldisk", str(levels)]
    command = ["unshare", "--user", "--map-root-user", "--mount", *inside]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@dataclass
class _Found:
    """What went wrong, a sentence each."""

    lost: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    unclean: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    full: int = 0


def _measured(levels: int) -> dict[str, Any]:
    started = time.monotonic()
    found = _Found()
    with tempfile.TemporaryDirectory() as name, Pole.serving(Path(name) / "pole") as pole:
        base, disk = Path(name) / "base", Path(name) / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", disk], check=True)
        rng = random.Random(2015)
        pole.publish(0, PLACES, rng)
        before = _first_version(base, pole)
        pole.publish(1, PLACES, rng)
        after = _live(base, pole)
        for level in range(levels):
            free = MOST_FREE * level * level // max(levels - 1, 1) ** 2  # more where less is free
            _try(disk, base, free, (before, after), found)
        subprocess.run(["umount", disk], check=True)
    return {
        "levels": levels,
        "ended_full": found.full,
        "lost": found.lost,
        "half_published": found.half,
        "unclean_starts": found.unclean,
        "unclear_errors": found.unclear,
        "seconds": round(time.monotonic() - started, 1),
    }


def _first_version(base: Path, pole: Pole) -> dict[str, str]:
    base.mkdir()
    ledger = Ledger.open(f"sqlite:///{base / 'ledger.sqlite'}")
    ledger.put_source(pole.source)
    ledger.close()
    _maillage(base, "harvest", "--all")
    return _known(base)


def _live(base: Path, pole: Pole) -> dict[str, str]:
    """Return what a registry holds once it has harvested in peace."""
    with tempfile.TemporaryDirectory() as name:
        data = shutil.copytree(base, Path(name) / "calm")
        _maillage(data, "harvest", "--all")
        return _known(data)


def _try(
    disk: Path, base: Path, free: int, versions: tuple[dict[str, str], ...], found: _Found
) -> None:
    """Harvest with so many bytes free, then with room again; note what is not as it must be."""
    data, ballast = disk / "data", disk / "ballast"
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(base, data)
    _fill(ballast, free)
    done = _maillage(data, "harvest", "--all")
    ballast.unlink()
    found.full += done.returncode not in _COMMITTED
    if not _is_clear(done):
        found.unclear.append(f"{free} free: {done.returncode} {done.stderr[-500:]}")
    now = _known(data)
    if done.returncode in _COMMITTED and now != versions[1]:
        found.lost.append(f"{free} free")
    if now not in versions:
        found.half.append(f"{free} free")
    again, sound = _maillage(data, "harvest", "--all"), _maillage(data, "verify")
    if again.returncode not in _COMMITTED or sound.returncode or _known(data) != versions[1]:
        found.unclean.append(f"{free} free: {again.stderr[-300:]} {sound.stdout[-300:]}")


def _is_clear(done: subprocess.CompletedProcess[str]) -> bool:
    """Whether a command ended well, or in the one sentence about its disk."""
    if done.returncode in _COMMITTED:
        return True
    return done.returncode == 3 and "maillage: The disk of " in done.stderr


def _fill(ballast: Path, free: int) -> None:
    room = os.statvfs(ballast.parent)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(room.f_bavail * room.f_frsize - free, 1))


def _known(data: Path) -> dict[str, str]:
    ledger = Ledger.open(f"sqlite:///{data / 'ledger.sqlite'}")
    try:
        broken = ledger.verify()
        return {"broken": str(broken[0])} if broken else ledger.known(SLUG)
    finally:
        ledger.close()


def _maillage(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "maillage", "--quiet", "--lang", "en"]
    command += ["--data", str(data), *words]
    return subprocess.run(command, capture_output=True, text=True)


if __name__ == "__main__":
    print(json.dumps(_measured(int(sys.argv[1]))))
