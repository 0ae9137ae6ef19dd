"""A ledger, an embedded store and a pool, as a node has them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.ledger.ledger import Ledger
from registry.store.embedded import EmbeddedStore
from registry.store.pool import QueryPool
from registry.store.projected import Naming
from registry.store.queries import Limits
from tests.registry.ledger.builders import commit, create, filled, place, source

BASE = "https://registry.example/"
VOCABULARY = '<https://w3id.org/x> <http://www.w3.org/2000/01/rdf-schema#label> "lieu"@fr .\n'
NAMING = Naming(BASE, VOCABULARY)
LIMITS = Limits(time_s=0.8, rows=2000, answer_bytes=2_000_000, wait_s=20)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def full_ledger(ledger: Ledger) -> Ledger:
    filled(ledger)
    return ledger


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    return EmbeddedStore(tmp_path / "store", NAMING)


@pytest.fixture(scope="module")
def busy_store(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    """Enough places for a cross product to run for ever: 1,500 of them."""
    folder = tmp_path_factory.mktemp("busy")
    ledger = Ledger.open(f"sqlite:///{folder / 'ledger.sqlite'}")
    ledger.put_source(source())
    commit(ledger, "arsenic", *(create(place(n)) for n in range(1500)))
    store = EmbeddedStore(folder / "store", NAMING)
    store.apply(ledger, ledger.head())
    ledger.close()
    return store


@pytest.fixture(scope="module")
def pool(busy_store: EmbeddedStore) -> Iterator[QueryPool]:
    opened = QueryPool(busy_store.folders.root, LIMITS)
    yield opened
    opened.close()
