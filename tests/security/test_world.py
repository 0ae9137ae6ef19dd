"""Whom the harvester dials in a world where every address answers."""

import json
import shutil
import subprocess
import sys
from ipaddress import ip_address
from pathlib import Path

import pytest

from tests.security.world import ELSEWHERE, PUBLIC, SETUP

ROOT = Path(__file__).resolve().parents[2]
NAMESPACES = ["unshare", "--user", "--map-root-user", "--net", "--mount"]
PROBE = subprocess.run([*NAMESPACES, "true"], capture_output=True)


@pytest.mark.skipif(
    PROBE.returncode != 0 or not shutil.which("ip"),
    reason="this machine gives no namespaces to its users, or has no iproute2",
)
def test_no_forbidden_address_is_dialled_where_every_address_answers(tmp_path: Path) -> None:
    inside = ["sh", "-c", SETUP, "sh", str(tmp_path), sys.executable]
    done = subprocess.run([*NAMESPACES, *inside], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["dialled"].keys() == {PUBLIC}
    assert found["dialled"][PUBLIC] > 200, "the documents themselves were fetched"
    assert ip_address(PUBLIC).is_global
    assert found["allowed"] == {PUBLIC: 4, ELSEWHERE: 3}, "what may be followed is followed"
