"""What answers strangers' queries, wherever it runs."""

from collections.abc import Iterable
from typing import Protocol

from registry.store.limits import Limits
from registry.store.pool import Answer


class Queries(Protocol):
    """Asked like a :class:`~registry.store.pool.QueryPool`."""

    @property
    def limits(self) -> Limits:
        """What one query may take."""

    def ask(
        self,
        query: str,
        *,
        accept: str | None = None,
        format: str | None = None,
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
        base_iri: str = "",
    ) -> Answer:
        """Answer one query; arguments and errors are those of ``QueryPool.ask``."""

    def close(self) -> None:
        """Let go of what answers."""
