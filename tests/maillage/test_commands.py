"""The ``maillage`` command, run as a person would: a pole's file to a registry, by real HTTP."""

import json
import os
from collections.abc import Iterator, Sequence
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

import pytest

from tests.maillage.command import maillage

ROWS = [
    ("alpha", "Médiathèque Alpha", "1 rue du Port", "44000", "Nantes", "44109", "47.21", "-1.55"),
    ("beta", "Espace Bêta", "2 rue du Port", "44000", "Nantes", "44109", "47.22", "-1.56"),
    ("gamma", "Fabrique Gamma", "3 quai", "29200", "Brest", "29019", "48.39", "-4.48"),
]
HEAD = "id;nom;adresse;code_postal;commune;code_insee;latitude;longitude;pivot;date_maj"


def table(rows: Sequence[tuple[str, ...]]) -> str:
    lines = [";".join((*row, "00000000000000", "2024-05-01")) for row in rows]
    return "\n".join([HEAD, *lines]) + "\n"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A plain static web server on loopback and its folder."""
    folder = tmp_path / "site"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def pole(tmp_path: Path, site: tuple[Path, str]) -> Path:
    """A pole's working folder: settings and a spreadsheet."""
    folder = tmp_path / "pole"
    folder.mkdir()
    (folder / "places.csv").write_text(table(ROWS), encoding="utf-8")
    (folder / "maillage.toml").write_text(
        f"""
[node]
slug = "essai"
title = "Essai"
data = "data"
base_url = "{site[1]}"

[pole]
name = "Pôle d'essai"
departements = ["44", "29"]
""",
        encoding="utf-8",
    )
    return folder


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    folder = tmp_path / "registry"
    folder.mkdir()
    (folder / "maillage.toml").write_text('[node]\ndata = "data"\n', encoding="utf-8")
    return folder


def published(pole: Path, site: tuple[Path, str]) -> None:
    maillage(pole, "publish", str(site[0] / "feed"), "--allow-private")


def test_a_file_travels_from_the_spreadsheet_to_the_registry(
    pole: Path, registry: Path, site: tuple[Path, str]
) -> None:
    maillage(pole, "import", "places.csv")
    published(pole, site)
    added = maillage(
        registry, "source", "add", site[1] + "feed/", "--slug", "essai", "--allow-private"
    )
    assert f"essai\tfeed\t{site[1]}feed/stream.trig\t{site[1]}id/" in added
    first = json.loads(maillage(registry, "harvest", "--all", "--json"))
    assert first["counts"]["created"] == len(ROWS) + 1  # the pole's own record comes too
    again = maillage(registry, "--lang", "en", "harvest", "essai")
    assert "nothing new" in again
    assert maillage(registry, "--lang", "en", "verify").split() == [
        "ledger:", "sound", "store:", "sound", "index:", "sound",
    ]  # fmt: skip
    maillage(registry, "rebuild")
    maillage(registry, "verify")


def test_the_projections_follow_what_a_pole_imports_and_publishes(pole: Path) -> None:
    maillage(pole, "import", "places.csv", "--dry-run")
    maillage(pole, "import", "places.csv")
    maillage(pole, "verify")
    maillage(pole, "publish", "site/feed", "--allow-private")
    maillage(pole, "verify")


def test_the_projections_follow_the_files_before_one_that_cannot_be_read(pole: Path) -> None:
    (pole / "broken.csv").write_bytes(b"")
    maillage(pole, "import", "places.csv", "broken.csv", code=3)
    maillage(pole, "verify")


def test_a_change_and_a_deletion_reach_the_registry(
    pole: Path, registry: Path, site: tuple[Path, str]
) -> None:
    maillage(pole, "import", "places.csv")
    published(pole, site)
    maillage(registry, "source", "add", site[1] + "feed/", "--slug", "essai", "--allow-private")
    maillage(registry, "harvest", "--all")
    moved = [("alpha", "Médiathèque Oméga", *ROWS[0][2:]), ROWS[1]]
    (pole / "places.csv").write_text(table(moved), encoding="utf-8")
    maillage(pole, "import", "places.csv")
    published(pole, site)
    counts = json.loads(maillage(registry, "harvest", "--all", "--json"))["counts"]
    assert (counts["changed"], counts["deleted"], counts["created"]) == (1, 1, 0)


