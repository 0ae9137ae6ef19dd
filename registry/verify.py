"""Proof that a node is sound: ledger unaltered, projections equal to it, files as written.

Each part is checked by itself: one that is damaged hides no other.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import starmap

from registry.follow import Projection
from registry.ledger.dialect import unread
from registry.ledger.ledger import Ledger
from registry.publish import checksums
from registry.publish.checking import feed_defects, piece_defects
from registry.settings.config import Config
from vocab.errors import MaillageError
from vocab.messages import Message


@dataclass(frozen=True, slots=True)
class Check:
    """What one part of the node was found to be.

    Attributes:
        name: the part: ``ledger``, a projection's name, ``feed``, ``publishing``, ``prepared`` or
            ``encoded``.
        defects: one sentence for each; empty when the part is sound.
    """

    name: str
    defects: tuple[Message, ...]


def verify(ledger: Ledger, projections: Iterable[Projection]) -> tuple[Check, ...]:
    """Check the ledger's hashes, then every projection against the ledger."""
    checks = ((part.name, partial(part.differences, ledger)) for part in projections)
    return (checked("ledger", ledger.verify), *starmap(checked, checks))


def verify_files(config: Config, ledger: Ledger | None) -> tuple[Check, ...]:
    """Check the feed that the node serves, what its dumps are made from, and cached answers.

    Args:
        config: the settings.
        ledger: what the feed is compared with; None when it cannot be read.
    """
    parts: list[Check] = []
    if config.publication.is_dir():
        parts.append(checked("feed", partial(feed_defects, config.publication, ledger)))
    if config.pieces.is_dir():
        parts.append(checked("publishing", partial(piece_defects, config.pieces)))
    for name, cache in (("prepared", config.prepared), ("encoded", config.encoded)):
        if cache.is_dir():
            parts.append(checked(name, partial(checksums.defects, cache)))
    return tuple(parts)


def checked(name: str, check: Callable[[], Iterable[Message]]) -> Check:
    """Look at a part; whatever keeps it from being read is its defect."""
    try:
        return Check(name, tuple(check()))
    except Exception as error:  # noqa: BLE001  damage shows in many words; the other parts go on
        return Check(name, (_unreadable(name, error),))


def _unreadable(name: str, error: Exception) -> Message:
    if reason := unread(error):  # whichever part was being compared with it
        return Message(
            "{name}: not checked, the ledger cannot be read ({reason}): restore the last backup "
            "(maillage restore)",
            name=name,
            reason=reason,
        )
    found: object = error
    if not isinstance(error, MaillageError):
        found = " ".join(str(error).split()) or type(error).__name__
    return Message("{name}: cannot be read ({found}): run maillage rebuild", name=name, found=found)
