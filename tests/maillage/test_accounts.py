"""What the terminal says of a harvest that failed or is held: the reason and the remedy."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.maillage.command import maillage
from tests.simulator import SimulatedPole, place, status, truncated

DUMP = "/dump.nt"


@pytest.fixture
def pole() -> Iterator[SimulatedPole]:
    with SimulatedPole() as simulated:
        yield simulated


def put(pole: SimulatedPole, *names: str) -> None:
    body = "".join(place(pole, name).body for name in names).encode()
    pole.put(DUMP, body, "application/n-triples")


@pytest.fixture
def node(tmp_path: Path, pole: SimulatedPole) -> Path:
    (tmp_path / "maillage.toml").write_text('[node]\ndata = "data"\n', encoding="utf-8")
    put(pole, "a", "b")
    add = ("source", "add", pole.url(DUMP), "--kind", "dump", "--slug", "s", "--allow-private")
    maillage(tmp_path, *add, "--namespace", pole.url("/id/"))
    return tmp_path


LANGUAGES = {
    "fr": ("Nul ne parle", "Appliquer ce qui est venu", "Rien n'est appliqué", "RETENUE"),
    "en": ("Nobody speaks", "To let in what came", "Nothing is applied", "HELD"),
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("how", ["s", "--all"])
def test_b10_a_failed_harvest_says_why_and_what_next(
    node: Path, pole: SimulatedPole, lang: str, how: str
) -> None:
    pole.fail(DUMP, status(404), times=9)
    said = maillage(node, "--lang", lang, "harvest", how, code=3)
    report = json.loads(maillage(node, "harvest", how, "--json", code=3))
    assert f"[MED-H109] {report['error'][f'message_{lang}']}" in said
    assert LANGUAGES[lang][2] in said
    assert "maillage harvest s" in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_b10_an_incomplete_document_is_no_decision_to_take(
    node: Path, pole: SimulatedPole, lang: str
) -> None:
    pole.fail(DUMP, truncated(30), times=9)
    said = maillage(node, "--lang", lang, "harvest", "s", code=1)
    assert "[MED-H107]" in said
    assert "harvest release" not in said
    assert "maillage harvest s" in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_b10_a_held_harvest_names_the_commands_that_decide(
    node: Path, pole: SimulatedPole, lang: str
) -> None:
    maillage(node, "harvest", "s")
    pole.put(DUMP, place(pole, "a").body.replace("/id/", "/other/").encode(), "text/plain")
    pole.put(DUMP, pole.documents[DUMP].body, "application/n-triples")
    tried = maillage(node, "--lang", lang, "harvest", "s", "--dry-run", code=1)
    assert LANGUAGES[lang][3] in tried
    assert "[MED-H405]" in tried
    assert "release" not in tried, "nothing of a dry run can be released"
    said = maillage(node, "--lang", lang, "harvest", "s", code=1)
    for told in ("[MED-H405]", LANGUAGES[lang][1], "release 2 --reason", "discard 2 --reason"):
        assert told in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_b10_a_dry_run_that_fails_says_why(node: Path, pole: SimulatedPole, lang: str) -> None:
    pole.fail(DUMP, status(404), times=9)
    said = maillage(node, "--lang", lang, "harvest", "s", "--dry-run", code=3)
    assert "[MED-H109]" in said
    assert "#0" not in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_b10_what_a_person_refused_is_not_called_nothing_new(
    node: Path, pole: SimulatedPole, lang: str
) -> None:
    maillage(node, "harvest", "s")
    maillage(node, "revert", "1", "--reason", "a slip")
    said = maillage(node, "--lang", lang, "harvest", "s", code=1)
    assert "[MED-H408]" in said
    assert LANGUAGES[lang][3] in said
    assert maillage(node, "source", "list").strip().endswith("\theld")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_b10_a_release_that_cannot_be_says_why(node: Path, lang: str) -> None:
    maillage(node, "harvest", "s")
    said = maillage(node, "--lang", lang, "harvest", "release", "1", "--reason", "x", code=2)
    assert ("aucune décision" if lang == "fr" else "awaits no decision") in said


def test_b10_a_good_harvest_says_no_more_than_before(node: Path) -> None:
    said = maillage(node, "harvest", "s")
    assert said.splitlines()[0].startswith("s (#1): enregistrée — 2 reçues")
    assert "→" not in said
    assert maillage(node, "source", "list").strip().endswith("\tok")


def test_b10_the_list_names_a_source_that_fails(node: Path, pole: SimulatedPole) -> None:
    pole.fail(DUMP, status(404), times=9)
    maillage(node, "harvest", "s", code=3)
    assert maillage(node, "source", "list").strip().endswith("\tfailing")
