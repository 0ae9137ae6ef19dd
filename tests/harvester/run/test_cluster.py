"""Sources harvested by the workers of a cluster: as many as given, none lost, none doubled."""

import logging
import os
import pickle
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from harvester.run.cluster import Cluster, ClusterError
from harvester.run.executor import Visits, Watcher
from harvester.run.worker import Order, Task
from registry.ledger.ledger import Ledger
from registry.ledger.types import HarvestMark, Outcome, Source
from registry.settings.config import Config, load
from registry.state import Board, Run, state_url
from tests.simulator import SimulatedPole, place, raw
from vocab.errors import UsageError

POSTGRESQL = os.environ.get("MAILLAGE_TEST_POSTGRESQL", "")
ROOT = Path(__file__).resolve().parents[3]
needs_postgresql = pytest.mark.skipif(not POSTGRESQL, reason="no PostgreSQL server is named")
SECRET = "s3cret"  # noqa: S105  of this test


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def ledger_url() -> Iterator[str]:
    server, name = sa.make_url(POSTGRESQL), f"cluster_{uuid.uuid4().hex}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
        named = server.set(database=name, password=SECRET)
        yield named.render_as_string(hide_password=False)
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@dataclass
class Dask:
    """A scheduler and its workers: processes that only know the node's settings file."""

    folder: Path
    address: str = field(default_factory=lambda: f"tcp://127.0.0.1:{free_port()}")
    started: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", *words, "--no-dashboard"]
        with (self.folder / "log.txt").open("ab") as log:
            environ = os.environ | {"PYTHONPATH": str(ROOT)}
            made = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log, env=environ)
        self.started.append(made)
        return made

    def scheduler(self, *words: str) -> "subprocess.Popen[bytes]":
        host, _, port = self.address.rpartition(":")
        where = ("--host", host, "--port", port)
        return self.start("distributed.cli.dask_scheduler", *where, *words)

    def worker(self, *words: str) -> "subprocess.Popen[bytes]":
        alone = ("--nthreads", "1", "--no-nanny")
        return self.start("distributed.cli.dask_worker", self.address, *alone, *words)

    def log(self) -> str:
        return (self.folder / "log.txt").read_text(encoding="utf-8")

    def close(self) -> None:
        for process in reversed(self.started):
            process.kill()
            process.wait()


@dataclass
class Node:
    """A node that harvests by a cluster."""

    config: Config
    ledger: Ledger
    board: Board
    dask: Dask
    sources: list[Source]

    def visits(self, cluster: Cluster, watcher: Watcher) -> Visits:
        return Visits(self.ledger, self.board, cluster, watcher)


@pytest.fixture
def pole() -> Iterator[SimulatedPole]:
    with SimulatedPole() as simulated:
        yield simulated


def path_of(slug: str) -> str:
    """Return the path of a source's document, which holds a secret."""
    return f"/{slug}.nt?apikey={SECRET}"


def drip(pole: SimulatedPole, slug: str, pieces: int) -> None:
    """Serve a document in pieces, one each tenth of a second."""
    path = path_of(slug)
    body = pole.documents[path].body
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/n-triples\r\nContent-Length: %d\r\n\r\n"
    pole.fail(path, raw(head % len(body) + body, drip_s=0.1, pieces=pieces))


@pytest.fixture
def node(pole: SimulatedPole, tmp_path: Path, ledger_url: str) -> Iterator[Node]:
    dask = Dask(tmp_path)
    settings = tmp_path / "maillage.toml"
    settings.write_text(
        f'[node]\ndata = "data"\nledger_url = "{ledger_url}"\n'
        f'[harvest]\ncluster = "{dask.address}"\n'
    )
    config = load(settings, {})
    with ExitStack() as opened:
        ledger = opened.enter_context(closing(Ledger.open(ledger_url)))
        sources = []
        for number in range(20):
            name, space = f"s{number:02}", pole.url(f"/id/{number:02}/")
            body = place(pole, "p1").body.replace(pole.url("/id/"), space).encode()
            pole.put(path_of(name), body, "application/n-triples")
            url = pole.url(path_of(name))
            sources.append(Source(name, name, name, url, "dump", (space,), allow_private=True))
            ledger.put_source(sources[-1])
        board = opened.enter_context(closing(Board(state_url(config))))
        opened.enter_context(closing(dask))
        yield Node(config, ledger, board, dask, sources)


class Killing(Watcher):
    """Kills what it is given, one after the other, while a source is fetched."""

    def __init__(self, slug: str, *processes: "subprocess.Popen[bytes]") -> None:
        self.slug = slug
        self.left = list(processes)
        self.ends: list[str] = []
        self.began = 0.0

    def show(self, run: Run) -> None:
        if run.source == self.slug and run.size and run.began != self.began and self.left:
            self.began = run.began
            self.left.pop().kill()

    def ended(self, slug: str) -> None:
        self.ends.append(slug)


