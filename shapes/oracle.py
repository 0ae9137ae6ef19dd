"""Asks pySHACL, in a child process with a budget of time and memory.

It takes the shapes that the compiler refuses, and a sample of what the compiler judged itself.
A record can be hostile: some values stop pySHACL altogether (docs/validation.md). So a record on
which the child dies gets no answer, and the rest goes on in a new child.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from vocab.records import Record


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
        """Give the results on each record, or None where the child died or ran out of budget.

        Args:
            records: judged one by one.
            use: IRIs of the shapes to use; None for all.
        """
        answers: list[list[OracleResult] | None] = []
        while len(answers) < len(records):
            found = self._run(records[len(answers) :], use)
            answers.extend(found)
            if len(answers) < len(records):
                answers.append(None)
        return answers

    def _run(
        self, records: Sequence[Record], use: Sequence[str] | None
    ) -> list[list[OracleResult]]:
        question = {
            "shapes": [str(path) for path in self.shapes],
            "classes": self.classes,
            "use": use,
            "records": [record.body for record in records],
        }
        seconds = self.budget.start_seconds + self.budget.seconds_per_record * len(records)
        return [
            _read(line) for line in _output(json.dumps(question), seconds, self._limit(seconds))
        ]

    def _limit(self, seconds: float) -> Callable[[], None]:
        return partial(_limit, self.budget.memory_bytes, int(seconds) + 1)


def _limit(memory_bytes: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def _output(question: str, seconds: float, limit: Callable[[], None]) -> list[str]:
    """Give the whole lines that the child wrote before it ended or was ended."""
    command = [sys.executable, "-m", "shapes.oracle_child"]
    try:
        done = subprocess.run(  # noqa: S603  # our own module, no shell
            command,
            input=question,
            capture_output=True,
            text=True,
            timeout=seconds,
            preexec_fn=limit,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        written = late.stdout or b""
        text = written.decode(errors="replace") if isinstance(written, bytes) else written
    else:
        text = done.stdout
    return [line for line in text.splitlines(keepends=True) if line.endswith("\n")]


def _read(line: str) -> list[OracleResult]:
    return [OracleResult(*result) for result in json.loads(line)]
