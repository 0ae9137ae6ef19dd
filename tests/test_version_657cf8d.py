"""What version 657cf8d left in its folders opens, is harvested, verified, published and served."""

import json
import shutil
import tarfile
from collections.abc import Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from registry.node import Node
from registry.settings.config import load
from registry.web.app import create_app
from tests.maillage.command import maillage
from tests.maillage.test_commands import Quiet
from tests.registry.publish.feed_reader import read_folder

ARCHIVE = Path(__file__).parent / "data" / "version-657cf8d" / "network.tar.xz"
HOST, PORT = "127.0.65.7", 18657
WEB = f"http://{HOST}:{PORT}/"


class Whole(Quiet):
    """Answers as a host without validators: no clock of the machine that runs the test matters."""

    def send_head(self) -> Any:
        del self.headers["If-Modified-Since"]
        return super().send_head()


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("version")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    return folder / "network"


@pytest.fixture
def network(pristine: Path, tmp_path: Path) -> Iterator[Path]:
    """The network as it was left, its web space served where it was."""
    copy = tmp_path / "network"
    shutil.copytree(pristine, copy)
    handler = partial(Whole, directory=str(copy / "web"))
    server = ThreadingHTTPServer((HOST, PORT), handler)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield copy
    server.shutdown()
    server.server_close()


def sound(folder: Path) -> None:
    told = maillage(folder, "--lang", "en", "verify")
    assert {line.split(": ")[1] for line in told.splitlines()} == {"sound"}, told


def counts_of(registry: Path) -> dict[str, int]:
    """Harvest the pole; what is told beside the report, on standard error, comes after it."""
    report, *_ = maillage(registry, "harvest", "rives", "--json").splitlines()
    counts: dict[str, int] = json.loads(report)["counts"]
    return counts


def test_its_ledger_opens_as_it_was_left(network: Path) -> None:
    with Node.open(load(network / "registry" / "maillage.toml", {})) as node:
        assert node.ledger.verify() == []
        assert [source.slug for source in node.ledger.sources()] == [
            "lieux", "marais", "pole", "rives",
        ]  # fmt: skip
        assert [one.outcome for one in node.ledger.harvests("marais")] == [
            "held", "discarded", "held", "committed", "committed",
        ]  # fmt: skip
        held = node.ledger.held("marais")
        assert held is not None
        assert (held.harvest, len(held.held.missing)) == (9, 10)
        assert node.ledger.generation() == ""
        name = node.ledger.record(f"{WEB}id/place/lieu-3")
        assert name is not None
        assert "fermée" not in name.body  # that harvest was taken back


def test_its_projections_are_followed_or_made_again_and_equal_the_ledger(network: Path) -> None:
    maillage(network / "registry", "--quiet", "harvest", "marais", code=1)  # held, as it was
    sound(network / "registry")
    maillage(network / "registry", "rebuild")
    sound(network / "registry")


def test_its_pole_goes_on_in_the_same_stream_and_the_registry_follows(network: Path) -> None:
    before = read_folder(network / "web" / "feed", f"{WEB}feed/")
    maillage(network / "rives", "--quiet", "import", "places.csv")
    maillage(network / "rives", "publish", "../web/feed")
    after = read_folder(network / "web" / "feed", f"{WEB}feed/")
    assert after.stream == before.stream
    assert after.members[: len(before.members)] == before.members
    assert len(after.members) > len(before.members)

    counts = counts_of(network / "registry")
    assert (counts["created"], counts["deleted"], counts["refused"]) == (1, 0, 0)
    sound(network / "registry")
    again = counts_of(network / "registry")
    assert (again["created"], again["changed"], again["deleted"]) == (0, 0, 0)


def test_what_waited_for_a_decision_is_still_decided(network: Path) -> None:
    told = maillage(network / "registry", "--lang", "en", "harvest", "release", "9",
                    "--reason", "checked")  # fmt: skip
    assert "committed" in told
    sound(network / "registry")


def test_its_feed_goes_on_and_its_pages_are_served(network: Path) -> None:
    folder = network / "registry"
    before = read_folder(folder / "data" / "feed", "https://registre.example/feed/")
    maillage(folder, "publish")
    after = read_folder(folder / "data" / "feed", "https://registre.example/feed/")
    assert after.stream == before.stream
    assert after.members[: len(before.members)] == before.members
    with Node.open(load(folder / "maillage.toml", {})) as node:
        node.follow()
        client = create_app(node).test_client()
        for path in ("/", "/lieux", "/moissons/", "/pole/rives/place/lieu-3", "/feed/stream.trig"):
            assert client.get(path, follow_redirects=True).status_code == 200, path
        assert "Médiathèque n° 3" in client.get("/pole/rives/place/lieu-3").get_data(as_text=True)


def test_it_is_saved_and_made_again(network: Path) -> None:
    folder = network / "registry"
    maillage(folder, "--quiet", "backup", "b.zip")
    maillage(folder, "--data", "again", "--quiet", "restore", "b.zip")
    told = maillage(folder, "--data", "again", "--lang", "en", "verify")
    assert {line.split(": ")[1] for line in told.splitlines()} == {"sound"}, told
