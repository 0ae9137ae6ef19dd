"""Local ids of the national export: groups change, names stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.sources.national import local_ids, segments_of

CASES = {
    "new places take their first segment": (
        ["A_1__B_2", "C_3"], {}, {"A_1__B_2": "A_1", "C_3": "C_3"},
    ),
    "a place joined by an earlier name keeps its own": (
        ["A_1__B_2"], {"B_2": ["B_2"]}, {"A_1__B_2": "B_2"},
    ),
    "two places that merge: the first keeps its name": (
        ["A_1__B_2"], {"A_1": ["A_1"], "B_2": ["B_2"]}, {"A_1__B_2": "A_1"},
    ),
    "when they part, the name stays with its segment": (
        ["A_1", "B_2"], {"B_2": ["A_1", "B_2"]}, {"A_1": "A_1", "B_2": "B_2"},
    ),
    "the naming segment left, another one remembers": (
        ["B_2__C_3"], {"A_1": ["A_1", "B_2"]}, {"B_2__C_3": "A_1"},
    ),
    "two heirs: one inherits, the other is new": (
        ["B_2", "C_3"], {"A_1": ["A_1", "B_2", "C_3"]}, {"B_2": "A_1", "C_3": "C_3"},
    ),
    "a shared segment names one place only": (
        ["A_1", "A_1__B_2"], {}, {"A_1": "A_1", "A_1__B_2": "B_2"},
    ),
    "nothing but separators is an id of its own": (["____"], {}, {"____": "____"}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_names(name: str) -> None:
    composed, memory, wanted = CASES[name]
    assert local_ids(composed, memory) == wanted


IDS = st.lists(st.sampled_from("ABCDEF"), min_size=1, max_size=3).map(
    lambda parts: "__".join(sorted(set(parts)))
)
FILES = st.lists(IDS, max_size=6, unique=True)


@given(FILES, FILES)
def test_no_two_places_get_one_name_and_an_unchanged_file_keeps_its_names(
    first: list[str], second: list[str]
) -> None:
    before = local_ids(first, {})
    memory = {local: segments_of(whole) for whole, local in before.items()}
    after = local_ids(second, memory)
    assert set(after) == set(second)
    assert len(set(after.values())) == len(after)
    assert local_ids(first, memory) == before
