"""Fixtures that every room's tests share."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real files, which the project does not ship (group ``realdata``)."""
    folder = Path(os.environ.get("MAILLAGE_REAL_DATA", ROOT / ".." / "shared" / "data")).resolve()
    assert (folder / "places").is_dir(), f"no real data in {folder}: set MAILLAGE_REAL_DATA"
    return folder
