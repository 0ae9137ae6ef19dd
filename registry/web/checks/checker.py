"""What checks a file: given to the application by whoever composes the node."""

from collections.abc import Mapping
from typing import Any, Protocol

CHECKER = "maillage-checker"

Document = Mapping[str, Any]
"""The report on a file, JSON-ready, as ``harvester.checking.document`` says it."""


class Checker(Protocol):
    """Reads and judges a file where it can do no harm."""

    def check(self, name: str, data: bytes) -> Document:
        """Say what the registry would make of a file.

        Args:
            name: of the file, which says whether it is a table or RDF.
            data: its bytes.

        Raises:
            UnreachableError: it cannot be checked now.
        """
        ...
