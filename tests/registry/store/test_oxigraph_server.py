"""The remote store against a SPARQL server that is not ours: Oxigraph's own."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.follow import Follower, follow, rebuild
from registry.ledger.ledger import Ledger
from registry.store.embedded import EmbeddedStore
from registry.store.remote import RemoteQueries, RemoteStore
from registry.store.service import Service
from tests.registry.ledger.builders import commit, create, delete, iri, place, update
from tests.registry.store.conftest import NAMING
from tests.registry.store.contents import contents


def program() -> str:
    """The server's binary, which the package of that name installs beside the interpreter."""
    found = shutil.which("oxigraph", path=str(Path(sys.executable).parent))
    assert found, "run `make setup-dev`: the package oxigraph brings the server"
    return found


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    port = free_port()
    where = ["--location", str(tmp_path / "oxigraph"), "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen([program(), "serve", *where], stderr=subprocess.DEVNULL) as server:
        until = time.monotonic() + 20
        while not answers(port):
            assert server.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        yield Service(f"http://127.0.0.1:{port}/query", f"http://127.0.0.1:{port}/update")
        server.terminate()


@pytest.mark.slow
def test_a_real_server_holds_what_the_embedded_store_holds(
    service: Service, full_ledger: Ledger, store: EmbeddedStore
) -> None:
    remote = RemoteStore(service, NAMING)
    both: list[Follower] = [store, remote]
    follow(full_ledger, both)
    assert contents(remote) == contents(store)
    commit(full_ledger, "arsenic", update(place(4, 3)), delete(iri(5)), create(place(80)))
    follow(full_ledger, both)
    assert remote.applied() == full_ledger.head()
    assert contents(remote) == contents(store)
    assert remote.differences(full_ledger) == []
    rebuild(full_ledger, [remote])
    assert contents(remote) == contents(store)


@pytest.mark.slow
def test_a_real_server_answers_behind_our_proxy(service: Service, full_ledger: Ledger) -> None:
    remote = RemoteStore(service, NAMING)
    follow(full_ledger, [remote])
    count = "SELECT (COUNT(*) AS ?n) { ?s a <https://schema.org/Place> }"
    answer = RemoteQueries(service).ask(count, format="csv")
    places = sum("/place/" in record.iri for record in full_ledger.records())
    assert answer.body.split() == [b"n", str(places).encode()]
