"""A node killed at random moments ends in the state of one that was left in peace."""

import pytest

from bench.crash import run


@pytest.mark.slow
def test_kills_change_nothing() -> None:
    found = run(kills=15, places=150)
    assert found["first_differences"] == []
    assert (found["kills"], found["differences"]) == (15, 0)
    assert found["kills_in_harvest"] > 0
    assert found["kills_in_projection"] > 0
