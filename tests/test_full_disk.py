"""A disk that fills up during a harvest: nothing is lost, and one sentence says what to do."""

import errno
import sqlite3
import subprocess

import pytest

from bench.fulldisk import run
from harvester.run.storage import storage_fault

NAMESPACES = ["unshare", "--user", "--map-root-user", "--mount", "true"]


@pytest.mark.skipif(
    subprocess.run(NAMESPACES, capture_output=True).returncode != 0,
    reason="this machine gives no namespaces to its users",
)
def test_a_full_disk_loses_nothing_and_is_told() -> None:
    found = run(levels=3)
    for wrong in ("lost", "half_published", "unclean_starts", "unclear_errors"):
        assert found[wrong] == []
    assert 0 < found["ended_full"] < found["levels"]


def test_what_else_goes_wrong_keeps_its_own_words() -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    wrapped = RuntimeError("cannot be opened")
    wrapped.__cause__ = full
    for error in (full, wrapped):
        told = storage_fault(error, "/data")
        assert told is not None
        assert told.code == "MED-H470"
        assert "/data" in told.message("fr")
    for other in (OSError(errno.EACCES, "no"), sqlite3.OperationalError("no such table: x")):
        assert storage_fault(other, "/data") is None
