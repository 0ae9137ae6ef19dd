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


# Ten seconds or more each. They begin first: one begun last would run alone, with workers idle.
_LONGEST = (
    "registry/web/accounts/test_every_page.py",
    "test_contributing.py",
    "registry/web/site/test_accessibility.py",
    "test_demo.py",
    "maillage/test_flipped_bytes.py",
    "security/test_server.py",
    "security/test_bombs.py",
    "registry/web/guides/test_guide_pictures.py",
    "harvester/checking/test_file_check.py",
    "maillage/test_serving.py",
    "maillage/test_following.py",
    "security/xss/test_xss_forms.py",
    "registry/web/accounts/test_account_pages.py",
    "registry/web/accounts/test_volunteer_journey.py",
    "registry/web/places/test_results_map.py",
    "registry/web/site/test_browser.py",
    "harvester/run/test_executor.py",
    "maillage/test_commands.py",
    "maillage/test_correction_by_keyboard.py",
    "test_property.py",
    "test_package.py",
    "test_both_languages.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, the rest as they come."""
    places = {(ROOT / "tests" / name).resolve(strict=True): n for n, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real files, which the project does not ship (group ``realdata``)."""
    folder = Path(os.environ.get("MAILLAGE_REAL_DATA", ROOT / ".." / "shared" / "data")).resolve()
    assert (folder / "places").is_dir(), f"no real data in {folder}: set MAILLAGE_REAL_DATA"
    return folder
