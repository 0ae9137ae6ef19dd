"""Tickets on SQLite, and on PostgreSQL when one is named."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from registry.settings.config import Config
from registry.tickets.schema import metadata
from registry.tickets.store import Tickets
from tests.registry.ledger.conftest import URLS, own_database


@pytest.fixture(params=URLS)
def config(request: pytest.FixtureRequest, tmp_path: Path) -> Config:
    """The settings of a node that has no ticket yet."""
    if request.param == "sqlite":
        return Config(data=tmp_path)
    own = own_database()
    engine = sa.create_engine(own)
    metadata.drop_all(engine)
    engine.dispose()
    return Config(data=tmp_path, ledger_url=own)


@pytest.fixture
def tickets(config: Config) -> Iterator[Tickets]:
    with closing(Tickets(config)) as opened:
        yield opened


@pytest.fixture
def in_file(tmp_path: Path) -> Iterator[Tickets]:
    """Those of a node whose database is a file."""
    with closing(Tickets(Config(data=tmp_path))) as opened:
        yield opened
