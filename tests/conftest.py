"""Fixtures that every room's tests share."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Slow machines are no defect of the code; where changes are judged, the same examples each time.
settings.register_profile(
    "maillage",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("maillage")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real files, which the project does not ship (group ``realdata``)."""
    folder = Path(os.environ.get("MAILLAGE_REAL_DATA", ROOT / ".." / "shared" / "data")).resolve()
    assert (folder / "places").is_dir(), f"no real data in {folder}: set MAILLAGE_REAL_DATA"
    return folder
