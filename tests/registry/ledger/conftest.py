"""An empty ledger for each test, on SQLite, and on PostgreSQL when one is named."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa

from registry.ledger.ledger import Ledger
from registry.ledger.schema import metadata

POSTGRESQL = os.environ.get("MAILLAGE_TEST_POSTGRESQL", "")
URLS = ["sqlite", "postgresql"] if POSTGRESQL else ["sqlite"]


@cache
def own_database() -> str:
    """Return this process a database of its own: the suite runs on several cores."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        return POSTGRESQL
    server = sa.make_url(POSTGRESQL)
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE IF EXISTS maillage_{worker}"))
        connection.execute(sa.text(f"CREATE DATABASE maillage_{worker}"))
    engine.dispose()
    return server.set(database=f"maillage_{worker}").render_as_string(hide_password=False)


@pytest.fixture(params=URLS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    own = own_database()
    engine = sa.create_engine(own)
    metadata.drop_all(engine)
    engine.dispose()
    return own


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    opened = Ledger.open(url)
    yield opened
    opened.close()