@needs_postgresql
def test_twenty_sources_two_workers_one_killed_nothing_lost_or_doubled(
    pole: SimulatedPole, node: Node, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("s07", "s08"):
        drip(pole, name, 25)
    node.dask.scheduler()
    both = node.dask.worker(), node.dask.worker()
    caplog.set_level(logging.DEBUG)
    with closing(Cluster(node.config)) as cluster:
        # Either worker may have it: one that has not is killed while it harvests the other.
        watcher = Killing("s07", both[0])
        came = node.visits(cluster, watcher).make(node.sources)
    assert (watcher.left, came.busy, came.failed) == ([], (), ())
    assert [one.source for one in came.done] == [source.slug for source in node.sources]
    assert {one.outcome for one in came.done} == {Outcome.COMMITTED}
    assert sorted(watcher.ends) == [source.slug for source in node.sources]
    assert len(node.ledger.harvests()) == node.ledger.count() == len(node.sources)
    assert node.board.running() == ()
    assert node.ledger.verify() == []
    assert SECRET not in node.dask.log() + caplog.text


@needs_postgresql
def test_one_that_kills_its_worker_again_has_a_failed_harvest(
    pole: SimulatedPole, node: Node
) -> None:
    drip(pole, "s03", 300)
    node.dask.scheduler()
    node.dask.worker()
    pids: set[int] = set()

    class KillingWhoeverHasIt(Watcher):
        def show(self, run: Run) -> None:
            if run.source == "s03" and run.size and len(pids) < 2:
                (alive,) = (one for one in node.dask.started[1:] if one.poll() is None)
                node.dask.worker()
                pids.add(alive.pid)
                alive.send_signal(signal.SIGKILL)
                alive.wait()

    with closing(Cluster(node.config)) as cluster:
        came = node.visits(cluster, KillingWhoeverHasIt()).make(node.sources[:6])
    assert len(pids) == 2
    assert [one.source for one in came.done] == [source.slug for source in node.sources[:6]]
    failed = [one for one in came.done if one.outcome is Outcome.FAILED]
    assert [(one.source, one.report["error"]["code"]) for one in failed] == [("s03", "MED-H432")]
    assert len(node.ledger.harvests()) == 6


@needs_postgresql
def test_ctrl_c_and_cancelling_reach_the_workers(pole: SimulatedPole, node: Node) -> None:
    silent = raw(b"HTTP/1.1 200 OK\r\n", drip_s=30)
    pole.fail(path_of("s00"), silent)
    pole.fail(path_of("s02"), silent)
    node.dask.scheduler()
    node.dask.worker()

    class Impatient(Watcher):
        def show(self, run: Run) -> None:
            if run.source == "s00":
                node.board.cancel("s00", "Zoé")
            elif run.source == "s02":
                raise KeyboardInterrupt

    with closing(Cluster(node.config)) as cluster, pytest.raises(KeyboardInterrupt):
        node.visits(cluster, Impatient()).make(node.sources)
    third, second, first = node.ledger.harvests()
    assert (first.source, second.source, third.source) == ("s00", "s01", "s02")
    assert second.outcome is Outcome.COMMITTED
    for one, who in ((first, "Zoé"), (third, "Ctrl-C")):
        assert (one.outcome, one.report["error"]["code"]) == (Outcome.FAILED, "MED-H430")
        assert who in one.report["error"]["message_fr"]
    assert pole.asked(path_of("s03")) == 0


@needs_postgresql
def test_a_scheduler_that_dies_is_told(pole: SimulatedPole, node: Node) -> None:
    drip(pole, "s00", 300)
    scheduler = node.dask.scheduler()
    node.dask.worker()
    with closing(Cluster(node.config)) as cluster, pytest.raises(ClusterError, match="is gone"):
        node.visits(cluster, Killing("s00", scheduler)).make(node.sources)


def certificate(folder: Path, name: str) -> tuple[str, str]:
    """Make a certificate that is its own authority; give the paths of it and of its key."""
    files = str(folder / f"{name}.pem"), str(folder / f"{name}-key.pem")
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj"]
    command = [*words, f"/CN={name}", "-out", files[0], "-keyout", files[1]]
    subprocess.run(command, check=True, capture_output=True)
    return files


def test_tls_asks_both_sides_for_a_certificate(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path, "cluster")
    dask = Dask(tmp_path, f"tls://127.0.0.1:{free_port()}")
    words = ("--tls-ca-file", cert, "--tls-cert", cert, "--tls-key", key)
    ours = Config(
        tmp_path, cluster=dask.address, cluster_ca=cert, cluster_cert=cert, cluster_key=key
    )
    with closing(dask):
        dask.scheduler(*words)
        dask.worker(*words)
        with closing(Cluster(ours)) as cluster:
            assert cluster.slots == 1
        stranger = certificate(tmp_path, "stranger")
        with pytest.raises(ClusterError):
            Cluster(replace(ours, cluster_cert=stranger[0], cluster_key=stranger[1]))
        with pytest.raises(ClusterError):
            Cluster(replace(ours, cluster=dask.address.replace("tls:", "tcp:")))


def test_without_a_scheduler_it_says_so(tmp_path: Path) -> None:
    address = f"tcp://127.0.0.1:{free_port()}"
    started = time.monotonic()
    with pytest.raises(ClusterError, match=re.escape(address)):
        Cluster(Config(data=tmp_path, cluster=address))
    assert time.monotonic() - started < 30


def test_without_the_library_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install 'maillage\[cluster\]'"):
        Cluster(Config(data=tmp_path, cluster="tcp://127.0.0.1:8786"))


def test_a_task_carries_names_only() -> None:
    task = Task("zinc", Order("reviewed"), HarvestMark(7, "ab" * 32))
    sent = pickle.dumps(task)
    assert b"zinc" in sent
    assert b"://" not in sent