def test_a_row_that_is_no_place_is_refused_by_name_and_the_rest_goes_on(pole: Path) -> None:
    bad = [*ROWS, ("", "Sans identifiant", *ROWS[0][2:]), ("alpha", "Doublon", *ROWS[0][2:])]
    (pole / "places.csv").write_text(table(bad), encoding="utf-8")
    report = json.loads(
        maillage(pole, "--quiet", "import", "places.csv", "--format", "json", code=1)
    )
    counts = report["counts"]
    assert (counts["rows"], counts["places"], counts["refused_rows"]) == (5, 3, 2)
    refused = [line for line in report["lines"] if line["level"] == "refusal"]
    assert [line["row"] for line in refused] == [5, 6]


def test_a_place_that_breaks_the_contract_stays_out_and_the_exit_code_says_so(pole: Path) -> None:
    lost = ("delta", "Sans code postal", "4 rue du Port", "", "Saint-Denis", "", "", "")
    (pole / "places.csv").write_text(table([*ROWS, lost]), encoding="utf-8")
    told = maillage(pole, "--lang", "en", "import", "places.csv", code=1)
    assert "3 created" in told
    assert "delta" in told


def test_validate_gives_verdicts_and_exit_codes(pole: Path, tmp_path: Path) -> None:
    assert "MED-P" in maillage(pole, "validate", "places.csv")
    bad = tmp_path / "bad.ttl"
    bad.write_text(
        "@prefix med: <https://w3id.org/mediation-numerique/ns#> .\n"
        "<https://pole.example/id/place/1> a med:Place .\n",
        encoding="utf-8",
    )
    report = json.loads(maillage(pole, "validate", str(bad), "--format", "json", code=1))
    assert "Violation" in json.dumps(report)
    assert "sh:ValidationReport" in maillage(pole, "validate", str(bad), "--format", "ttl", code=1)
    broken = tmp_path / "broken.ttl"
    broken.write_text("<a> <b", encoding="utf-8")
    assert "broken.ttl" in maillage(pole, "validate", str(broken), code=3)


@pytest.mark.parametrize("name", ["a.csv", "a.ttl", "a.xlsx", "map.toml"])
@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_only_files_are_read(pole: Path, name: str, kind: str) -> None:
    """A pipe waits for ever for somebody who writes, a device never ends."""
    place = pole / name
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "device":
        place.symlink_to("/dev/zero")
    else:
        place.mkdir()
    asked = ("places.csv", "--mapping", name) if name == "map.toml" else (name,)
    is_click = kind == "folder" and name == "map.toml"  # told before the command begins
    said = " ".join(maillage(pole, "validate", *asked, code=2 if is_click else 3).split())
    assert name in said
    assert is_click or "pas un fichier, mais un dossier, un tube, une prise ou un" in said
    assert is_click or "enregistrez dans un fichier ce qu'il donne" in said


def test_validate_tells_the_rows_that_cannot_become_places(pole: Path) -> None:
    bad = [*ROWS, ("", "Sans identifiant", *ROWS[0][2:]), ("alpha", "Doublon", *ROWS[0][2:])]
    (pole / "places.csv").write_text(table(bad), encoding="utf-8")
    report = json.loads(maillage(pole, "validate", "places.csv", "--format", "json", code=1))
    assert json.dumps(report).count("MED-H21") >= 2


def test_validate_reads_a_feed_by_its_address(pole: Path, site: tuple[Path, str]) -> None:
    maillage(pole, "import", "places.csv")
    published(pole, site)
    assert "MED-P" in maillage(pole, "validate", site[1] + "feed/", "--allow-private")
    assert "127.0.0.1" in maillage(pole, "validate", site[1] + "feed/", code=3)


def test_publishing_again_without_news_writes_nothing(pole: Path, site: tuple[Path, str]) -> None:
    maillage(pole, "import", "places.csv")
    published(pole, site)
    assert maillage(pole, "publish", str(site[0] / "feed"), "--allow-private") == ""


def test_e5_publishing_puts_a_page_at_the_address_of_each_place(
    pole: Path, site: tuple[Path, str]
) -> None:
    maillage(pole, "import", "places.csv")
    published(pole, site)
    pages = site[0] / "id" / "place"
    assert "Médiathèque" in (pages / "alpha" / "index.html").read_text(encoding="utf-8")
    with urlopen(f"{site[1]}id/place/alpha", timeout=10) as answer:
        assert b"application/ld+json" in answer.read()


