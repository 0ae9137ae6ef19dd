"""One harvest, or one decision, of a source at a time, among all processes."""

from collections.abc import Iterator
from contextlib import contextmanager

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
