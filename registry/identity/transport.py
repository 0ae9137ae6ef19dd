"""The way to a provider, as this room needs it; who composes the node has one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Reply:
    """What a provider answered: whole, and no larger than allowed.

    Attributes:
        status: HTTP status.
        media_type: without parameters, in lower case.
        body: decoded bytes.
    """

    status: int
    media_type: str
    body: bytes = field(repr=False)


class Transport(Protocol):
    """Sends one request; follows no redirect; bounded in time and bytes."""

    def send(self, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Reply:
        """Ask (GET), or send a body (POST).

        Raises:
            MaillageError: no whole answer came, or the address may not be reached.
        """
        ...
