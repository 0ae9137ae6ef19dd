"""Serving nodes follow one ledger, whoever writes it."""

import gzip
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa

from maillage.serving.following import Following
from registry.ledger.ledger import Ledger
from registry.node import Node
from registry.settings.config import Config, load
from registry.state import Board, state_url
from registry.web.app import create_app
from tests.maillage.command import maillage
from tests.maillage.test_serving import Served, free_port
from tests.registry.ledger.builders import commit, create, delete, place, source
from tests.simulator import SimulatedPole
from tests.simulator import place as place_of
from vocab.errors import MaillageError

POSTGRESQL = os.environ.get("MAILLAGE_TEST_POSTGRESQL", "")
MINUTE_S = 60.0


@pytest.fixture(params=["sqlite", "postgresql"] if POSTGRESQL else ["sqlite"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a ledger that several nodes share."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ledger.sqlite'}"
        return
    server, name = sa.make_url(POSTGRESQL), f"following_{uuid.uuid4().hex}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
        yield server.set(database=name).render_as_string(hide_password=False)
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


def dump(url: str) -> str:
    """Return the places that the feed's dump holds."""
    manifest = requests.get(f"{url}/feed/manifest.json", timeout=10)
    if manifest.status_code == 404:
        return "not published yet"
    path = next(f["path"] for f in manifest.json()["files"] if f["path"].endswith(".nt.gz"))
    return gzip.decompress(requests.get(f"{url}/feed/{path}", timeout=10).content).decode()


def found(url: str, iri: str) -> bool:
    query = f"ASK {{ <{iri}> ?p ?o }}"
    asked = requests.get(f"{url}/sparql", {"query": query, "format": "json"}, timeout=10)
    return bool(asked.json()["boolean"])


def within(limit_s: float, is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + limit_s
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def within_a_minute(is_so: Callable[[], bool]) -> None:
    within(MINUTE_S, is_so)


def test_b8_every_node_follows_what_commands_write(tmp_path: Path, ledger_url: str) -> None:
    nodes: list[Served] = []
    port = free_port()
    for name, processes in (("one", "1"), ("two", "2"), ("cron", "")):
        folder = tmp_path / name
        (folder / "data").mkdir(parents=True)
        (folder / "maillage.toml").write_text(
            f'[node]\ndata = "data"\nledger_url = "{ledger_url}"\n'
            f'base_url = "http://127.0.0.1:{port}/"\n[pole]\nname = "{name}"\n'
        )
        if processes:
            options = ["--no-harvest", "--processes", processes]
            nodes.append(Served(folder / "data", *options, config=folder / "maillage.toml"))
    urls, cron = [node.url for node in nodes], tmp_path / "cron"
    try:
        with SimulatedPole() as pole:
            kept, private = place_of(pole, "p1"), place_of(pole, "p2")
            body = (kept.body + private.body).encode()
            pole.put("/d.nt", body, "application/n-triples")
            words = ("--kind", "dump", "--slug", "p", "--namespace", pole.url("/id/"))
            maillage(cron, "source", "add", pole.url("/d.nt"), *words, "--allow-private")
            maillage(cron, "harvest", "p")
        for url in urls:
            within_a_minute(lambda: found(url, private.iri))  # noqa: B023
            within_a_minute(lambda: private.iri in dump(url))  # noqa: B023
        with Node.open(Config(data=cron / "data", ledger_url=ledger_url)) as node:
            harvest = next(h.id for h in node.ledger.harvests("p") if h.first_seq)
        maillage(cron, "revert", str(harvest), "--reason", "vie privée")
        for url in urls:
            within_a_minute(lambda: not found(url, private.iri))  # noqa: B023
            within_a_minute(lambda: private.iri not in dump(url))  # noqa: B023
            assert "/id/pole>" in dump(url)  # what it says of itself stays
            within_a_minute(
                lambda: requests.get(f"{url}/readyz", timeout=10).json()["lag"] == 0  # noqa: B023
            )
    finally:
        for served in nodes:
            served.process.terminate()
            served.process.wait(30)


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    space = "http://127.0.0.1:8000/id/"
    with Node.open(Config(data=tmp_path / "data", namespace=space)) as opened:
        opened.ledger.put_source(source())
        yield opened


@pytest.fixture
def other(node: Node) -> Iterator[Ledger]:
    """The ledger of the node, opened by somebody else."""
    ledger = Ledger.open(f"sqlite:///{node.config.data / 'ledger.sqlite'}")
    yield ledger
    ledger.close()


def following(node: Node) -> Following:
    return Following(node, Board(state_url(node.config)), publishing=True)


def test_b8_the_feed_waits_until_the_ledger_is_quiet(
    node: Node, other: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr("maillage.serving.following.time.monotonic", lambda: clock[0])
    follows = following(node)
    follows.look()
    follows.look()
    manifest = node.publication / "manifest.json"
    before = manifest.read_bytes()
    for number in range(4):
        commit(other, "arsenic", create(place(number)))
        follows.look()
        assert node.index.applied() == other.head()
        assert manifest.read_bytes() == before
        clock[0] += 9
    commit(other, "arsenic", create(place(9)))
    follows.look()
    assert f'"head": {other.head()}' in manifest.read_text()  # half a minute is long enough
    commit(other, "arsenic", delete(place(9).iri))
    follows.look()
    follows.look()
    assert f'"head": {other.head()}' in manifest.read_text()
    assert place(9).iri not in "".join(
        gzip.decompress(path.read_bytes()).decode() for path in node.publication.rglob("*.nt.gz")
    )


def test_b8_a_look_without_news_does_nothing(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    follows = following(node)
    follows.look()
    follows.look()
    monkeypatch.setattr(node, "follow", lambda: pytest.fail("followed"))
    monkeypatch.setattr(
        "maillage.serving.following.publish_feed", lambda *_, **__: pytest.fail("told")
    )
    for _ in range(3):
        follows.look()


def test_places_are_judged_before_anybody_asks_what_they_are_worth(node: Node) -> None:
    commit(node.ledger, "arsenic", create(place(1)), create(place(2)))
    contents = {record.content_hash for record in node.ledger.records()}
    assert not node.state.judged.of(contents)
    with Following(node, Board(state_url(node.config)), publishing=False, look_s=0.1):
        within(20, lambda: node.state.judged.of(contents).keys() == contents)


def test_b8_what_fails_is_told_once_and_tried_again(
    node: Node, other: Ledger, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def down() -> int:
        raise MaillageError("the store is down")

    monkeypatch.setattr("maillage.serving.following.RETRY_S", 0.02)
    with Following(node, Board(state_url(node.config)), publishing=True, look_s=0.02):
        with monkeypatch.context() as broken:
            broken.setattr(node, "follow", down)
            commit(other, "arsenic", create(place(1)))
            time.sleep(0.5)
        within_a_minute(lambda: node.index.applied() == other.head())
    assert [r.message for r in caplog.records].count("following the ledger: the store is down") == 1


def test_b8_a_feed_that_cannot_be_written_keeps_no_page_waiting(
    node: Node, other: Ledger, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise MaillageError("the folder is another's")

    monkeypatch.setattr("maillage.serving.following.publish_feed", refuse)
    with Following(node, Board(state_url(node.config)), publishing=True, look_s=0.02):
        for number in range(3):
            commit(other, "arsenic", create(place(number)))
            within(5, lambda: node.index.applied() == other.head())
            time.sleep(0.2)
    told = [record.message for record in caplog.records]
    assert told.count("following the ledger: the folder is another's") == 1


def test_b8_a_node_whose_store_is_down_starts_and_serves(tmp_path: Path) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    (tmp_path / "m.toml").write_text(
        f'[node]\ndata = "data"\nstore_query_url = "{nowhere}/query"\n'
        f'store_update_url = "{nowhere}/update"\n'
    )
    (tmp_path / "data").mkdir()
    served = Served(tmp_path / "data", "--processes", "2", config=tmp_path / "m.toml")
    try:
        assert requests.get(f"{served.url}/lieux", timeout=10).status_code == 200
        assert requests.get(f"{served.url}/sparql?query=ASK%7B%7D", timeout=10).status_code == 503
        assert "Traceback" not in served.log.read_text()
    finally:
        served.process.terminate()
        served.process.wait(30)


def test_b8_a_pole_is_stated_once_not_in_turns(tmp_path: Path) -> None:
    """Two nodes of other names on one ledger: neither goes on answering the other."""
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    pair = []
    for name in ("one", "two"):
        (tmp_path / f"{name}.toml").write_text(
            f'[node]\ndata = "{name}"\nledger_url = "{url}"\n[pole]\nname = "{name}"\n'
        )
        pair.append(Node.open(load(tmp_path / f"{name}.toml", {})))
    follows = [following(node) for node in pair]
    for _ in range(6):
        for each in follows:
            each.look()
    assert pair[0].ledger.head() <= 2
    for node in pair:
        node.close()


def test_f5_an_emptied_store_is_filled_again_though_nothing_is_harvested(tmp_path: Path) -> None:
    with Node.open(Config(data=tmp_path)) as node:
        node.ledger.put_source(source("arsenic"))
        commit(node.ledger, "arsenic", create(place(1)))
        following = Following(node, Board(state_url(node.config)), publishing=False)
        following.look()
        shutil.rmtree(tmp_path / "store")
        assert node.store.shows() is None
        following.look()
        assert node.store.shows() == node.ledger.head()


def test_f5_the_feed_goes_on_while_the_store_is_down(tmp_path: Path) -> None:
    url = "http://127.0.0.1:1/"
    config = Config(data=tmp_path, namespace="http://a.example/id/", store_query_url=url,
                    store_update_url=url)  # fmt: skip
    with Node.open(config) as node:
        node.ledger.put_source(source("arsenic"))
        commit(node.ledger, "arsenic", create(place(1)))
        following = Following(node, Board(state_url(config)), publishing=True)
        following._behind_since = time.monotonic() - 3_600
        with pytest.raises(MaillageError):
            following.look()
        assert (tmp_path / "feed" / "stream.trig").exists()
        assert node.index.applied() == node.ledger.head()
        told = create_app(node).test_client().get("/readyz")
        assert (told.status_code, told.get_json()["status"]) == (503, "unavailable")


def test_f5_readiness_tells_a_store_that_was_emptied(tmp_path: Path) -> None:
    with Node.open(Config(data=tmp_path)) as node:
        visitor = create_app(node).test_client()
        assert visitor.get("/readyz").status_code == 200, "an empty node is ready"
        node.ledger.put_source(source("arsenic"))
        commit(node.ledger, "arsenic", create(place(1)))
        node.follow()
        assert visitor.get("/readyz").get_json()["stored"] == node.ledger.head()
        shutil.rmtree(tmp_path / "store")
        told = visitor.get("/readyz")
        assert (told.status_code, told.get_json()["status"]) == (503, "rebuilding")
        node.follow()
        assert visitor.get("/readyz").status_code == 200
