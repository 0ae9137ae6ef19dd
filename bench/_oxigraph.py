"""The Oxigraph server of the package of that name, on loopback."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench._servers import free_port, running


@contextmanager
def served() -> Iterator[str]:
    """Serve an empty store on disk; gives the server's address without a slash at its end.

    Raises:
        SystemExit: the server is not installed or does not start.
    """
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        where = ["--location", folder, "--bind", f"127.0.0.1:{port}"]
        with running([_program(), "serve", *where], port):
            yield f"http://127.0.0.1:{port}"


@contextmanager
def served_read_only(dump: Path) -> Iterator[str]:
    """Serve a dump for reading, compacted as Oxigraph advises; gives what answers queries.

    Raises:
        SystemExit: the server is not installed or does not start.
    """
    program, port = _program(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        at = ["--location", folder]
        for step in (["load", *at, "--file", str(dump)], ["optimize", *at]):
            subprocess.run([program, *step], check=True, stderr=subprocess.DEVNULL)
        with running([program, "serve-read-only", *at, "--bind", f"127.0.0.1:{port}"], port):
            yield f"http://127.0.0.1:{port}/query"


def _program() -> str:
    beside = str(Path(sys.executable).parent)
    program = shutil.which("oxigraph", path=beside) or shutil.which("oxigraph")
    if program is None:
        raise SystemExit("the Oxigraph server is missing: run `make setup-dev`")
    return program
