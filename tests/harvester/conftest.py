"""What the harvester's tests share: a simulated pole, a real ledger, a registry."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harvester.fetch import Fetcher, Policy
from harvester.pipeline import Options, harvest
from registry.ledger import Ledger
from registry.ledger.types import Harvest, Source
from tests.simulator import SimulatedPole

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Registry:
    """A ledger with one source, and what its fetchers were told to sleep."""

    ledger: Ledger
    source: Source
    slept: list[float] = field(default_factory=list)
    policy: Policy = Policy(deadline_s=5)  # noqa: RUF009  frozen

    def harvest(self, **more: object) -> Harvest:
        options = Options(policy=self.policy, fetcher=self._fetcher)
        return harvest(
            self.ledger,
            self.source,
            now=NOW,
            options=replace(options, **more),
        )

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
