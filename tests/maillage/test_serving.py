"""``maillage serve`` as an operator runs it: one process or several, ended, killed, flooded."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
import requests

from tests.conftest import ROOT

WAIT_S = 60.0
NOTICE = {"Content-Type": "application/ld+json"}


class Served:
    """A running ``maillage serve``."""

    def __init__(self, data: Path, *options: str, config: Path | None = None) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        words = ["--config", str(config)] if config else []
        words += ["--data", str(data), "serve", "--port", str(self.port), *options]
        self.log = data / "serve.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "maillage", *words], cwd=ROOT, stderr=log
            )
        self.until(self.answers, "the node answers")

    def answers(self) -> bool:
        with contextlib.suppress(requests.RequestException):
            return requests.get(f"{self.url}/healthz", timeout=5).status_code == 200
        return False

    def children(self) -> list[psutil.Process]:
        return list(psutil.Process(self.process.pid).children())

    def family(self) -> list[psutil.Process]:
        return list(psutil.Process(self.process.pid).children(recursive=True))

    def until(self, is_so: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + WAIT_S
        while not is_so():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, f"{what}: {self.log.read_text()}"
            time.sleep(0.1)

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(WAIT_S)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    started: list[Served] = []

    def start(*options: str) -> Served:
        started.append(Served(tmp_path, *options))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.end(signal.SIGTERM)


def asked(served: Served) -> int:
    return requests.get(f"{served.url}/sparql?query=ASK%7B%7D", timeout=20).status_code


@pytest.mark.parametrize("processes", ["1", "2"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_f2_a_signal_ends_every_process(
    serve: Callable[..., Served], processes: str, number: signal.Signals
) -> None:
    served = serve("--processes", processes)
    assert asked(served) == 200
    family = served.family()
    assert family
    assert served.end(number) == 128 + number
    assert psutil.wait_procs(family, timeout=10)[1] == []


def test_f2_children_end_with_a_parent_that_is_killed(serve: Callable[..., Served]) -> None:
    served = serve("--processes", "2")
    family = served.family()
    assert served.end(signal.SIGKILL) == -signal.SIGKILL
    assert psutil.wait_procs(family, timeout=10)[1] == []


def test_f2_whatever_dies_is_replaced(serve: Callable[..., Served]) -> None:
    served = serve("--processes", "2")
    before = {child.pid for child in served.children()}
    assert len(before) == 4  # queries, upkeep, two for the web
    for child in served.children():
        os.kill(child.pid, signal.SIGKILL)
        served.until(
            lambda: len(served.children()) == 4 and not psutil.pid_exists(child.pid),  # noqa: B023
            "the process is replaced",
        )
        served.until(served.answers, "pages go on")
        served.until(lambda: asked(served) == 200, "queries go on")
    assert not before & {child.pid for child in served.children()}


def test_limits_hold_for_the_node_not_for_each_process(serve: Callable[..., Served]) -> None:
    served = serve("--processes", "3")

    def notice(_: int) -> int:
        sent = requests.post(f"{served.url}/notify", b"{}", headers=NOTICE, timeout=20)
        return sent.status_code

    with ThreadPoolExecutor(8) as senders:
        codes = list(senders.map(notice, range(40)))
    assert codes.count(400) in {10, 11}  # one more may come back while the test runs
    assert set(codes) == {400, 429}


def test_one_query_pool_and_one_upkeep_for_the_node(serve: Callable[..., Served]) -> None:
    served = serve("--processes", "3")
    assert [asked(served) for _ in range(12)] == [200] * 12
    (server, *workers) = [p for p in served.family() if "sandbox.server" in p.cmdline()]
    assert len(workers) == os.cpu_count()
    assert {worker.ppid() for worker in workers} == {server.pid}
    served.until(lambda: len(served.children()) == 5, "the last of the web processes has begun")


def test_a_port_that_is_taken_is_told_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = str(holder.getsockname()[1])
        words = ["--data", str(tmp_path), "serve", "--port", port]
        told = subprocess.run(
            [sys.executable, "-m", "maillage", *words],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert told.returncode == 3
    assert f"impossible d'écouter sur 127.0.0.1:{port}" in told.stderr
    assert "Traceback" not in told.stderr


def test_f9_the_log_of_a_quiet_node_is_quiet(serve: Callable[..., Served]) -> None:
    served = serve("--processes", "2")
    assert asked(served) == 200
    time.sleep(8)
    assert len(served.log.read_text().splitlines()) < 5


def test_the_first_line_says_where_it_listens_and_what_its_pages_say(
    serve: Callable[..., Served],
) -> None:
    served = serve("--processes", "1", "--no-harvest")
    said = next(line for line in served.log.read_text().splitlines() if "Maillage" in line)
    assert f"{served.url}/" in said
    assert "http://127.0.0.1:8000/" in said
