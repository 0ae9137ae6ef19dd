"""What proves who is asking stays in the ledger and goes to the source: it is shown nowhere."""

import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from maillage.main import cli
from registry.ledger.options import options_of
from registry.ledger.types import Source
from registry.node import Node
from registry.publish.publisher import publish
from registry.settings.config import load
from registry.web.app import create_app
from tests.maillage.command import ran
from tests.registry.publish.feed_samples import POLE, MemoryLog, place
from tests.simulator import SimulatedPole, redirect, status
from vocab.errors import UsageError
from vocab.redaction import public

SECRET = "s3cr3tW0rd"  # noqa: S105  nobody's


@pytest.mark.parametrize(
    "shown",
    [
        "https://u:{}@h.example/x",
        "https://{}@h.example/x",
        "https://u:p@{}@h.example/x",
        "https://u:a/{}@h.example/x",
        "postgresql+psycopg://maillage:{}@127.0.0.1:5432/db?sslmode=require",
        "https://h.example/x?api_key={}&b=2",
        "https://h.example/x?apikey={}",
        "https://h.example/x?API-KEY={}#top",
        "https://h.example/x?%61pikey={}",
        "https://h.example/x?key={}",
        "https://h.example/x?access_token={}&page=2",
        "https://h.example/x?a=1;token={}",
        "https://h.example/x#access_token={}&state=2",
        "https://h.example/x;jsessionid={}",
        "https://h.example/b/x.csv?X-Amz-Algorithm=A&X-Amz-Signature={}&X-Amz-Date=20260101",
        "https://h.example/b/x.csv?X-Amz-Security-Token={}",
        "https://h.example/b/x.csv?X-Goog-Signature={}",
        "https://a.blob.example/x?sv=2024-01-01&se=2026&sig={}%3D",
        "https://h.example/x?subscription-key={}",
        "https://h.example/x?client_secret={}",
        "https://h.example/x?password={}",
        "https://h.example/x?mot_de_passe={}",
        "https://h.example/x?url=https%3A%2F%2Fi.example%2F%3Ftoken%3D{}",
        "Max retries exceeded with url: /a?apikey={} (Caused by timeout)",
        '{{"url": "https:\\/\\/u:{}@h.example\\/x?a=1\\u0026token=b"}}',
        "deux adresses : https://u:{}@a.example/ et https://b.example/",
    ],
)
def test_f6_a_secret_is_left_out_of_any_text_with_addresses(shown: str) -> None:
    text = shown.format(SECRET)
    assert SECRET not in public(text)
    assert public(public(text)) == public(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://data.example/lieux?code_postal=44000&code_insee=44109&page=2",
        "https://data.example/lieux?keyword=fablab&author=eva&authority=x&passage=3",
        "https://data.example:8080/@eva/lieux?sort=key",
        "https://data.example/x?signed=1&tokens=",
        "Écrivez à contact@pole.example, ou voyez https://pole.example/contact",
        "<https://pole.example/id/place/a> a <https://schema.org/Place> .",
        "",
    ],
)
def test_f6_near_miss_other_addresses_are_shown_whole(text: str) -> None:
    assert public(text) == text


def test_f6_long_texts_without_an_address_pass_as_they_are() -> None:
    """Each would hold a harvest for minutes, were it looked at in time that grows as its square."""
    for text in ("a" * 200_000 + "@", "a." * 100_000 + "@x", "://a:x" * 50_000, "?a=" * 50_000):
        assert public(text) == text


def test_f6_errors_show_no_secret_in_either_language() -> None:
    error = UsageError(
        "no source is called {slug!r}", slug=f"https://u:{SECRET}@h/?a=1 https://h/?token={SECRET}"
    )
    assert "aucune source" in error.message("fr")
    assert SECRET not in f"{error} {error.message('fr')} {error.message('en')} {error!r}"


