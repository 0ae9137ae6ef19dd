"""Asks pySHACL, in a child process with a budget of time and memory.

It takes the shapes that the compiler refuses, and a sample of what the compiler judged itself.
A record can be hostile: some values stop pySHACL altogether (docs/validation.md). So a record on
which the child dies gets no answer, and the rest goes on in a new child.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sandbox.child import Child, ChildError, start
from sandbox.isolation import Bounds
from shapes.errors import ShapeError
from vocab.records import Record

_WORK = "shapes.oracle_child"


class OracleResult(NamedTuple):
    """One result of the other engine: every term as N-Triples, ``_:`` for a blank node."""

    focus: str
    value: str | None
    severity: str
    component: str
    shape: str
    path: str | None


@dataclass(frozen=True, slots=True)
class Budget:
    """What one child may use."""

    seconds_per_record: float = 10.0
    start_seconds: float = 20.0
    memory_bytes: int = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Oracle:
    """The other engine for one contract.

    Attributes:
        shapes: the Turtle files.
        classes: (class, direct super-class) IRIs that records need not repeat.
        budget: what a child may use.
    """

    shapes: tuple[Path, ...]
    classes: tuple[tuple[str, str], ...]
    budget: Budget = Budget()

    def ask(
        self, records: Sequence[Record], use: Sequence[str] | None = None
    ) -> list[list[OracleResult] | None]:
        """Return the results on each record, or None where the child died or ran out of budget.

        Args:
            records: judged one by one.
            use: IRIs of the shapes to use; None for all.

        Raises:
            ShapeError: the child does not even get as far as the records.
        """
        answers: list[list[OracleResult] | None] = []
        child: Child | None = None
        with ExitStack() as started:
            for record in records:
                if child is None:
                    child = self._started(use)
                    started.callback(child.close)
                try:
                    seconds = self.budget.seconds_per_record
                    head, _ = child.ask({"record": record.body}, deadline_s=seconds)
                except ChildError:
                    child = None
                    answers.append(None)
                else:
                    answers.append([OracleResult(*result) for result in head["results"]])
        return answers

    def _started(self, use: Sequence[str] | None) -> Child:
        """Return a child that knows the shapes."""
        contract = {
            "shapes": [path.read_text("utf-8") for path in self.shapes],
            "classes": self.classes,
            "use": use,
        }
        child = start(_WORK, Bounds(self.budget.memory_bytes))
        try:
            child.ask(contract, deadline_s=self.budget.start_seconds)
        except ChildError as error:
            raise ShapeError(
                "pySHACL did not start on {count} files: {complaint}",
                count=len(self.shapes),
                complaint=str(error),
            ) from error
        return child
