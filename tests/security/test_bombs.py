"""Structured bombs, harvested for real: one clear error each, and the node goes on.

The slow ones, and all of them under the usual limits with time and memory measured:
``python -m bench bombs --json``.
"""

from collections.abc import Iterator

import pytest

from tests.security.bombs import BOMBS
from tests.security.bombs.driver import Range, shooting_range

QUICK = [name for name, bomb in BOMBS.items() if not bomb.slow]


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Range]:
    with shooting_range(tmp_path_factory.mktemp("range")) as opened:
        yield opened


@pytest.mark.parametrize("name", QUICK)
def test_a_bomb_ends_in_one_clear_error(ground: Range, name: str) -> None:
    ground.explode(BOMBS[name], quick=True)


def test_another_source_is_harvested_after_all_bombs(ground: Range) -> None:
    ground.harvest_another()
