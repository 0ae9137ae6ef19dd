"""The ``maillage`` command as tests run it: each in a process of its own, which has it loaded.

Loading is most of what a short command costs, and hundreds are run. Where it begins is tested by
:mod:`tests.maillage.test_starting`, which starts the interpreter anew.
"""

import os
import sys
from collections.abc import Mapping
from functools import cache
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

_MOST_S = 120


class Ended(NamedTuple):
    """How a command ended, and what it wrote to its output and to that of errors."""

    code: int | None
    out: str
    errors: str


def maillage(folder: Path, *arguments: str, code: int = 0) -> str:
    """Run the command in a node's folder; the exit code is part of what is tested.

    Returns:
        What it wrote to its output, then to that of errors.
    """
    ended = ran(folder, *arguments)
    written = ended.out + ended.errors
    assert ended.code == code, f"{ended.code}\n{written}"
    return written


def ran(folder: Path, *arguments: str, **environment: str) -> Ended:
    """Run the command in a folder, with these variables besides those of the tests."""
    variables = dict(os.environ) | environment
    with TemporaryDirectory() as name:
        out, errors = Path(name, "out"), Path(name, "errors")
        run = _loaded().Process(target=_run, args=(folder, arguments, variables, out, errors))
        run.start()
        run.join(_MOST_S)
        if run.is_alive():
            run.kill()
            run.join()
        return Ended(run.exitcode, out.read_text("utf-8"), errors.read_text("utf-8"))


@cache
def _loaded() -> ForkServerContext:
    """A server, one for each worker, that has loaded the command and forks itself."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.maillage.loaded_command", __name__])
    return context


def _run(
    folder: Path,
    arguments: tuple[str, ...],
    environment: Mapping[str, str],
    out: Path,
    errors: Path,
) -> None:
    """Become the command: in that folder and environment, with those files for output."""
    for path, number in ((Path(os.devnull), 0), (out, 1), (errors, 2)):
        opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["maillage", *arguments]
    from maillage.__main__ import main

    main()
