"""A difference tells all that changed and nothing else, to people and to machines."""

from hypothesis import given
from hypothesis import strategies as st

from registry.history.difference import Field, difference, patch
from registry.ledger.types import Kind
from vocab.records import Record

S = "https://a.example/id/place/1"
NAME = "https://schema.org/name"
LINES = st.frozensets(
    st.builds(
        '<{}{}> <https://schema.org/{}> "{}"@fr .'.format,
        st.just(S), st.sampled_from(["", "#address"]), st.sampled_from("ab"),
        st.sampled_from(["x", "é", "a b", '\\"']),
    ), min_size=1,
)  # fmt: skip


def record(*lines: str) -> Record:
    return Record(S, tuple(sorted(lines)))


def test_a_change_is_told_property_by_property() -> None:
    old = record(f'<{S}> <{NAME}> "Bus"@fr .', f"<{S}> <{NAME}x> <{S}#address> .")
    new = record(f'<{S}> <{NAME}> "Car \\"1\\""@fr .', f"<{S}> <{NAME}x> <{S}#address> .")
    found = difference(S, old, new)
    assert found.kind is Kind.UPDATE
    assert found.fields == (Field("", NAME, ("Bus@fr",), ('Car "1"@fr',)),)


def test_what_is_new_or_gone_is_told_whole() -> None:
    one = record(f'<{S}#address> <{NAME}> "Bus" .')
    new, gone = difference(S, None, one), difference(S, one, None)
    assert (new.kind, new.fields) == (Kind.CREATE, (Field("#address", NAME, (), ("Bus",)),))
    assert (gone.kind, gone.fields) == (Kind.DELETE, (Field("#address", NAME, ("Bus",), ()),))


@given(LINES, LINES)
def test_a_patch_turns_the_one_into_the_other(old: frozenset[str], new: frozenset[str]) -> None:
    found = difference(S, record(*old), record(*new))
    state = set(old)
    text = "".join(patch("https://a.example/patch", [found]))
    head, start, *rows, end = text.splitlines()
    assert (head, start, end) == ("H id <https://a.example/patch> .", "TX .", "TC .")
    for row in rows:
        (state.add if row[0] == "A" else state.remove)(row[2:])
    assert state == new
    shown = {(f.node, f.property_iri) for f in found.fields}
    assert bool(shown) == (old != new)
