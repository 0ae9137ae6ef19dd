"""A registry with one table as its source."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from registry.ledger.ledger import Ledger
from registry.ledger.options import SourceOptions
from registry.ledger.types import Source
from tests.harvester.conftest import Registry
from tests.simulator import SimulatedPole

SAMPLES = Path(__file__).resolve().parents[3] / "samples"


@pytest.fixture
def tables(ledger: Ledger, pole: SimulatedPole) -> Callable[..., Registry]:
    def register(path: str, kind: str = "table", **options: Any) -> Registry:
        spaces = (pole.url("/id/"),)
        source = Source(
            "pole",
            "pole",
            "Pole",
            pole.url(path),
            kind,
            spaces,
            True,
            options=SourceOptions(**options),
        )
        ledger.put_source(source)
        return Registry(ledger, source)

    return register
