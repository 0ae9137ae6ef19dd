"""Run the sample network on this machine: five poles, one registry, all over HTTP on loopback.

    python -m samples.demo --data demo-data

The first run imports about 21,000 places at the poles, publishes their feeds, harvests them and
serves the registry. A second run starts from what the first left. Ctrl-C stops everything.
"""

import argparse
import hashlib
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from harvester.fetch import Policy
from harvester.run.pipeline import harvest, import_into
from harvester.sources.discover import discover
from maillage.steps.pole import enter, publish_feed, registered
from registry.ledger.types import Outcome, Source
from registry.node import Node, pole_identity
from registry.settings.config import Config, ImportSettings, load
from samples.network import NETWORKS, REGISTRY, SETTINGS, networks_of, read_file
from samples.servers import Servers
from samples.territory import POLES

LIVE = "ping"
FIRST_PORT = 8000
QUERY = """\
PREFIX med: <https://w3id.org/mediation-numerique/ns#>
SELECT ?departement (COUNT(?place) AS ?places)
WHERE { ?place a med:Place ; med:departement ?departement }
GROUP BY ?departement ORDER BY DESC(?places) LIMIT 10"""


@dataclass(frozen=True, slots=True)
class Ready:
    """What the network is when it can be used.

    Attributes:
        places: live places in the registry.
        refused_rows: rows of the poles' files that could not become places.
        stages: seconds spent in each stage.
        processes: ids of the processes of the network.
    """

    places: int
    refused_rows: int
    stages: dict[str, float]
    processes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the network lives: its data, and the ports from the registry's on.

    Attributes:
        data: folder of everything the network keeps.
        first_port: the registry's port; the poles' follow.
    """

    data: Path
    first_port: int = FIRST_PORT

    def file(self, slug: str) -> Path:
        """Settings file of a pole, or of the registry when ``slug`` is ``maillage``."""
        return SETTINGS[slug]

    def environment(self, slug: str) -> dict[str, str]:
        """What moves a node of the sample to this plan's folder and port."""
        port = load(self.file(slug), {}).port - FIRST_PORT + self.first_port
        return {
            "MAILLAGE_DATA": str(self.data / slug),
            "MAILLAGE_PORT": str(port),
            "MAILLAGE_BASE_URL": f"http://127.0.0.1:{port}/",
        }

    def settings(self, slug: str) -> Config:
        """Return the settings of a pole, or of the registry when ``slug`` is ``maillage``."""
        return load(self.file(slug), self.environment(slug))


def site_of(config: Config) -> Path:
    """Folder that a pole's plain web server shows; it holds the feed and nothing else."""
    return config.data / "site"


def prepare(slug: str, plan: Plan) -> int:
    """Import a pole's files unless it is done, and publish its feed; gives the refused rows.

    What is published is brought to the form of this version, which costs nothing where it has it.
    """
    config = plan.settings(slug)
    directory = None if slug == LIVE else site_of(config) / "feed"
    done = config.data / "imported.json"
    wanted = _fingerprint(config)
    known = json.loads(done.read_text(encoding="utf-8")) if done.is_file() else {}
    imported = known.get("fingerprint") == wanted
    with Node.open(config) as node:
        refused = int(known["refused_rows"]) if imported else _import(node)
        publish_feed(node, directory, stating=not imported)
    done.write_text(json.dumps({"fingerprint": wanted, "refused_rows": refused}), encoding="utf-8")
    return refused


def _import(node: Node) -> int:
    refused = 0
    for entry in node.config.imports:
        result = read_file(node.config, entry)
        refused += result.counts.refused_rows
        enter(node, entry, result)
    if networks := networks_of(pole_identity(node.config)):
        entry = ImportSettings(NETWORKS, Path("network.py"), title="Exemples (réseaux inventés)")
        import_into(node.ledger, registered(node, entry), networks)
    return refused


def _fingerprint(config: Config) -> str:
    files = [p for e in config.imports for p in (e.file, e.mapping) if p]
    digest = hashlib.sha256(config.base_url.encode())
    for path in files:
        digest.update(path.read_bytes())
    for network in networks_of(pole_identity(config)):
        digest.update(network.body.encode())
    return digest.hexdigest()


