"""Cancelling a harvest that another process runs, by the command."""

import json
import subprocess
import sys
import time
from pathlib import Path

from registry.state import Board
from tests.maillage.command import maillage
from tests.simulator import SimulatedPole, raw

SPACE = "https://registry.example/id/"


def test_a_running_harvest_is_cancelled_by_command(tmp_path: Path) -> None:
    (tmp_path / "maillage.toml").write_text('[node]\ndata = "data"\n', encoding="utf-8")
    refused = maillage(tmp_path, "harvest", "cancel", "slow", code=2)
    assert "aucune moisson de « slow »" in refused
    with SimulatedPole() as pole:
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
        pole.fail("/d.nt", raw(head + b"#" * 100_000, drip_s=0.1, pieces=300))
        words = ("--kind", "dump", "--slug", "slow", "--namespace", SPACE, "--allow-private")
        maillage(tmp_path, "source", "add", pole.url("/d.nt"), *words)
        with subprocess.Popen(
            [sys.executable, "-m", "maillage", "harvest", "slow", "--json"],
            cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        ) as running:  # fmt: skip
            _wait_until_it_downloads(tmp_path)
            maillage(tmp_path, "harvest", "cancel", "slow")
            told, _ = running.communicate(timeout=30)
    assert running.returncode == 3
    assert json.loads(told)["error"]["code"] == "MED-H430"


def _wait_until_it_downloads(folder: Path) -> None:
    board = Board(f"sqlite:///{folder}/data/state.sqlite")
    deadline = time.monotonic() + 20
    while not any(run.stage == "fetch" for run in board.running()):
        assert time.monotonic() < deadline, "the harvest never showed on the board"
        time.sleep(0.05)
    board.close()
