"""Asks pySHACL, in a child process with a budget of time and memory.

It takes the shapes that the compiler refuses, and a sample of what the compiler judged itself.
A record can be hostile: some values stop pySHACL altogether (docs/validation.md). So a record on
which the child dies gets no answer, and the rest goes on in a new child.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from shapes.errors import ShapeError
from vocab.posix import need_posix
from vocab.records import Record

READY = "ready"
_ROOT = Path(__file__).resolve().parent.parent


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

        Raises:
            ShapeError: the child does not even get as far as the records.
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
        limit = partial(_limit, self.budget.memory_bytes, int(seconds) + 1)
        lines, complaint = _output(json.dumps(question), seconds, limit)
        if lines[:1] != [f"{READY}\n"]:
            raise ShapeError(
                "pySHACL did not start on {count} files: {complaint}",
                count=len(self.shapes),
                complaint=complaint,
            )
        return [_read(line) for line in lines[1:]]


def _limit(memory_bytes: int, seconds: int) -> None:
    import resource  # POSIX alone has it

    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def _output(question: str, seconds: float, limit: Callable[[], None]) -> tuple[list[str], str]:
    """Give the whole lines that the child wrote before it ended or was ended, and why it ended."""
    need_posix()
    with subprocess.Popen(  # our own module, no shell
        [sys.executable, "-m", "shapes.oracle_child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=_ROOT,
        preexec_fn=limit,  # no thread of ours holds a lock that it needs
    ) as child:
        try:
            written, complaint = child.communicate(question, seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            written, _ = child.communicate()
            complaint = f"still running after {seconds:.0f} s"
    lines = [line for line in written.splitlines(keepends=True) if line.endswith("\n")]
    return lines, complaint.strip()[-300:]


def _read(line: str) -> list[OracleResult]:
    return [OracleResult(*result) for result in json.loads(line)]
