"""The sample network's files, read once for the tests of what they hold."""

from collections.abc import Iterator, Mapping

import pytest

from registry.settings.config import load
from samples.network import EXAMPLES, SETTINGS, read_file
from samples.territory import POLES
from vocab.records import Record

Imported = Mapping[tuple[str, str], tuple[Record, ...]]
"""(pole, source) -> its places."""


def read(*, invented: bool) -> Iterator[tuple[tuple[str, str], tuple[Record, ...]]]:
    for slug in POLES:
        config = load(SETTINGS[slug], {})
        for entry in config.imports:
            if (entry.source == EXAMPLES) == invented:
                yield (slug, entry.source), read_file(config, entry).records


@pytest.fixture(scope="package")
def real() -> Imported:
    """The places that exist, about 21,000."""
    return dict(read(invented=False))


@pytest.fixture(scope="package")
def invented() -> Imported:
    """The examples of each pole."""
    return dict(read(invented=True))
