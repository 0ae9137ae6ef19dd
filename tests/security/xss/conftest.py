"""A node where people sign in, and a browser: as the tests of accounts have them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.registry.web import chromium
from tests.registry.web.accounts.conftest import cheap_passwords, folder, node
from tests.registry.web.conftest import stopped_clock

__all__ = ["cheap_passwords", "folder", "node", "running", "stopped_clock"]


@pytest.fixture(scope="module")
def running() -> Iterator[Browser]:
    with chromium.browser() as browser:
        yield browser