class Demo:
    """The steps of a run, in order; each is timed."""

    def __init__(self, plan: Plan, console: Console) -> None:
        self.plan = plan
        self.console = console
        self.stages: dict[str, float] = {}
        self.registry = plan.settings(REGISTRY)

    @contextmanager
    def _stage(self, name: str) -> Iterator[None]:
        start = time.monotonic()
        yield
        self.stages[name] = round(time.monotonic() - start, 2)

    def run(self, servers: Servers) -> Ready:
        """Bring the whole network up; gives what it is."""
        columns = (
            TextColumn("{task.description:<34}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.console) as progress:
            with self._stage("import_and_publish"):
                refused = self._poles(progress)
            with self._stage("serve_poles"):
                self._serve_poles(servers, progress)
            with self._stage("harvest"):
                places = self._harvest(progress)
            with self._stage("serve_registry"):
                servers.node(REGISTRY, self.plan.file(REGISTRY), self.plan.environment(REGISTRY))
                servers.wait(self.registry.base_url + "readyz")
        return Ready(places, refused, self.stages, servers.processes)

    def _poles(self, progress: Progress) -> int:
        task = progress.add_task("Pôles : import et publication", total=len(POLES))
        refused = 0
        with ProcessPoolExecutor(min(os.cpu_count() or 1, len(POLES))) as workers:
            jobs = [workers.submit(prepare, slug, self.plan) for slug in POLES]
            for job in jobs:
                refused += job.result()
                progress.advance(task)
        return refused

    def _serve_poles(self, servers: Servers, progress: Progress) -> None:
        task = progress.add_task("Pôles : mise en ligne", total=len(POLES))
        configs = {slug: self.plan.settings(slug) for slug in POLES}
        for slug, config in configs.items():
            if slug == LIVE:
                servers.node(slug, self.plan.file(slug), self.plan.environment(slug))
            else:
                servers.static(site_of(config), config.host, config.port)
        for config in configs.values():
            servers.wait(f"{config.feed_url}stream.trig")
            progress.advance(task)

    def _harvest(self, progress: Progress) -> int:
        task = progress.add_task("Registre : moisson par HTTP", total=len(POLES) + 1)
        with Node.open(self.registry) as node:
            for slug in POLES:
                done = harvest(node.ledger, self._source(node, slug))
                if done.outcome not in {Outcome.COMMITTED, Outcome.UNCHANGED}:
                    raise SystemExit(f"{slug}: {done.outcome}: {json.dumps(done.report)[:2000]}")
                progress.advance(task)
            node.follow()
            progress.advance(task)
            return node.index.counts()["Place"]

    def _source(self, node: Node, slug: str) -> Source:
        """Return the pole's source; the first time, its address is looked at and registered."""
        known = node.ledger.source(slug)
        if known is not None:
            return known
        config = self.plan.settings(slug)
        found = discover(config.feed_url, Policy(allow_private=True))
        if not found.namespaces:
            raise SystemExit(f"{config.feed_url} claims no namespace at its own origin")
        every_s = self.registry.harvest_every_s
        source = Source(
            slug, slug, config.title, found.url, found.kind, found.namespaces, True, every_s
        )
        node.ledger.put_source(source)
        return source


def _summary(demo: Demo, ready: Ready) -> str:
    lines = [
        "",
        f"{ready.places} lieux / places — {sum(ready.stages.values()):.0f} s",
        "",
        f"  Registre / registry   {demo.registry.base_url}",
        f"  SPARQL                {demo.registry.base_url}sparql",
    ]
    lines += [
        f"  {config.title:<21.21} {config.feed_url}"
        for config in (demo.plan.settings(slug) for slug in POLES)
    ]
    lines += ["", "À coller dans / paste into SPARQL:", "", QUERY, "", "Ctrl-C : arrêter / stop."]
    return "\n".join(lines)


def main() -> int:
    """Read the command line and run the network until it gets a signal to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("demo-data"))
    parser.add_argument("--first-port", type=int, default=FIRST_PORT, help="the registry's port")
    parser.add_argument("--once", action="store_true", help="stop when ready, print JSON")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    plan = Plan(given.data.resolve(), given.first_port)
    demo = Demo(plan, Console(stderr=True))
    with Servers(plan.data / "logs") as servers:
        try:
            ready = demo.run(servers)
            if given.once:
                print(json.dumps(asdict(ready)))
                return 0
            print(_summary(demo, ready), flush=True)
            servers.watch()
        except KeyboardInterrupt:
            print("\nArrêt… / Stopping…", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
