"""The life of a source through ``maillage source``: who may be harvested, and what is refused."""

import json
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from maillage.main import cli
from registry.ledger.cursor import Cursor, Rhythm
from registry.ledger.ledger import Ledger
from registry.ledger.types import HarvestResult, Outcome
from registry.settings.config import Config
from registry.state import NodeState
from tests.maillage.command import maillage
from tests.maillage.test_sources import SPACE, pole, registry, served
from tests.simulator import SimulatedPole, redirect

__all__ = ["pole", "registry", "served"]  # fixtures


@pytest.fixture
def known(registry: Path, served: str) -> Path:
    words = ("--slug", "essai", "--namespace", SPACE, "--mapping", "map.toml", "--allow-private")
    maillage(registry, "source", "add", served, *words)
    return registry


def _status(folder: Path) -> str:
    (told,) = json.loads(maillage(folder, "source", "list", "--json"))
    return str(told["status"])


def test_a_source_lives_as_its_operator_decides(known: Path) -> None:
    assert _status(known) == "active"
    for word, status in (
        ("pause", "paused"),
        ("preview", "preview"),
        ("propose", "proposed"),
        ("activate", "active"),
        ("end", "ended"),
    ):
        assert maillage(known, "source", word, "essai", "--note", "why").strip().endswith(status)
        assert _status(known) == status


def test_the_list_says_how_sources_fare(known: Path) -> None:
    assert maillage(known, "source", "list").strip().endswith("\tactive\tnever")
    maillage(known, "harvest", "essai")
    assert maillage(known, "source", "list").strip().endswith("\tactive\tok")
    (told,) = json.loads(maillage(known, "source", "list", "--json"))
    assert told["declared"] == {"polling_s": 0, "update_s": 0}
    assert (told["health"]["late"], told["health"]["stale"]) == (False, False)
    assert told["health"]["good"] == told["health"]["changed"]
    with closing(Ledger.open(f"sqlite:///{known / 'data' / 'ledger.sqlite'}")) as ledger:
        declared = Cursor(declared=Rhythm(update_s=1))
        now = datetime.now(UTC)
        ledger.commit("essai", HarvestResult(Outcome.UNCHANGED, now, cursor=declared), now)
    time.sleep(2.1)
    assert maillage(known, "source", "list").strip().endswith("\tactive\tstale")


def test_a_source_that_sleeps_is_not_harvested(known: Path, served: str) -> None:
    maillage(known, "source", "pause", "essai")
    assert maillage(known, "harvest", "--all").strip() == ""
    assert "« essai » est à l'état « paused »" in maillage(known, "harvest", "essai", code=2)
    again = ("--slug", "essai", "--namespace", SPACE, "--mapping", "map.toml", "--allow-private")
    maillage(known, "source", "add", served, *again)
    assert _status(known) == "paused", "registering again decides nothing"
    maillage(known, "source", "activate", "essai")
    assert "essai (#1)" in maillage(known, "harvest", "essai")


def test_a_way_that_does_not_exist_is_said(known: Path) -> None:
    maillage(known, "source", "end", "essai")
    assert "ne peut pas passer à « paused »" in maillage(known, "source", "pause", "essai", code=2)
    told = maillage(known, "source", "end", "other", code=2)
    assert "aucune source ne s'appelle « other » ; sources connues : essai" in told


def test_a_move_is_approved_once_a_harvest_met_it(
    known: Path, served: str, pole: SimulatedPole
) -> None:
    told = maillage(known, "source", "moved", "essai", code=2)
    assert "n'a rencontré aucune redirection permanente" in told
    pole.put("/new.csv", pole.documents["/places.csv"].body, "text/csv")
    pole.fail("/places.csv", redirect(pole.url("/new.csv"), 308))
    maillage(known, "harvest", "essai")
    assert pole.url("/new.csv") in maillage(known, "source", "moved", "essai")
    (told,) = json.loads(maillage(known, "source", "list", "--json"))
    assert told["url"] == pole.url("/new.csv")
    assert told["options"]["lifecycle"]["former"] == [served]


def test_announced_addresses_wait_for_the_operator(known: Path, served: str) -> None:
    inbox = NodeState(Config(data=known / "data")).inbox
    inbox.propose("https://new.example/feed/", "2026-01-01T00:00:00+00:00")
    assert "https://new.example/feed/\t-\tproposed" in maillage(known, "source", "list")
    maillage(known, "source", "dismiss", "https://new.example/feed/")
    assert "new.example" not in maillage(known, "source", "list", "--json")


def test_each_source_has_its_own_grace(known: Path, served: str) -> None:
    def said(*words: str) -> str:
        return CliRunner().invoke(cli, ["--config", str(known / "maillage.toml"), *words]).output

    def told() -> int:
        (source,) = json.loads(said("source", "list", "--json"))
        return int(source["grace_days"])

    assert said("source", "grace", "essai") == "essai\t7\n"
    assert said("source", "grace", "essai", "30") == "essai\t30\n"
    again = ("--slug", "essai", "--namespace", SPACE, "--kind", "table", "--allow-private")
    said("source", "add", served, *again)
    assert told() == 30, "registering again decides nothing"
    said("source", "add", served, *again, "--grace-days", "0")
    assert told() == 0
    assert "0<=x<=365" in said("source", "grace", "essai", "366")
