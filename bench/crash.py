"""``crash``: a node killed at random moments of harvest and projection ends where a calm one does.

A pole publishes one version of its places after another. Two nodes harvest them over HTTP: one in
peace, one in child processes killed by SIGKILL, again and again, until each version is in. After
every version both must hold the same records, history and projections, with nothing broken.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from harvester.run.pipeline import Options, harvest, import_into
from registry.follow import follow
from registry.ledger.ledger import Ledger
from registry.ledger.types import Source
from registry.publish.pole import PoleDescription
from registry.publish.publisher import publish
from registry.search.index import SearchIndex
from registry.store.embedded import EmbeddedStore
from registry.store.projected import Naming
from registry.verify import verify
from vocab.mapping import PoleIdentity, place_record
from vocab.records import Record

KILLS = 500
PLACES = 2_000
SLUG = "crash"
_KILLS_A_VERSION = 5
_PHASES = ("harvest", "projection")
_TOWNS = (("Reims", "51100", "51454"), ("Nantes", "44000", "44109"), ("Lille", "59000", "59350"))


def run(kills: int = KILLS, places: int = PLACES, seed: int = 2015) -> dict[str, Any]:
    """Kill ``kills`` times; count in how many places the killed node differs from the calm one."""
    started = time.monotonic()
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        forks = stack.enter_context(_ForkServer())
        pole = stack.enter_context(Pole.serving(folder / "pole"))
        calm = stack.enter_context(_Node.open(folder / "calm", pole.source))
        killed = _Node.open(folder / "killed", pole.source)
        killed.close()
        counts = dict.fromkeys(_PHASES, 0)
        differences: list[str] = []
        versions = 0
        while sum(counts.values()) < kills:
            pole.publish(versions, places, rng)
            durations = calm.advance()
            for _ in range(min(_KILLS_A_VERSION, kills - sum(counts.values()))):
                phase = rng.choice(_PHASES)
                delay_s = rng.uniform(0, durations[phase])
                counts[phase] += forks.kill_in(phase, delay_s, folder / "killed")
            forks.finish(folder / "killed")
            with _Node.open(folder / "killed", pole.source) as survivor:
                differences += survivor.differences(calm)
            versions += 1
    return {
        "kills": sum(counts.values()),
        "kills_in_harvest": counts["harvest"],
        "kills_in_projection": counts["projection"],
        "versions": versions,
        "places": places,
        "differences": len(differences),
        "first_differences": differences[:5],
        "seconds": round(time.monotonic() - started, 1),
    }


@dataclass
class _Node:
    """A registry of one source: what a child process works on, and what is compared."""

    ledger: Ledger
    store: EmbeddedStore
    index: SearchIndex

    @classmethod
    def open(cls, folder: Path, source: Source | None = None) -> Self:
        folder.mkdir(exist_ok=True)
        ledger = Ledger.open(f"sqlite:///{folder / 'ledger.sqlite'}")
        if source is not None and ledger.source(source.slug) is None:
            ledger.put_source(source)
        naming = Naming("http://registry.example/", "<x:a> <x:b> <x:c> .\n")
        return cls(
            ledger, EmbeddedStore(folder / "store", naming), SearchIndex(folder / "index.sqlite")
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        self.index.close()
        self.ledger.close()

    def harvest(self) -> None:
        source = self.ledger.source(SLUG)
        assert source is not None
        harvest(self.ledger, source, options=Options(forced="every version is wanted"))

    def project(self) -> None:
        follow(self.ledger, [self.store, self.index])

    def advance(self) -> dict[str, float]:
        """Take in the published version in peace; say how long each phase took, in seconds."""
        start = time.monotonic()
        self.harvest()
        middle = time.monotonic()
        self.project()
        return {"harvest": middle - start, "projection": time.monotonic() - middle}

    def differences(self, other: Self) -> list[str]:
        """Say what is broken here, and where this node departs from the other."""
        broken = [
            f"{check.name}: {defect}"
            for check in verify(self.ledger, [self.store, self.index])
            for defect in check.defects
        ]
        told = {
            name: (getattr(self, name)(), getattr(other, name)())
            for name in ("_log", "_live", "_refused")
        }
        return broken + [f"{name[1:]} differs" for name, (one, two) in told.items() if one != two]

    def _log(self) -> list[tuple[int, str, str, str]]:
        changes = self.ledger.changes()
        return [(c.seq, c.subject, c.kind.value, c.content_hash) for c in changes]

    def _live(self) -> dict[str, str]:
        return self.ledger.known(SLUG)

    def _refused(self) -> list[tuple[str, str]]:
        return [(refusal.subject, refusal.body) for refusal in self.ledger.refusals()]


class _ForkServer:
    """A process that has everything imported and forks a child for each piece of work.

    Killing a fresh interpreter would mostly hit its imports.
    """

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.crash"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.communicate()

    def kill_in(self, phase: str, delay_s: float, folder: Path) -> bool:
        """Kill a child ``delay_s`` seconds into a phase; say whether it was still at work."""
        pid = self._start(folder)
        while self._line() != phase:
            pass
        time.sleep(delay_s)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return self._end() == -signal.SIGKILL

    def finish(self, folder: Path) -> None:
        """Let a child do the work to its end."""
        self._start(folder)
        if self._end() != 0:
            raise RuntimeError("the node does not recover: its child failed unharmed")

    def _start(self, folder: Path) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{folder}\n")
        self._process.stdin.flush()
        return int(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line or line.startswith("end"):
            raise RuntimeError("the child ended before the phase in which it was to be killed")
        return line.strip()

    def _end(self) -> int:
        assert self._process.stdout is not None
        while not (line := self._process.stdout.readline()).startswith("end"):
            pass
        return int(line.split()[1])


def _serve_forks() -> None:
    """Serve: for each folder named on the input, fork a child and await its end."""
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            try:
                _work(Path(line.strip()))
            except BaseException:  # noqa: BLE001 - whatever it is, it ends the child
                traceback.print_exc()
                os._exit(1)  # a child must never come back into this loop
            os._exit(0)
        print("end", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


def _work(folder: Path) -> None:
    """What a child does: harvest, then project, telling when each begins."""
    print(os.getpid(), flush=True)
    with _Node.open(folder) as node:
        for phase, step in zip(_PHASES, (node.harvest, node.project), strict=True):
            print(phase, flush=True)
            step()


@dataclass
class Pole:
    """A pole that publishes its feed to a folder served on loopback."""

    ledger: Ledger
    own: Source
    url: str
    web: Path

    @classmethod
    @contextmanager
    def serving(cls, folder: Path) -> Iterator[Self]:
        """Return a pole whose folder is served until the end of the context."""
        web = folder / "web"
        web.mkdir(parents=True)
        handler = partial(_Quiet, directory=str(web))
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            url = f"http://127.0.0.1:{server.server_port}/"
            ledger = Ledger.open(f"sqlite:///{folder / 'ledger.sqlite'}")
            own = Source(SLUG, SLUG, SLUG, "places.csv", "file", (f"{url}id/",))
            ledger.put_source(own)
            yield cls(ledger, own, url, web)
            ledger.close()
            server.shutdown()

    @property
    def source(self) -> Source:
        """The feed as the registry knows it."""
        feed = f"{self.url}feed/stream.trig"
        return Source(SLUG, SLUG, SLUG, feed, "feed", (f"{self.url}id/",), allow_private=True)

    def publish(self, version: int, places: int, rng: random.Random) -> None:
        """Publish a version: a tenth of the places changed, a few gone, a few wrong."""
        namespace = f"{self.url}id/"
        records = list(_places(namespace, places, version, rng))
        forced = Options(forced="every version is wanted")
        import_into(self.ledger, self.own, records, options=forced)
        description = PoleDescription(
            SLUG, slug=SLUG, namespace=namespace, feed_url=f"{self.url}feed/"
        )
        publish(self.ledger, description, self.web / "feed")


def _places(namespace: str, count: int, version: int, rng: random.Random) -> Iterator[Record]:
    pole = PoleIdentity(SLUG, namespace, f"{namespace}pole")
    for number in range(count):
        if version and rng.random() < 0.02:
            continue
        town, postcode, insee = _TOWNS[number % len(_TOWNS)]
        edition = version if rng.random() < 0.1 else 0
        yield place_record(
            {
                "id": f"lieu-{number}",
                "nom": f"Lieu {number}, édition {edition}",
                "adresse": f"{number % 90 + 1} rue de la République",
                "commune": town,
                "code_postal": postcode,
                "code_insee": insee,
                "services": "Aide aux démarches administratives",
                "date_maj": datetime(2026, 1, 31, tzinfo=UTC).date().isoformat(),
            },
            pole,
        )


class _Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".trig": "application/trig"}

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: what matters is in the ledgers."""


if __name__ == "__main__":
    _serve_forks()