def test_e5_where_addresses_do_not_tell_the_folder_it_is_asked_for(
    pole: Path, tmp_path: Path
) -> None:
    maillage(pole, "import", "places.csv")
    told = maillage(pole, "publish", str(tmp_path / "out"), "--allow-private")
    assert "ne mènent nulle part" in told
    assert "--ids" in told
    given = str(tmp_path / "at-ids")
    told = maillage(pole, "publish", str(tmp_path / "out"), "--ids", given, "--allow-private")
    assert "pages de fiches écrites" in told
    assert (tmp_path / "at-ids" / "place" / "alpha" / "index.html").is_file()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("harvest",), "--all"),
        (("harvest", "nobody"), "nobody"),
        (("source", "remove", "nobody"), "nobody"),
        (("import",), "aucun fichier"),
        (("import", "absent.csv"), "absent.csv"),
        (("--config", "absent.toml", "verify"), "absent.toml"),
        (("sourc", "list"), "source"),
        (("revert", "9" * 30, "--reason", "x"), "9" * 30),
        (("harvest", "release", "9" * 30, "--reason", "x"), "9" * 30),
    ],
)
def test_wrong_usage_is_said_in_a_sentence(
    registry: Path, arguments: tuple[str, ...], said: str
) -> None:
    told = maillage(registry, *arguments, code=2)
    assert said in told
    assert "Traceback" not in told


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_variable_that_is_no_setting_is_told(
    registry: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setenv("MAILLAGE_LEDGER_URI", "postgresql://user:hush@db/x")
    told = maillage(registry, "--lang", lang, "source", "list")
    assert "MAILLAGE_LEDGER_URI" in told
    assert "MAILLAGE_LEDGER_URL" in told
    assert "hush" not in told


def test_help_tells_the_whole_story(registry: Path) -> None:
    told = maillage(registry, "--help")
    for command in ("import", "validate", "publish", "source", "harvest", "serve", "verify"):
        assert command in told


def test_removing_a_source_takes_its_places_out_and_keeps_the_history(
    pole: Path, registry: Path, site: tuple[Path, str]
) -> None:
    maillage(pole, "import", "places.csv")
    published(pole, site)
    maillage(registry, "source", "add", site[1] + "feed/", "--slug", "essai", "--allow-private")
    maillage(registry, "harvest", "--all")
    maillage(registry, "source", "remove", "essai")
    assert maillage(registry, "source", "list") == ""
    assert "sound" in maillage(registry, "--lang", "en", "verify")


def test_a_held_harvest_is_decided_with_a_reason(
    pole: Path, registry: Path, site: tuple[Path, str]
) -> None:
    many = [(f"p{n}", *ROWS[n % 3][1:]) for n in range(24)]
    (pole / "places.csv").write_text(table(many), encoding="utf-8")
    maillage(pole, "import", "places.csv")
    published(pole, site)
    add = ("source", "add", site[1] + "feed/", "--allow-private", "--slug")
    assert "release" in maillage(registry, *add, "release", code=2)
    maillage(registry, *add, "essai")
    maillage(registry, "harvest", "essai")
    (pole / "places.csv").write_text(table(many[:8]), encoding="utf-8")
    maillage(pole, "import", "places.csv", "--force", "closed")
    published(pole, site)
    dry = maillage(registry, "--lang", "en", "harvest", "essai", "--dry-run", code=1)
    assert "HELD" in dry
    assert f"- {site[1]}id/place/p9" in dry
    assert "Name: Médiathèque Alpha" in dry
    report = json.loads(maillage(registry, "harvest", "--all", "--dry-run", "--json", code=1))
    assert (report["outcome"], len(report["differences"])) == ("held", 16)
    assert "RETENUE" in maillage(registry, "harvest", "--all", code=1)
    maillage(registry, "harvest", "release", "2", code=2)
    assert "1" in maillage(registry, "harvest", "discard", "1", "--reason", "no", code=2)
    maillage(registry, "harvest", "discard", "2", "--reason", "not announced")
    told = maillage(registry, "--lang", "en", "harvest", "release", "2", "--reason", "announced")
    assert "16 deleted" in told
    assert "nothing new" in maillage(registry, "--lang", "en", "harvest", "essai")
    maillage(registry, "verify")
