"""A source while it is harvested or decided about: its lock, and what the ledger holds of it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property

from harvester.errors import BusyError
from registry.ledger.errors import LockedError
from registry.ledger.ledger import Ledger
from registry.ledger.types import Source
from vocab.errors import UsageError


@contextmanager
def source_lock(ledger: Ledger, slug: str) -> Iterator[None]:
    """Hold the lock of a source.

    Raises:
        BusyError: somebody else holds it.
    """
    try:
        with ledger.lock(slug):
            yield
    except LockedError as error:
        raise BusyError("MED-H403", source=slug) from error


def registered(ledger: Ledger, slug: str) -> Source:
    """Return what the ledger knows of a source now.

    Raises:
        UsageError: it knows of none.
    """
    known = ledger.source(slug)
    if known is None:
        raise UsageError("no source is called {slug!r}: register it first", slug=slug)
    return known


class KnownHashes(Mapping[str, str]):
    """Live subject -> content hash, as of one moment for the subjects that are named.

    A stream changes a few records of a hundred thousand: reading all their hashes would take longer
    than all the rest of its harvest.

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
