"""``maillage harvest --all`` while somebody else harvests one of the sources."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from harvester.run.pipeline import Options
from maillage.main import cli
from maillage.steps.dry_run import dry_run_sources
from maillage.steps.running import harvest_all
from maillage.terminal.context import Settings
from registry.ledger.types import Source
from registry.node import Node
from registry.settings.config import Config
from registry.state import Board, state_url
from tests.simulator import SimulatedPole, place


def test_what_the_others_brought_is_shown_though_one_was_busy(tmp_path: Path) -> None:
    settings = Settings(None, tmp_path, "fr", quiet=True)
    with SimulatedPole() as pole, Node.open(Config(data=tmp_path)) as node:
        found = place(pole, "p1")
        pole.put("/free.nt", found.body.encode(), "application/n-triples")
        spaces = {"busy": "https://busy.example/", "free": pole.url("/id/")}
        sources = [
            Source(slug, slug, slug, pole.url(f"/{slug}.nt"), "dump", (space,), allow_private=True)
            for slug, space in spaces.items()
        ]
        for source in sources:
            node.ledger.put_source(source)
        with node.ledger.lock("busy"):
            tried = dry_run_sources(node, sources, settings, Options(), as_json=False)
            came = harvest_all(node, sources, settings, jobs=2)
        for told in (tried, came):
            assert [one.source for one in told.done] == ["free"]
            assert [busy.code for busy in told.busy] == ["MED-H403"]
        assert node.index.resource(found.iri) is not None
        assert Board(state_url(node.config)).running() == ()


def test_the_board_says_that_search_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(None, tmp_path, "fr", quiet=True)
    seen: list[tuple[str, str]] = []
    with SimulatedPole() as pole, Node.open(Config(data=tmp_path)) as node:
        pole.put("/new.nt", place(pole, "p1").body.encode(), "application/n-triples")
        url, spaces = pole.url("/new.nt"), (pole.url("/id/"),)
        source = Source("new", "new", "new", url, "dump", spaces, allow_private=True)
        node.ledger.put_source(source)
        board = Board(state_url(node.config))
        monkeypatch.setattr(
            node, "follow", lambda **_: seen.extend((r.source, r.stage) for r in board.running())
        )
        harvest_all(node, [source], settings)
        assert seen == [("new", "project")]
        harvest_all(node, [source], settings)
        assert seen == [("new", "project")]  # nothing new, nothing follows
        assert board.running() == ()


@pytest.mark.parametrize(("lang", "words"), [("fr", "déjà en cours"), ("en", "already running")])
def test_an_error_is_told_in_the_language_asked_for(tmp_path: Path, lang: str, words: str) -> None:
    with Node.open(Config(data=tmp_path)) as node:
        source = Source("p", "p", "p", "https://p.example/p.nt", "dump", ("https://p.example/",))
        node.ledger.put_source(source)
        with node.ledger.lock("p"):
            for command in (["harvest", "p"], ["harvest", "p", "--dry-run"]):
                given = ["--data", str(tmp_path), "--quiet", "--lang", lang, *command]
                told = CliRunner().invoke(cli, given)
                assert (told.exit_code, words in told.output) == (2, True), told.output


@pytest.mark.parametrize(
    ("lang", "words"), [("fr", "n'attend aucune décision"), ("en", "awaits no decision")]
)
def test_an_error_that_ends_a_command_is_too(tmp_path: Path, lang: str, words: str) -> None:
    given = ["--data", str(tmp_path), "--lang", lang, "harvest", "release", "9", "--reason", "x"]
    told = CliRunner().invoke(cli, given)
    assert (told.exit_code, words in told.output) == (2, True), told.output
