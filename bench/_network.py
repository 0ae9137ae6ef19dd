"""Poles of a benchmark: places shared out among feeds, published, and served from one process.

Every feed has a name space of its own, so that each stands for a pole; the same places can be
shared out among any number of them.
"""

import multiprocessing
import shutil
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from harvester.run.pipeline import import_into
from harvester.tabular.importing import import_file
from registry.ledger.ledger import Ledger
from registry.ledger.types import Source
from registry.node import pole_identity
from registry.publish.pole import PoleDescription
from registry.publish.publisher import publish
from registry.settings.config import load
from samples.territory import POLES
from vocab.mapping import PoleIdentity
from vocab.records import Record, record_from_body

SAMPLES = Path(__file__).resolve().parent.parent / "samples" / "poles"
_TYPES = {".trig": "application/trig", ".nt": "application/n-triples"}


@dataclass(frozen=True, slots=True)
class Feed:
    """One pole of a benchmark.

    Attributes:
        slug: short name; its feed is at ``<base>/<slug>/feed/stream.trig``.
        namespace: IRI prefix of its places.
        ledger: SQLite file of its ledger.
        web: folder that the server shows under the slug.
    """

    slug: str
    namespace: str
    ledger: Path
    web: Path

    @property
    def base(self) -> str:
        """Address of the pole's web space."""
        return self.namespace.removesuffix("id/")

    @property
    def description(self) -> PoleDescription:
        """What the pole says of itself."""
        return PoleDescription(
            self.slug, slug=self.slug, namespace=self.namespace, feed_url=f"{self.base}feed/"
        )

    @property
    def pole(self) -> PoleIdentity:
        """Who states its places."""
        return PoleIdentity(self.slug, self.namespace)

    def source(self, kind: str = "feed") -> Source:
        """Return the source that a registry names for it: its ``feed``, or its ``dump``."""
        document = {"feed": "feed/stream.trig", "dump": "dump.nt"}[kind]
        return Source(
            self.slug, self.slug, self.slug, f"{self.base}{document}", kind, (self.namespace,),
            allow_private=True,
        )  # fmt: skip

    def enter(self, records: Iterable[Record]) -> None:
        """Make these the places of the pole, and publish its stream and its dump."""
        ledger = Ledger.open(f"sqlite:///{self.ledger}")
        try:
            own = Source(self.slug, self.slug, self.slug, "lieux.csv", "file", (self.namespace,))
            ledger.put_source(own)
            import_into(ledger, own, records)
            publish(ledger, self.description, self.web / "feed")
            text = "".join(record.body for record in ledger.records())
            (self.web / "dump.nt").write_text(text, encoding="utf-8")
        finally:
            ledger.close()


def sample_records() -> dict[str, tuple[Record, ...]]:
    """Return the places of the sample network by pole, about 21,000, fifteen of them invented."""
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as workers:
        return dict(zip(POLES, workers.map(_imported, POLES), strict=True))


def _imported(slug: str) -> tuple[Record, ...]:
    config = load(SAMPLES / slug / "maillage.toml", {})
    pole = pole_identity(config)
    found: dict[str, Record] = {}
    for entry in config.imports:
        result = import_file(entry.file, pole, entry.mapping)
        found |= {record.iri: record for record in result.records}
    return tuple(found.values())


def shared_out(poles: dict[str, tuple[Record, ...]], spaces: Sequence[str]) -> list[list[Record]]:
    """Deal places out among name spaces, renamed into the one each falls to."""
    hands: list[list[Record]] = [[] for _ in spaces]
    dealt = 0
    for slug, records in poles.items():
        old = load(SAMPLES / slug / "maillage.toml", {}).namespace
        for record in records:
            number = dealt % len(spaces)
            hands[number].append(renamed(record, old, spaces[number]))
            dealt += 1
    return hands


def renamed(record: Record, old: str, new: str) -> Record:
    """Return a record under another name space."""
    lines = sorted(line.replace(f"<{old}", f"<{new}") for line in record.lines)
    iri = record.iri.replace(old, new, 1)
    return record_from_body(iri, "".join(f"{line}\n" for line in lines))


@contextmanager
def feeds(folder: Path, count: int) -> Iterator[list[Feed]]:
    """Serve ``count`` web spaces under a folder from a process of their own; empty at first."""
    web = folder / "web"
    web.mkdir(parents=True)
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=_serve, args=(web, there), daemon=True)
    server.start()
    port = here.recv()
    try:
        made = []
        for number in range(1, count + 1):
            slug = f"pole-{number:02}"
            (web / slug).mkdir()
            space = f"http://127.0.0.1:{port}/{slug}/id/"
            made.append(Feed(slug, space, folder / f"{slug}.sqlite", web / slug))
        yield made
    finally:
        server.terminate()
        server.join()
        shutil.rmtree(web, ignore_errors=True)


def publish_all(made: Sequence[Feed], hands: Sequence[Sequence[Record]]) -> None:
    """Enter and publish the places of every feed, on all cores."""
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as workers:
        for _ in workers.map(Feed.enter, made, hands):
            pass


class _Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # as servers of the web do

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: requests are counted by the harvester."""

    def guess_type(self, path: Any) -> str:
        """Return the media type of RDF, which Python does not know."""
        return _TYPES.get(Path(path).suffix) or super().guess_type(path)


def _serve(folder: Path, ready: Connection) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    ready.send(server.server_address[1])
    server.serve_forever()
