"""The walk through the screens of the guides, made once for all that look at its pictures."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.registry.web.accounts.conftest import folder
from tests.registry.web.guides.album import Album
from tests.registry.web.guides.walk import walked

__all__ = ["folder"]


@pytest.fixture(scope="module")
def album(running: Browser, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Album:
    return walked(running, folder, tmp_path_factory.mktemp("guides"))
