"""The ``maillage`` command as tests run it: each in a process of its own, which has it loaded.

Loading is half of what a short command costs, and hundreds are run. Where it begins is tested by
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

_MOST_S = 120


def maillage(folder: Path, *arguments: str, code: int = 0) -> str:
    """Run the command in a node's folder; the exit code is part of what is tested.

    Returns:
        What it wrote to its output, then to that of errors.
    """
    with TemporaryDirectory() as name:
        out, errors = Path(name, "out"), Path(name, "errors")
        run = _loaded().Process(
            target=_run, args=(folder, arguments, dict(os.environ), out, errors)
        )
        run.start()
        run.join(_MOST_S)
        if run.is_alive():
            run.kill()
        written = out.read_text(encoding="utf-8") + errors.read_text(encoding="utf-8")
    assert run.exitcode == code, f"{run.exitcode}\n{written}"
    return written


@cache
def _loaded() -> ForkServerContext:
    """A server, one for each worker, that has loaded the command and forks itself."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["maillage.main", __name__])
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
