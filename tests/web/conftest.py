"""The small network, opened once for the tests that only read it."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.web import clock, create_app
from tests.web.network import NOON, SmallNode, small_network

if TYPE_CHECKING:
    from registry.node import Node


@pytest.fixture(scope="package")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallNode]:
    node = small_network(tmp_path_factory.mktemp("network"))
    yield node
    node.close()


@pytest.fixture(scope="package")
def site(network: SmallNode) -> Flask:
    app = create_app(cast("Node", network))
    app.testing = True
    return app


@pytest.fixture
def visitor(site: Flask, stopped_clock: datetime) -> FlaskClient:
    return site.test_client()


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(clock, "FIXED", NOON)
    return NOON
