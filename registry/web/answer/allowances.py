"""What a request asks before it takes something scarce: here, or of another process of the node."""

from collections.abc import Callable
from typing import Any, Protocol

from registry.store.pool import Answer
from registry.store.queries import Queries


class QueryAdmission(Protocol):
    """An :class:`~registry.web.answer.admission.Admission`, or what asks one elsewhere."""

    @property
    def slots(self) -> int:
        """Queries that may run or wait at once."""

    def ask(self, queries: Queries, address: str, query: str, **options: Any) -> Answer:
        """Put a query while holding a slot; options and errors are those of ``queries.ask``."""


class RateLimit(Protocol):
    """A :class:`~registry.web.answer.admission.Rate`, or what asks one elsewhere."""

    def wait_s(self, client: str) -> int:
        """Count one request of a client; give 0, or the seconds to wait."""


class SlotPool(Protocol):
    """The :class:`~registry.web.answer.admission.Slots`, or what asks for one elsewhere."""

    def take(self, address: str = "") -> Callable[[], None]:
        """Take a slot for a client; give the function that frees it."""
