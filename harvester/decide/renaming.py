"""Records that came back under other IRIs: the same content, another name. Pure.

An id that changes makes a double of a place and breaks every link to it, so a delivery in which
many do is held for a person to look at (GBIF pauses such harvests for the same reason).
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from harvester import rules
from harvester.decide.compare import Comparison
from shapes.findings import Finding
from vocab.namespaces import DCT

MAX_SHARE = 20.0
MIN_RECORDS = 3
# What changes with the name, or the day, does not identify a place.
_UNSTABLE = tuple(f" <{DCT}{name}> " for name in ("identifier", "modified"))


@dataclass(frozen=True, slots=True)
class Renaming:
    """A record that vanished, and the new one that says the same."""

    before: str
    after: str


def is_likely(known: Mapping[str, str], change: Comparison) -> bool:
    """Whether so many records vanished that it is worth a look at what they said."""
    gone = len(change.vanished)
    return gone >= MIN_RECORDS and bool(change.news) and gone * 100 > len(known) * MAX_SHARE


def renamings(
    known: Mapping[str, str], change: Comparison, vanished: Mapping[str, str]
) -> tuple[Renaming, ...]:
    """Pair what vanished with what is new and says the same.

    Args:
        known: live subject -> content hash.
        change: how the delivery differs from it.
        vanished: the bodies of the subjects that vanished, N-Triples.
    """
    old: dict[str, list[str]] = {}
    for subject, body in sorted(vanished.items()):
        old.setdefault(_content(subject, body), []).append(subject)
    found = []
    for arrival in change.news:
        if arrival.subject in known:
            continue
        same_content = old.get(_content(arrival.subject, (arrival.body or b"").decode()))
        if same_content:
            found.append(Renaming(same_content.pop(0), arrival.subject))
    return tuple(found)


def hold_of(known: int, found: tuple[Renaming, ...]) -> Iterable[Finding]:
    """Return the reason to hold a delivery in which many records changed their IRI."""
    if len(found) >= MIN_RECORDS and len(found) * 100 > known * MAX_SHARE:
        first = found[0]
        yield rules.finding(
            "", "MED-H411", renamed=len(found), known=known, before=first.before, after=first.after
        )


def _content(subject: str, body: str) -> str:
    own = body.replace(f"<{subject}>", "<>").replace(f"<{subject}#", "<#")
    lines = (line for line in own.split("\n") if not any(mark in line for mark in _UNSTABLE))
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
