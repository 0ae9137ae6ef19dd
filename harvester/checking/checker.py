"""Checks files for the web application: each in a child of its own, bounded, and forgotten."""

import json
from contextlib import closing
from typing import Any

from harvester.checking.document import of_error, too_much
from sandbox.child import ChildError, start
from sandbox.isolation import Bounds
from vocab.errors import UnreachableError
from vocab.mapping import PoleIdentity

_WORK = "harvester.checking.child"
DEADLINE_S = 60.0
"""How long one file may take on a busy machine: 20,000 places need 8 s of a processor."""
BOUNDS = Bounds(memory_bytes=1_500_000_000, cpu_s=30)


class CheckFaultError(Exception):
    """The check itself is at fault, not the file: carries the trace."""


class FileChecker:
    """Checks files under the namespace of a node; keeps nothing of them."""

    def __init__(self, pole: PoleIdentity, deadline_s: float = DEADLINE_S) -> None:
        """Name the pole under whose namespace the places of a table would lie."""
        self._pole = pole
        self._deadline_s = deadline_s

    def check(self, name: str, data: bytes) -> dict[str, Any]:
        """Say what the registry would make of a file.

        Args:
            name: of the file.
            data: its bytes.

        Returns:
            the report (:mod:`harvester.checking.document`), of a file that cannot be read as well.

        Raises:
            UnreachableError: this machine may start no process now.
            CheckFaultError: a fault of ours.
        """
        asked = {"name": name, "pole": self._pole.slug, "namespace": self._pole.namespace}
        try:
            with closing(start(_WORK, BOUNDS)) as child:
                head, body = child.ask(asked, data, deadline_s=self._deadline_s)
        except ChildError:
            return of_error(too_much())
        except OSError as error:
            raise UnreachableError("no process can be started to check a file") from error
        if fault := head.get("fault"):
            raise CheckFaultError(fault)
        found: dict[str, Any] = json.loads(body)
        return found
