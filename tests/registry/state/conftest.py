"""What front ends that share a ledger may lose, on SQLite, and on PostgreSQL when one is named."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from registry.settings.config import Config, Reach
from registry.state import NodeState
from registry.state.database import metadata
from tests.registry.ledger.conftest import URLS, own_database

FrontEnds = Callable[..., NodeState]


@pytest.fixture(params=URLS)
def ledger_url(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return ""
    own = own_database()
    engine = sa.create_engine(own)
    metadata.drop_all(engine)
    engine.dispose()
    return own


@pytest.fixture
def front_end(ledger_url: str, tmp_path: Path) -> Iterator[FrontEnds]:
    """Open what another front end sees: of its machine with SQLite, of any with PostgreSQL."""
    opened: list[NodeState] = []

    def another(reach: Reach = Reach.PUBLIC) -> NodeState:
        data = tmp_path / (f"machine-{len(opened)}" if ledger_url else "machine")
        data.mkdir(exist_ok=True)
        opened.append(NodeState(Config(data=data, ledger_url=ledger_url, web_trials=reach)))
        return opened[-1]

    yield another
    for each in opened:
        each.close()