@pytest.mark.parametrize(
    "url",
    [
        f"postgres//eva:{SECRET}@db/maillage",
        f"postgresql+psycopg:/eva:{SECRET}@db/maillage",
        f"mysql://eva:{SECRET}@db/maillage",
        f"postgresql+none://eva:{SECRET}@db/maillage",
        f"eva:{SECRET}@db",
        f"sqlite://eva:{SECRET}@/x",
        f"postgresql+psycopg://eva:{SECRET}@127.0.0.1:1/maillage",
    ],
)
def test_f6_a_wrong_ledger_address_is_refused_without_its_password(
    url: str, tmp_path: Path
) -> None:
    done = ran(tmp_path, "--data", "d", "source", "list", MAILLAGE_LEDGER_URL=url)
    assert done.code in {2, 3}
    assert SECRET not in done.out + done.errors
    assert len(done.errors.splitlines()) == 1, done.errors


def test_f6_a_wrong_store_address_is_told_without_its_password(tmp_path: Path) -> None:
    store = f"http://eva:{SECRET}@127.0.0.1:1/query?apikey={SECRET}"
    where = {"MAILLAGE_STORE_QUERY_URL": store, "MAILLAGE_STORE_UPDATE_URL": store}
    done = ran(tmp_path, "--data", "d", "verify", **where)
    assert SECRET not in done.out + done.errors
    assert done.code in {1, 3}
    assert "Traceback" not in done.errors


def harvested(folder: Path, pole: SimulatedPole, path: str) -> str:
    """A registry whose sources' addresses hold a secret, after harvests that went well and not."""
    told = ""
    run = CliRunner()
    base = ["--data", str(folder / "data"), "--config", str(folder / "maillage.toml")]
    (folder / "maillage.toml").write_text('[node]\nbase_url = "https://r.example/"\n')
    space = pole.url("/id/")
    address = pole.url(path) + f"?apikey={SECRET}&v=1"
    signed = address.replace("://", f"://eva:{SECRET}@")
    for command in (
        ["source", "add", address, "--kind", "dump", "--slug", "zinc", "--namespace", space,
         "--allow-private"],
        ["source", "add", signed], ["source", "list"], ["source", "list", "--json"],
        ["harvest", "--all", "--json"], ["harvest", "--all"], ["validate", address,
         "--allow-private"], ["harvest", "zinc", "--dry-run"], ["source", "moved", "zinc"],
    ):  # fmt: skip
        done = run.invoke(cli, [*base, *command])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        told += done.output
    return told


FAULTS = {
    "well": None,
    "away": status(503),
    "forbidden": status(403),
    "moved": redirect(f"/there?apikey={SECRET}&token={SECRET}", 301),
}


@pytest.mark.parametrize("name", FAULTS)
def test_f6_no_page_report_export_or_answer_shows_it(name: str, tmp_path: Path) -> None:
    with SimulatedPole() as pole:
        log = MemoryLog()
        log.put(place(1))
        body = place(1).body.replace("https://ping.example/id/", pole.url("/id/"))
        asked = f"/places.nt?apikey={SECRET}&v=1"
        pole.put(asked, body, "application/n-triples")
        pole.put(f"/there?apikey={SECRET}&token={SECRET}", body, "application/n-triples")
        if (fault := FAULTS[name]) is not None:
            pole.fail(asked, fault)
        told = harvested(tmp_path, pole, "/places.nt")
    assert SECRET not in told
    assert "***" in told
    config = load(tmp_path / "maillage.toml", {}, data=tmp_path / "data")
    with Node.open(config) as node:
        kept = node.ledger.source("zinc")
        assert kept is not None
        assert kept.url.count(SECRET) == 1  # what is visited stays whole
        if name == "well":
            assert node.ledger.count() == 1
        node.ledger.put_source(
            replace(kept, options=options_of({"life": {"status": "active", "former": [kept.url]}}))
        )
        node.follow()
        client = create_app(node).test_client()
        last = node.ledger.last_harvest()
        pages = [
            "/", "/pole/", "/pole/zinc/", "/source/zinc", "/source/zinc.ttl", "/moissons/",
            f"/moissons/{last}", f"/moissons/{last}.json", f"/harvest/{last}", "/moissons/atom.xml",
            "/moissons/essais/zinc", "/quality", "/qualite", "/feed/", "/pole/zinc/atom.xml",
            "/mesures.ttl", "/sparql?query=SELECT%20*%20%7B%20GRAPH%20%3Fg%20%7B%20%3Fs%20%3Fp"
            "%20%3Fo%20%7D%20%7D&format=json",
            "/sparql?query=SELECT%20*%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D",
        ]  # fmt: skip
        pages += [f"/moissons/{number}" for number in range(1, last + 1)]
        answered = 0
        for page in pages:
            for accept in ("text/html", "text/turtle", "application/json"):
                found = client.get(page, headers={"Accept": accept}, follow_redirects=True)
                answered += found.status_code == 200
                assert SECRET not in found.get_data(as_text=True), (page, accept)
                assert SECRET not in str(found.headers)
        assert answered > 20
        for harvest in node.ledger.harvests():
            assert SECRET not in json.dumps(harvest.report)


