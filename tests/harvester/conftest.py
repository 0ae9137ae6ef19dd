"""What the harvester's tests share: a simulated pole, a real ledger, a registry."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from harvester.decide.compare import Guards
from harvester.fetch import Fetcher, Policy
from harvester.run.pipeline import Options, harvest, import_into
from registry.ledger.ledger import Ledger
from registry.ledger.types import Harvest, Source
from registry.publish.pole import PoleDescription
from registry.publish.publisher import publish
from tests.simulator import SimulatedPole
from vocab.records import Record

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Registry:
    """A ledger with one source, and what its fetchers were told to sleep."""

    ledger: Ledger
    source: Source
    slept: list[float] = field(default_factory=list)
    policy: Policy = Policy(deadline_s=5)  # noqa: RUF009  frozen

    def harvest(self, **more: Any) -> Harvest:
        return harvest(
            self.ledger,
            self.source,
            now=NOW,
            options=replace(self.options(), **more),
        )

    def options(self) -> Options:
        """How these tests harvest."""
        return Options(policy=self.policy, fetcher=self._fetcher, guards=Guards(grace_days=0))

    def kept(self) -> Source:
        """The source as the ledger keeps it."""
        source = self.ledger.source(self.source.slug)
        assert source is not None
        return source

    def names(self) -> list[str]:
        """The last segment of each live subject."""
        return [iri.rpartition("/")[2] for iri in sorted(self.ledger.known(self.source.slug))]

    def _fetcher(self, policy: Policy) -> Fetcher:
        return Fetcher(policy, sleep=self.slept.append, clock=NOW.timestamp)


@pytest.fixture
def pole() -> Iterator[SimulatedPole]:
    with SimulatedPole() as simulated:
        yield simulated


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(f"sqlite:///{tmp_path}/ledger.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def registry(ledger: Ledger, pole: SimulatedPole) -> Callable[..., Registry]:
    def register(path: str, kind: str = "feed") -> Registry:
        source = Source(
            slug="pole",
            pole="pole",
            title="Pole",
            url=pole.url(path),
            kind=kind,
            namespaces=(pole.url("/id/"),),
            allow_private=True,
        )
        ledger.put_source(source)
        return Registry(ledger, source)

    return register


TYPES = {".trig": "application/trig", ".ttl": "text/turtle", ".gz": "application/gzip"}
TYPES |= {".jsonld": "application/ld+json", ".nt": "application/n-triples"}
TYPES |= {".rdf": "application/rdf+xml", ".html": "text/html; charset=utf-8"}


class PublishingPole:
    """A pole's own ledger, published on its web space by the real publisher."""

    def __init__(self, pole: SimulatedPole, folder: Path) -> None:
        self.pole, self.folder = pole, folder
        self.ledger = Ledger.open(f"sqlite:///{folder}/pole.sqlite")
        space = pole.url("/id/")
        self.source = Source("places", "pole", "Places", "places.csv", "file", (space,))
        self.ledger.put_source(self.source)
        self.description = PoleDescription(
            "Pole", slug="pole", namespace=space, feed_url=pole.url("/feed/")
        )

    def state(self, records: list[Record]) -> None:
        import_into(self.ledger, self.source, records)
        publish(self.ledger, self.description, self.folder / "feed")
        for file in (self.folder / "feed").rglob("*"):
            if file.is_file():
                path = f"/feed/{file.relative_to(self.folder / 'feed').as_posix()}"
                self.pole.put(path, file.read_bytes(), TYPES.get(file.suffix, "text/plain"))


@pytest.fixture
def publishing(pole: SimulatedPole, tmp_path: Path) -> Iterator[PublishingPole]:
    made = PublishingPole(pole, tmp_path)
    yield made
    made.ledger.close()
