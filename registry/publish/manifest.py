"""The manifest: every published file with its size and SHA-256, and the head of the stream.

It serves whoever mirrors the folder, and is the publisher's own state between two runs. Losing it
costs time, not truth: the next run works everything out from the ledger again.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from registry.ledger.ledger import Ledger
from registry.publish.pages import FeedPage, timestamp
from vocab.files import Written

MANIFEST_PATH = "manifest.json"
FORMAT = "maillage-feed/1"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a run published.

    Attributes:
        feed_url: absolute address of the folder.
        fingerprint: hash of the description it was published under.
        head: sequence number of the last change; 0 when there is none.
        head_hash: the ledger's hash of that change, or the empty string.
        pages: every page of the stream, in order.
        files: all other files: path, size, SHA-256.
        generation: which stream it is; another one after each restoration of the ledger.
        redated: number of a harvest -> the time under which its changes are published, where the
            ledger's own lay in the future (:mod:`registry.publish.clocks`).
    """

    feed_url: str
    fingerprint: str
    head: int
    head_hash: str
    pages: tuple[FeedPage, ...]
    files: tuple[Written, ...]
    generation: str = ""
    redated: Mapping[str, str] = field(default_factory=dict)

    def document(self) -> bytes:
        """Write the manifest as JSON."""
        content: dict[str, Any] = {
            "format": FORMAT,
            "feed_url": self.feed_url,
            "fingerprint": self.fingerprint,
            "generation": self.generation,
            **({"redated": dict(self.redated)} if self.redated else {}),
            "head": self.head,
            "head_hash": self.head_hash,
            "pages": [asdict(page) for page in self.pages],
            "files": [
                {"path": file.path, "size": file.size, "sha256": file.sha256} for file in self.files
            ],
        }
        content["digest"] = _digest(content)
        return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest of the last complete run; None when there is none that can be read."""
    try:
        content = json.loads((folder / MANIFEST_PATH).read_bytes())
        return _manifest(content) if content["format"] == FORMAT and _is_intact(content) else None
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _digest(content: dict[str, Any]) -> str:
    """Return the SHA-256 of all else that a manifest says."""
    content_without_digest = {name: value for name, value in content.items() if name != "digest"}
    return hashlib.sha256(json.dumps(content_without_digest, sort_keys=True).encode()).hexdigest()


def _is_intact(content: dict[str, Any]) -> bool:
    """Whether a manifest is as it was written; earlier versions wrote neither of the two."""
    sealed = "digest" in content or "generation" in content
    return not sealed or content.get("digest") == _digest(content)


def _manifest(content: dict[str, Any]) -> Manifest:
    return Manifest(
        feed_url=content["feed_url"],
        fingerprint=content["fingerprint"],
        head=content["head"],
        head_hash=content["head_hash"],
        pages=tuple(FeedPage(**page) for page in content["pages"]),
        generation=content.get("generation", ""),
        redated=content.get("redated", {}),
        files=tuple(Written(**file, changed=False) for file in content["files"]),
    )


MAX_CLOCK_SKEW = timedelta(hours=1)
"""More than clocks of several machines differ by, less than a mistake that matters."""
_PLAUSIBLE = datetime(2026, 1, 1, tzinfo=UTC)
"""Before this program was: a machine that has just started, whose clock nobody has set yet."""


def redated(
    ledger: Ledger, now: datetime, before: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the times under which harvests are published that are dated in the future.

    That of the last harvest before which is not, else this moment. A time once given stays.

    Args:
        ledger: where the harvests are.
        now: moment of publishing, UTC.
        before: what earlier runs gave: number of a harvest -> time.
    """
    given = dict(before or {})
    if now < _PLAUSIBLE:
        return given
    limit = now + MAX_CLOCK_SKEW
    for number in ledger.harvests_dated_after(limit):
        if str(number) not in given:
            sound = ledger.last_dated_by(limit, number)
            given[str(number)] = timestamp(sound or now)
    return given


def has_published_the_future(before: Manifest | None, generation: str, now: datetime) -> bool:
    """Whether the stream that readers follow has a member dated in the future."""
    if before is None or not before.pages or before.generation != generation or now < _PLAUSIBLE:
        return False
    return before.pages[-1].until > timestamp(now + MAX_CLOCK_SKEW)
