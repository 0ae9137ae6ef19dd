"""A ledger of an earlier schema is brought up to date, and its seals still hold."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from registry.ledger.ledger import Ledger
from registry.ledger.options import SourceOptions
from tests.registry.ledger.builders import filled, source

BACK_TO_1 = (
    "DROP TABLE held",
    "DROP TABLE act",
    "DELETE FROM meta WHERE key IN ('held_hash', 'act_hash')",
    "ALTER TABLE source DROP COLUMN options",
    "UPDATE meta SET value = '1' WHERE key = 'schema'",
)


def run(url: str, *statements: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    engine.dispose()


@pytest.fixture
def old(url: str) -> str:
    ledger = Ledger.open(url)
    filled(ledger)
    ledger.close()
    run(url, *BACK_TO_1)
    return url


def test_a_ledger_of_version_1_opens_whole(old: str) -> None:
    ledger = Ledger.open(old)
    assert [entry.options for entry in ledger.sources()] == [SourceOptions()] * 2
    assert len(ledger.known("arsenic")) == 29
    assert ledger.verify() == []
    ledger.close()
    again = Ledger.open(old)
    assert again.verify() == []
    again.close()


def test_what_was_altered_before_a_migration_shows_after_it(old: str) -> None:
    run(old, "UPDATE source SET namespaces = '[\"https://evil.example/\"]' WHERE slug = 'zinc'")
    ledger = Ledger.open(old)
    assert ledger.verify() == ["source zinc: its row was altered (hash differs)"]
    ledger.close()


def test_options_are_kept_and_sealed(url: str, ledger: Ledger) -> None:
    stated = replace(source(), options=SourceOptions(mapping='title = "é"'))
    ledger.put_source(stated)
    assert ledger.source("arsenic") == stated
    assert ledger.verify() == []
    run(url, "UPDATE source SET options = '{}' WHERE slug = 'arsenic'")
    assert ledger.verify() == ["source arsenic: its row was altered (hash differs)"]
