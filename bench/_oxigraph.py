"""The Oxigraph server of the package of that name, on loopback."""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_START_S = 20.0


@contextmanager
def served() -> Iterator[str]:
    """Serve an empty store on disk; gives the server's address without a slash at its end.

    Raises:
        SystemExit: the server is not installed or does not start.
    """
    beside = str(Path(sys.executable).parent)
    program = shutil.which("oxigraph", path=beside) or shutil.which("oxigraph")
    if program is None:
        raise SystemExit("the Oxigraph server is missing: run `make setup-dev`")
    port = _free_port()
    with tempfile.TemporaryDirectory() as folder:
        where = ["--location", folder, "--bind", f"127.0.0.1:{port}"]
        command = [program, "serve", *where]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
            try:
                _wait(server, port)
                yield f"http://127.0.0.1:{port}"
            finally:
                server.terminate()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + _START_S
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("the Oxigraph server did not start")
