"""``maillage source add`` for those who publish no feed: tables and catalogues, by real HTTP."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.maillage.command import maillage
from tests.maillage.test_commands import ROWS, table
from tests.simulator import SimulatedPole

MAPPING = 'standard_columns = true\n[id]\ncolumn = "code"\n'
SPACE = "https://registry.example/id/essai/"


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    (tmp_path / "maillage.toml").write_text('[node]\ndata = "data"\n', encoding="utf-8")
    (tmp_path / "map.toml").write_text(MAPPING, encoding="utf-8")
    return tmp_path


@pytest.fixture
def served(pole: SimulatedPole) -> str:
    pole.put("/places.csv", table(ROWS).replace("id;", "code;", 1), "text/csv")
    return pole.url("/places.csv")


@pytest.fixture
def pole() -> Iterator[SimulatedPole]:
    with SimulatedPole() as simulated:
        yield simulated


def test_a_table_with_its_mapping_is_registered_and_harvested(registry: Path, served: str) -> None:
    words = ("--slug", "essai", "--namespace", SPACE, "--mapping", "map.toml", "--allow-private")
    assert f"essai\ttable\t{served}\t{SPACE}" in maillage(registry, "source", "add", served, *words)
    (registry / "map.toml").unlink()  # the ledger holds a copy
    (told,) = json.loads(maillage(registry, "source", "list", "--json"))
    assert told["options"] == {"mapping": MAPPING}
    report = json.loads(maillage(registry, "harvest", "--all", "--json"))
    assert report["counts"]["created"] == len(ROWS)
    assert report["import"]["counts"]["rows"] == len(ROWS)
    maillage(registry, "verify")


def test_validate_reads_a_table_by_its_address(registry: Path, served: str) -> None:
    words = ("validate", served, "--mapping", "map.toml", "--allow-private")
    assert "MED-P" in maillage(registry, *words)


def test_a_relay_is_registered_with_what_it_passes_on(registry: Path) -> None:
    url, other = "https://relay.example/feed/stream.trig", "https://pole.example/id/"
    words = ("--kind", "feed", "--slug", "relay", "--namespace", SPACE, "--relays", other)
    maillage(registry, "source", "add", url, *words)
    (told,) = json.loads(maillage(registry, "source", "list", "--json"))
    assert (told["namespaces"], told["options"]) == ([SPACE, other], {"relays": [other]})


WRONG = {
    "a table that relays": (
        ("--kind", "table", "--namespace", SPACE, "--relays", SPACE), "--relays ne sert à rien",
    ),
    "no namespace": (("--kind", "table"), "--namespace"),
    "a namespace that ends in nothing": (
        ("--kind", "table", "--namespace", "https://x.example/id"), "finir par /",
    ),
    "a mapping for a stream": (
        ("--kind", "feed", "--namespace", SPACE, "--mapping", "map.toml"),
        "--mapping ne sert à rien",
    ),
    "a dataset of a table": (
        ("--kind", "table", "--namespace", SPACE, "--dataset", "x"), "--dataset ne sert à rien",
    ),
    "classes that are no IRI": (
        ("--kind", "sparql", "--namespace", SPACE, "--classes", "x> } ?s ?p ?o"), "--classes",
    ),
    "a secret in place of a name": (
        ("--kind", "dump", "--namespace", SPACE, "--credentials", "Bearer x"),
        "MAILLAGE_CREDENTIALS_",
    ),
    "a name that no address holds": (
        ("--kind", "dump", "--namespace", SPACE, "--slug", "Été !"), "comme ete",
    ),
    "a negative period": (("--kind", "dump", "--namespace", SPACE, "--every", "-5"), "--every"),
    "a period that no database holds": (
        ("--kind", "dump", "--namespace", SPACE, "--every", "9" * 20), "--every",
    ),
    "an endpoint without a namespace": (("--kind", "sparql"), "--namespace"),
}  # fmt: skip


def test_credentials_are_named_and_do_not_move_to_another_site(registry: Path) -> None:
    name = "MAILLAGE_CREDENTIALS_X"
    words = ("--kind", "dump", "--slug", "x", "--namespace", SPACE, "--credentials", name)
    maillage(registry, "source", "add", "https://pole.example/d.nt", *words)
    told = maillage(registry, "source", "moved", "x", "--to", "https://other.example/d.nt", code=2)
    assert "sur un autre site" in told
    maillage(registry, "source", "moved", "x", "--to", "https://pole.example/new.nt")
    (source,) = json.loads(maillage(registry, "source", "list", "--json"))
    assert source["url"] == "https://pole.example/new.nt"
    assert source["options"]["credentials"] == name


@pytest.mark.parametrize("name", WRONG)
def test_wrong_choices_are_said_in_a_sentence(registry: Path, name: str) -> None:
    words, said = WRONG[name]
    told = maillage(registry, "source", "add", "https://pole.example/p.csv", *words, code=2)
    assert said in told
    assert "Traceback" not in told


def test_a_mapping_that_will_not_do_is_refused_at_once(registry: Path, served: str) -> None:
    (registry / "map.toml").write_text("[id]\ncolum = 'x'\n", encoding="utf-8")
    words = ("--kind", "table", "--namespace", SPACE, "--mapping", "map.toml")
    assert "colum" in maillage(registry, "source", "add", served, *words, code=2)


LIKE = {
    "the same address": ("https://p.example/d.nt", "https://q.example/id/", "adresse"),
    "in another spelling": ("HTTP://P.example:80/a/../d.nt#x", "https://q.example/id/", "adresse"),
    "the same namespace": ("https://q.example/d.nt", "https://p.example/id/", "espace de noms"),
    "a namespace inside it": (
        "https://q.example/d.nt",
        "https://p.example/id/a/",
        "espace de noms",
    ),
    "a namespace around it": ("https://q.example/d.nt", "https://p.example/", "espace de noms"),
    "spelled otherwise": (
        "https://q.example/d.nt",
        "https://P.example:443/i%64/",
        "espace de noms",
    ),
    "nothing": ("https://q.example/d.nt", "https://q.example/id/", ""),
    "a name that only begins alike": ("https://p.example/d.nt2", "https://p.example/identity/", ""),
}


@pytest.mark.parametrize("name", LIKE)
def test_b4_what_a_new_source_shares_with_another_is_told(registry: Path, name: str) -> None:
    url, space, word = LIKE[name]
    add = ("--kind", "dump", "--slug")
    first = ("source", "add", "https://p.example/d.nt", "--namespace", "https://p.example/id/")
    assert "attention" not in maillage(registry, *first, *add, "a")
    assert "attention" not in maillage(registry, *first, *add, "a"), "the very source, again"
    said = maillage(registry, "source", "add", url, "--namespace", space, *add, "b")
    assert ("attention" in said) is bool(word), said
    if word:
        assert word in said.split("attention")[1]
        assert "« a »" in said
        assert "warning" in maillage(
            registry, "--lang", "en", "source", "add", url, "--namespace", space, *add, "b"
        )


def test_b4_a_relay_of_a_source_is_no_surprise(registry: Path) -> None:
    add = ("--kind", "dump", "--slug")
    space = "https://p.example/id/"
    maillage(registry, "source", "add", "https://p.example/d.nt", "--namespace", space, *add, "a")
    relay = ("source", "add", "https://q.example/d.nt", "--relays", space, *add, "b")
    assert "attention" not in maillage(registry, *relay)


def test_b4_a_namespace_that_is_no_address_is_refused(registry: Path) -> None:
    add = ("source", "add", "https://p.example/d.nt", "--kind", "dump", "--namespace", "urn:x:")
    assert "--namespace" in maillage(registry, *add, code=2)
