"""Checks files for the web application: each in a child of its own, bounded, and forgotten."""

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from harvester.checking.document import of_error, too_much
from sandbox.child import ChildError, start
from sandbox.frames import Frame
from sandbox.isolation import Bounds
from vocab.errors import UnreachableError
from vocab.mapping import PoleIdentity
from vocab.records import Record

_WORK = "harvester.checking.child"
DEADLINE_S = 60.0
"""How long one file may take on a busy machine: 20,000 places need 8 s of a processor."""
BOUNDS = Bounds(memory_bytes=1_500_000_000, cpu_s=30)
SHEET_DEADLINE_S = 120.0
SHEET_BOUNDS = Bounds(memory_bytes=2_500_000_000, cpu_s=90)
"""An editor's file is read beside the places of the pole: 20,000 without an id need 40 s."""


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
        _, body = _asked(asked, data, BOUNDS, self._deadline_s)
        found: dict[str, Any] = json.loads(body)
        return found


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file that an editor dropped.

    Attributes:
        name: of the file.
        data: its bytes.
        asked: what was said of it, as :class:`.sheet.Asked` reads it.
    """

    name: str
    data: bytes
    asked: Mapping[str, Any]


class SheetJudge:
    """Judges the files that editors drop, each in a child of its own; keeps nothing of them."""

    def __init__(self, deadline_s: float = SHEET_DEADLINE_S) -> None:
        self._deadline_s = deadline_s

    def judge(
        self, dropped: Dropped, pole: PoleIdentity, published: Mapping[str, Record]
    ) -> dict[str, Any]:
        """Say what a file would publish.

        Args:
            dropped: the file.
            pole: whose places they are.
            published: local id -> place, as it is published.

        Returns:
            the report, with the places; of a file that cannot be read, why.

        Raises:
            UnreachableError: this machine may start no process now.
            CheckFaultError: a fault of ours.
        """
        _, body = self._ask("judge", dropped, pole, published)
        found: dict[str, Any] = json.loads(body)
        return found

    def rewritten(
        self, dropped: Dropped, pole: PoleIdentity, published: Mapping[str, Record]
    ) -> bytes | dict[str, Any]:
        """Return the file with its ids and what was typed, or why it cannot be written.

        Arguments and errors as of :meth:`judge`.
        """
        head, body = self._ask("rewritten", dropped, pole, published)
        if not head.get("error"):
            return body
        found: dict[str, Any] = json.loads(body)
        return found

    def _ask(
        self, task: str, dropped: Dropped, pole: PoleIdentity, published: Mapping[str, Record]
    ) -> Frame:
        rest = [[one, record.iri, record.lines] for one, record in published.items()]
        asked = {
            "task": task, "name": dropped.name, "pole": pole.slug, "namespace": pole.namespace,
            "asked": dropped.asked, "size": len(dropped.data),
        }  # fmt: skip
        body = dropped.data + json.dumps(rest).encode()
        return _asked(asked, body, SHEET_BOUNDS, self._deadline_s)


def _asked(asked: dict[str, Any], body: bytes, bounds: Bounds, deadline_s: float) -> Frame:
    try:
        with closing(start(_WORK, bounds)) as child:
            head, found = child.ask(asked, body, deadline_s=deadline_s)
    except ChildError:
        return {"error": True}, json.dumps(of_error(too_much())).encode()
    except OSError as error:
        raise UnreachableError("no process can be started to check a file") from error
    if fault := head.get("fault"):
        raise CheckFaultError(fault)
    return head, found
