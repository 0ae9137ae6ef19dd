"""``cluster``: the sample network harvested by one worker of a Dask cluster, then by two.

Scheduler, workers and PostgreSQL run on this machine (without fsync: the server of the tests), and
every run begins with an empty ledger. ``seconds_by_workers`` is the time from the first source
submitted to the last report; ``ledger_seconds_by_workers`` is what PostgreSQL worked for it
(``active_time``), over all its connections. In a last run one of two workers is killed after a
third of the sources: ``lost`` and ``doubled`` count sources and places.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench._network import Feed, feeds, publish_all, sample_records, shared_out
from harvester.run.cluster import Cluster
from harvester.run.executor import Visits, Watcher
from registry.ledger.ledger import Ledger
from registry.settings.config import Config
from registry.state import Board, Run, state_url

ROOT = Path(__file__).resolve().parent.parent
FEEDS = 20
WORKERS = (1, 2)
_DATABASE = "maillage_bench"
_ACTIVE = "SELECT active_time / 1000 FROM pg_stat_database WHERE datname = :name"
_FLUSHED_S = 2.0


def run(count: int = FEEDS) -> dict[str, Any]:
    """Measure once for each number of workers, and once with a worker killed."""
    poles = sample_records()
    figures: dict[str, Any] = {"feeds": count, "places": sum(map(len, poles.values()))}
    seconds, ledger_seconds = {}, {}
    with tempfile.TemporaryDirectory() as name, feeds(Path(name), count) as made:
        publish_all(made, shared_out(poles, [feed.namespace for feed in made]))
        with _postgresql() as server:
            for workers in WORKERS:
                with _node(server, Path(name), made, workers) as node:
                    seconds[str(workers)] = round(node.harvest(), 2)
                    whole = node.live()
                ledger_seconds[str(workers)] = round(_worked_s(server), 2)
            with _node(server, Path(name), made, WORKERS[-1]) as node:
                node.harvest(killed_after=count // 3)
                figures |= node.compared(whole)
    return figures | {
        "seconds_by_workers": seconds,
        "ledger_seconds_by_workers": ledger_seconds,
    }


@contextmanager
def _postgresql() -> Iterator[sa.URL]:
    if given := os.environ.get("MAILLAGE_TEST_POSTGRESQL"):
        yield sa.make_url(given)
        return
    script = ROOT / "deploy" / "postgresql-for-tests.sh"
    started = subprocess.run([script], check=True, capture_output=True, text=True)
    try:
        yield sa.make_url(started.stdout.strip())
    finally:
        subprocess.run([script, "stop"], check=True)


def _worked_s(server: sa.URL) -> float:
    """Return how long PostgreSQL worked for the database of the last run, in seconds."""
    time.sleep(_FLUSHED_S)
    engine = sa.create_engine(server)
    with engine.connect() as connection:
        found = connection.execute(sa.text(_ACTIVE), {"name": _DATABASE}).scalar_one()
    engine.dispose()
    return float(found)


@contextmanager
def _node(server: sa.URL, folder: Path, made: Sequence[Feed], workers: int) -> Iterator["_Node"]:
    """Return a node with an empty ledger, its sources, and workers that are ready."""
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE IF EXISTS {_DATABASE} WITH (FORCE)"))
        connection.execute(sa.text(f"CREATE DATABASE {_DATABASE}"))
    engine.dispose()
    url = server.set(database=_DATABASE).render_as_string(hide_password=False)
    node = _Node(Config(folder / "data", ledger_url=url, cluster=f"tcp://127.0.0.1:{_free_port()}"))
    for feed in made:
        node.ledger.put_source(feed.source())
    try:
        node.start(workers)
        yield node
    finally:
        node.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Node(Watcher):
    """A node, its scheduler and its workers; kills one of them when it is asked to."""

    def __init__(self, config: Config) -> None:
        self.ledger = Ledger.open(config.ledger_address)
        self._config = config
        self._processes: list[subprocess.Popen[bytes]] = []
        self._left = 0

    def start(self, workers: int) -> None:
        """Start the scheduler, then workers that have loaded what harvests need."""
        port = self._config.cluster.rpartition(":")[2]
        self._run("dask_scheduler", "--host", "127.0.0.1", "--port", port)
        preload = ("--preload", "harvester.run.preload", "--nthreads", "1", "--no-nanny")
        for _ in range(workers):
            self._run("dask_worker", self._config.cluster, *preload)
        with closing(Cluster(self._config)) as cluster:
            while cluster.slots < workers:
                time.sleep(0.1)

    def _run(self, program: str, *words: str) -> None:
        named = {"DATA": str(self._config.data), "LEDGER_URL": self._config.ledger_url}
        environ = os.environ | {f"MAILLAGE_{name}": value for name, value in named.items()}
        command = [sys.executable, "-m", f"distributed.cli.{program}", *words, "--no-dashboard"]
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.DEVNULL)
        self._processes.append(process)

    def harvest(self, killed_after: int = 0) -> float:
        """Harvest all sources; give the seconds."""
        self._left = killed_after
        with (
            closing(Cluster(self._config)) as cluster,
            closing(Board(state_url(self._config))) as board,
        ):
            started = time.monotonic()
            came = Visits(self.ledger, board, cluster, self).make(self.ledger.sources())
            seconds = time.monotonic() - started
        if came.busy or came.failed:
            raise SystemExit(f"not harvested: {came.busy} {came.failed}")
        return seconds

    def show(self, run: Run) -> None:
        """Kill a worker once so many sources have ended, while others are harvested."""
        if self._left == -1:
            self._left = 0
            self._processes[-1].kill()

    def ended(self, slug: str) -> None:
        """Count a source that has ended."""
        if self._left > 0:
            self._left = self._left - 1 or -1

    def live(self) -> set[str]:
        """Return the places that the ledger holds."""
        return {record.iri for record in self.ledger.records()}

    def compared(self, whole: set[str]) -> dict[str, int]:
        """Return how many reports and places are lost or doubled, against a calm run."""
        reports = Counter(one.source for one in self.ledger.harvests(limit=1_000))
        slugs = {source.slug for source in self.ledger.sources()}
        brought = Counter(change.subject for change in self.ledger.changes())
        return {
            "lost": len(slugs - reports.keys()) + len(whole - self.live()),
            "doubled": sum(reports.values()) - len(reports) + sum(brought.values()) - len(brought),
        }

    def close(self) -> None:
        """End everything."""
        for process in reversed(self._processes):
            process.kill()
            process.wait()
        self.ledger.close()
