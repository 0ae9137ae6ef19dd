"""What strangers announced: sources that may have changed, and addresses that nobody knows yet.

A folder of small files that can be thrown away at any time: the web server writes it, the schedule
and the command line read it, in whatever processes they run. Nothing here enters the ledger, and
nothing is downloaded because of it but a visit that the source's own registration allows.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from registry.sources.marker_files import file_of, slips, slug_of
from vocab.ages import is_younger

GAP_S = 600.0
"""Least time between two visits of a source that notices ask for, in seconds (decision 0033)."""
MAX_PROPOSALS = 200


@dataclass(frozen=True, slots=True)
class Proposal:
    """An address that somebody announced and no source has.

    Attributes:
        name: short name of the proposal, from its address.
        url: the address.
        said: moment of the first notice, ISO 8601.
    """

    name: str
    url: str
    said: str


class Inbox:
    """The notices of one data folder; safe among threads and processes.

    Args:
        folder: where they are kept; made at the first notice.
    """

    def __init__(self, folder: Path) -> None:
        self._due = folder / "due"
        self._taken = folder / "taken"
        self._proposed = folder / "proposed"

    def mark_due(self, slug: str) -> None:
        """Note that a source says that it changed; many notices are one."""
        self._due.mkdir(parents=True, exist_ok=True)
        (self._due / file_of(slug)).touch()

    def take_due(self, now_s: float, among: Collection[str] | None = None) -> tuple[str, ...]:
        """Give the sources to visit now, each at most once per :data:`GAP_S`.

        Args:
            now_s: seconds since 1970. Those visited too lately wait.
            among: sources that can be visited now: the others wait; None for all.
        """
        files = None if among is None else set(map(file_of, among))
        ready = [
            path
            for path in slips(self._due)
            if not is_younger(self._visited(path.name), GAP_S, now_s)
            and (files is None or path.name in files)
        ]
        if ready:
            self._taken.mkdir(parents=True, exist_ok=True)
        for path in ready:
            os.utime(path.replace(self._taken / path.name), (now_s, now_s))
        return tuple(slug_of(path) for path in ready)

    def propose(self, url: str, said: str) -> Proposal | None:
        """Keep an unknown address for the operator; None when too many wait already."""
        known = self.proposal(name_of(url))
        if known is not None:
            return known
        if sum(1 for _ in _files(self._proposed)) >= MAX_PROPOSALS:
            return None
        self._proposed.mkdir(parents=True, exist_ok=True)
        proposal = Proposal(name_of(url), url, said)
        whole = self._proposed / f"{proposal.name}.json"
        part = whole.with_name(f".{proposal.name}.{secrets.token_hex(6)}")
        part.write_text(json.dumps(asdict(proposal)), encoding="utf-8")
        part.replace(whole)
        return proposal

    def proposal(self, name: str) -> Proposal | None:
        """Give a proposal by its name."""
        return next((each for each in self.proposals() if each.name == name), None)

    def proposals(self) -> tuple[Proposal, ...]:
        """Give the addresses that wait for the operator, the first announced first."""
        found = (_read(path) for path in _files(self._proposed))
        return tuple(sorted((each for each in found if each), key=lambda each: each.said))

    def dismiss(self, url: str) -> bool:
        """Forget a proposal: it became a source, or nobody wants it; tell whether it was there."""
        path = self._proposed / f"{name_of(url)}.json"
        there = path.exists()
        path.unlink(missing_ok=True)
        return there

    def _visited(self, name: str) -> float:
        try:
            return (self._taken / name).stat().st_mtime
        except FileNotFoundError:
            return 0.0


def name_of(url: str) -> str:
    """Give the name of a proposal."""
    return hashlib.sha256(url.encode()).hexdigest()[:16]


def _files(folder: Path) -> Iterator[Path]:
    """The files of a folder by name; none when there is no folder yet."""
    if folder.is_dir():
        yield from sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _read(path: Path) -> Proposal | None:
    """Read a proposal; one that was taken away, or spoiled by hand, is none."""
    try:
        return Proposal(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
