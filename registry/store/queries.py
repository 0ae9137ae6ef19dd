"""What answers the queries of visitors, wherever it runs."""

from typing import Protocol, Unpack

from registry.store.limits import Limits
from registry.store.pool import Answer, QueryOptions


class Queries(Protocol):
    """Asked like a :class:`~registry.store.pool.QueryPool`."""

    @property
    def limits(self) -> Limits:
        """What one query may take."""

    def ask(self, query: str, **options: Unpack[QueryOptions]) -> Answer:
        """Answer one query; arguments and errors are those of ``QueryPool.ask``."""

    def close(self) -> None:
        """Let go of what answers."""
