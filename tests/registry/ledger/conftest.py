"""An empty ledger for each test, on SQLite, and on PostgreSQL when one is named."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from registry.ledger import Ledger
from registry.ledger.schema import metadata

POSTGRESQL = os.environ.get("MAILLAGE_TEST_POSTGRESQL", "")
URLS = ["sqlite", "postgresql"] if POSTGRESQL else ["sqlite"]


@pytest.fixture(params=URLS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    engine = sa.create_engine(POSTGRESQL)
    metadata.drop_all(engine)
    engine.dispose()
    return POSTGRESQL


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    opened = Ledger.open(url)
    yield opened
    opened.close()