def test_f6_reports_of_earlier_versions_are_read_without_it(tmp_path: Path) -> None:
    from tests.registry.ledger.builders import commit, source

    with Node.open(load(None, {}, data=tmp_path / "data")) as node:
        node.ledger.put_source(source())
        commit(node.ledger, "arsenic", report={"url": f"https://u:{SECRET}@h/?apikey={SECRET}"})
        (harvest,) = node.ledger.harvests()
        assert harvest.report == {"url": "https://***@h/?apikey=***"}
        assert node.ledger.verify() == []


def test_f6_a_proposed_address_is_shown_without_it(tmp_path: Path) -> None:
    shown = Source("a", "a", "A", f"https://h.example/?sig={SECRET}", "dump", ()).shown_url
    assert shown == "https://h.example/?sig=***"


def modes(folder: Path) -> set[str]:
    return {stat.filemode(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}


@pytest.mark.parametrize("umask", [0o022, 0o002, 0o000])
def test_f6_a_data_folder_is_its_owners_alone(tmp_path: Path, umask: int) -> None:
    (tmp_path / "maillage.toml").write_text(
        '[node]\ndata = "data"\nbase_url = "https://r.example/"\n'
    )
    command = "import os, sys; os.umask({}); from maillage.main import main; main()"
    for arguments in (["source", "list"], ["publish"], ["publish", "site/feed"], ["rebuild"],
                      ["--quiet", "backup", "b.zip"]):  # fmt: skip
        subprocess.run(
            [sys.executable, "-c", command.format(umask), *arguments], cwd=tmp_path, check=True,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}, timeout=60,
            capture_output=True,
        )  # fmt: skip
    assert modes(tmp_path / "data") <= {"drwx------", "-rw-------"}
    assert modes(tmp_path / "site") <= {"drwxr-xr-x", "-rw-r--r--"}  # for a web server to read
    assert stat.filemode((tmp_path / "b.zip").stat().st_mode) == "-rw-------"


def test_f6_an_open_data_folder_of_before_is_closed_and_told(tmp_path: Path) -> None:
    data = tmp_path / "data"
    CliRunner().invoke(cli, ["--data", str(data), "source", "list"])
    for path in (data, *data.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    first = CliRunner().invoke(cli, ["--data", str(data), "source", "list"])
    assert str(data) in first.output
    assert "700" in first.output
    assert modes(data) <= {"drwx------", "-rw-------"}
    assert CliRunner().invoke(cli, ["--data", str(data), "source", "list"]).output == ""


def test_f6_a_published_folder_stays_readable_whatever_the_umask(tmp_path: Path) -> None:
    log = MemoryLog()
    log.put(place(1))
    before = os.umask(0o077)
    try:
        publish(log, POLE, tmp_path / "www" / "feed")
    finally:
        os.umask(before)
    assert modes(tmp_path / "www") <= {"drwxr-xr-x", "-rw-r--r--"}
