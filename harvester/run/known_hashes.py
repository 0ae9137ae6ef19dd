"""Content hashes of a source's live records, read only for what a delivery contains.

A stream changes a few records of a hundred thousand: reading all their hashes would take longer
than all the rest of its harvest.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from registry.ledger.ledger import Ledger


class KnownHashes(Mapping[str, str]):
    """Live subject -> content hash, as of one moment for the subjects that are named.

    Args:
        ledger: where the truth is kept.
        slug: the source, whose lock the caller holds.
        subjects: what will be asked for; anything else is found too, by reading all.
    """

    def __init__(self, ledger: Ledger, slug: str, subjects: Iterable[str]) -> None:
        self._ledger = ledger
        self._slug = slug
        self._named = frozenset(subjects)
        self._found = ledger.known_of(slug, self._named)

    def __getitem__(self, subject: str) -> str:
        return (self._found if subject in self._named else self._all)[subject]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return self._count

    @cached_property
    def _count(self) -> int:
        return self._ledger.count(self._slug)

    @cached_property
    def _all(self) -> dict[str, str]:
        return self._ledger.known(self._slug)
