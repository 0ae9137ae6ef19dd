"""Accounts on SQLite, and on PostgreSQL when one is named."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from registry.accounts import schema
from registry.ledger.schema import metadata
from registry.settings.config import Config
from registry.state.database import metadata as state_metadata
from tests.registry.ledger.conftest import URLS, own_database


@pytest.fixture(params=URLS)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Config:
    """Settings of a node that holds nothing yet."""
    if request.param == "sqlite":
        return Config(data=tmp_path)
    own = own_database()
    engine = sa.create_engine(own)
    for tables in (schema.metadata, state_metadata, metadata):
        tables.drop_all(engine)
    engine.dispose()
    return Config(data=tmp_path, ledger_url=own)
