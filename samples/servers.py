"""The server processes of the sample network: started, waited for, stopped."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Self
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

_WAIT_S = 60.0
_STEP_S = 0.05
_STOP_S = 10.0


class Servers:
    """Child processes that live as long as the block; each writes its own log file."""

    def __init__(self, logs: Path) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._logs = logs
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._opener = build_opener(ProxyHandler({}))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._children.values():
            child.terminate()
        for child in self._children.values():
            try:
                child.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    @property
    def processes(self) -> tuple[int, ...]:
        """Ids of the running servers."""
        return tuple(child.pid for child in self._children.values())

    def static(self, folder: Path, host: str, port: int) -> None:
        """Serve a folder by Python's plain web server."""
        command = ["-m", "http.server", str(port), "--bind", host, "--directory", str(folder)]
        self._start(f"static-{port}", command)

    def node(self, slug: str, config: Path, environment: dict[str, str]) -> None:
        """Serve a live node by the ``maillage`` command."""
        command = ["-m", "maillage", "--config", str(config), "serve"]
        self._start(f"node-{slug}", command, environment)

    def _start(
        self, name: str, arguments: list[str], environment: dict[str, str] | None = None
    ) -> None:
        with (self._logs / f"{name}.log").open("ab") as log:
            self._children[name] = subprocess.Popen(  # noqa: S603  our own programs
                [sys.executable, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=os.environ | (environment or {}),
                start_new_session=True,  # Ctrl-C reaches this program alone, which stops the rest
            )

    def wait(self, url: str) -> None:
        """Wait until an address answers.

        Raises:
            SystemExit: a server died, or the address does not answer within a minute.
        """
        until = time.monotonic() + _WAIT_S
        while time.monotonic() < until:
            self._check()
            try:
                with self._opener.open(url, timeout=5):
                    return
            except (URLError, OSError):
                time.sleep(_STEP_S)
        raise SystemExit(f"{url} does not answer: see {self._logs}")

    def watch(self) -> None:
        """Wait for as long as all servers run."""
        while True:
            self._check()
            time.sleep(1)

    def _check(self) -> None:
        for name, child in self._children.items():
            if child.poll() is not None:
                log = self._logs / f"{name}.log"
                raise SystemExit(f"{name} stopped with code {child.returncode}: see {log}")
