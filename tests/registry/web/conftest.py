"""The small network, opened once for the tests that only read it."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from harvester.checking.checker import FileChecker
from registry.node import pole_identity
from registry.web.app import create_app
from registry.web.site import clock
from tests.registry.web import chromium
from tests.registry.web.network_of_tests import (
    NOON,
    SmallNode,
    add_source,
    open_node,
    small_network,
)

if TYPE_CHECKING:
    from registry.node import Node


@pytest.fixture(scope="module")
def running() -> Iterator[Browser]:
    with chromium.browser() as browser:
        yield browser


@pytest.fixture(scope="package")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallNode]:
    node = small_network(tmp_path_factory.mktemp("network"))
    yield node
    node.close()


@pytest.fixture(scope="package")
def site(network: SmallNode) -> Flask:
    app = create_app(cast("Node", network), checker=FileChecker(pole_identity(network.config)))
    app.testing = True
    return app


@pytest.fixture
def visitor(site: Flask, stopped_clock: datetime) -> FlaskClient:
    return site.test_client()


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(clock, "FIXED", NOON)
    return NOON


@pytest.fixture
def node(tmp_path: Path) -> Iterator[SmallNode]:
    """A node of one source, to change at will."""
    opened = open_node(tmp_path)
    add_source(opened, "ping", "https://ping.example/id/")
    yield opened
    opened.close()


@pytest.fixture
def client(node: SmallNode) -> FlaskClient:
    """Somebody who visits the test's own node."""
    return create_app(cast("Node", node)).test_client()
