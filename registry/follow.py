"""Bring the projections to the ledger's head.

A projection is anything that can be thrown away and made again from the ledger. Each remembers
how far it went together with what it holds, so that a crash between two steps costs nothing.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Protocol

from registry.ledger.ledger import Ledger
from vocab.messages import Message


class Follower(Protocol):
    """Something that can be brought to where the ledger is.

    Attributes:
        name: what people call it.
    """

    name: str

    def apply(self, ledger: Ledger, upto: int) -> None:
        """Bring it to change ``upto``; does nothing when it is already there."""

    def reset(self) -> None:
        """Forget all, so that the next :meth:`apply` starts from nothing."""


class Projection(Follower, Protocol):
    """Something that follows the ledger, and can be made again from it."""

    def applied(self) -> int:
        """Return the last change that its readers can see."""

    def differences(self, ledger: Ledger) -> list[Message]:
        """Return a sentence for each place where it departs from the ledger."""

    def damages(self) -> list[Message]:
        """Return a sentence for each place where it cannot be read, whatever it says."""


class TripleStore(Projection, Protocol):
    """The projection that answers SPARQL, here or on another machine."""

    def shows(self) -> int | None:
        """Return the last change that its readers see; None when it was emptied.

        Raises:
            MaillageError: it does not answer.
        """


Progress = Callable[[str, int], None]
"""Called with a projection's name and the change that it has reached."""


def follow(
    ledger: Ledger, projections: Iterable[Follower], progress: Progress | None = None
) -> int:
    """Bring every projection to the ledger's head, side by side; give that head.

    Whoever is already there still gets the chance to note harvests that changed nothing. They run
    in threads: most of their work is done by SQLite and the triple store, which let go of Python.

    Raises:
        MaillageError: what a projection raised, after all of them ended.
    """
    head = ledger.head()
    projections = tuple(projections)
    if not projections:
        return head
    with ThreadPoolExecutor(len(projections), "follow") as workers:
        jobs = {workers.submit(p.apply, ledger, head): p.name for p in projections}
        for job in as_completed(jobs):
            job.result()
            if progress is not None:
                progress(jobs[job], head)
    return head


def rebuild(
    ledger: Ledger, projections: Iterable[Follower], progress: Progress | None = None
) -> int:
    """Make every projection again from the ledger only; give the head they reached."""
    projections = tuple(projections)
    for projection in projections:
        projection.reset()
    return follow(ledger, projections, progress)
