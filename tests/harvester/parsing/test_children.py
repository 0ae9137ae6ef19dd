"""The processes that parse: where they come from, and that none of them is left behind."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import psutil

from harvester.parsing import Parser
from tests.conftest import ROOT
from tests.harvester.parsing.test_parsing import NT, TTL, URL


def servers() -> list[psutil.Process]:
    return [
        process for process in psutil.Process().children() if "sandbox.server" in process.cmdline()
    ]


def test_a_fork_server_that_dies_is_replaced_and_serves_all_threads() -> None:
    with Parser() as before:
        before.parse(URL, "text/turtle", TTL)
        (server,) = servers()
        server.kill()
        assert before.parse(URL, "text/turtle", TTL).groups[0].body == NT, "asked once more"

    def parsed(_number: int) -> bytes:
        with Parser() as parser:
            return parser.parse(URL, "text/turtle", TTL).groups[0].body

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(parsed, range(32))) == [NT] * 32
    (again,) = servers()
    assert again.pid != server.pid
    _, alive = psutil.wait_procs(again.children(), timeout=10)
    assert alive == [], "the last may be dying still, but none may live on"


def test_nothing_outlives_a_harvester_that_is_killed() -> None:
    code = (
        "import os, psutil, signal; from harvester.parsing import Parser;"
        f"p = Parser(); p.parse({URL!r}, 'text/turtle', {TTL!r});"
        "print(*[c.pid for c in psutil.Process().children(recursive=True)], flush=True);"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    pids = [int(pid) for pid in done.stdout.split()]
    assert len(pids) == 2
    deadline = time.monotonic() + 10
    while any(psutil.pid_exists(pid) for pid in pids):
        assert time.monotonic() < deadline, "the fork server or its child lives on"
        time.sleep(0.02)


def test_forks_share_a_fork_server_and_replace_it_when_it_dies() -> None:
    code = (
        "import os, psutil, sys\n"
        "from harvester.parsing import Parser, expect\n"
        "def parse():\n"
        f"    with Parser() as p: assert p.parse({URL!r}, 'text/turtle', {TTL!r}).groups\n"
        "def servers():\n"
        "    return [c for c in psutil.Process().children() if 'sandbox.s' in str(c.cmdline())]\n"
        "expect()\n"
        "(server,) = servers()\n"
        "for death in (False, True):\n"
        "    if death: server.kill()\n"
        "    forks = []\n"
        "    for _ in range(4):\n"
        "        if not (pid := os.fork()):\n"
        "            for _ in range(5): parse()\n"
        "            os._exit(10 + len(servers()))\n"
        "        forks.append(pid)\n"
        "    print([os.waitstatus_to_exitcode(os.waitpid(p, 0)[1]) for p in forks])\n"
        "parse()\n"
        "print(len(servers()))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.splitlines() == ["[10, 10, 10, 10]", "[11, 11, 11, 11]", "1"], done.stderr
