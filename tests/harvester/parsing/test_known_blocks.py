"""What a dump repeats word for word is not parsed again, and that changes nothing."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester.errors import DocumentError
from harvester.parsing import Parser
from harvester.parsing.known import Digested, content_digest
from harvester.sources.dump import collect
from sandbox import pool
from sandbox.child import Child
from sandbox.isolation import Bounds

URL = "https://pole.example/dump.nt"
PLACE = "https://pole.example/id/place/"
NAME, GEO = "<https://schema.org/name>", "<https://schema.org/geo>"


def body(number: int, name: str = "Lieu") -> str:
    iri = f"{PLACE}{number}"
    lines = [
        f'<{iri}> {NAME} "{name} {number}"@fr .',
        f"<{iri}> {GEO} <{iri}#geometry> .",
        f'<{iri}#geometry> {NAME} "point" .',
    ]
    return "".join(f"{line}\n" for line in sorted(lines))


KNOWN = {f"{PLACE}{n}": hashlib.sha256(body(n).encode()).hexdigest() for n in range(6)}
PIECES = st.one_of(
    st.integers(0, 7).map(body),
    st.integers(0, 7).map(lambda n: body(n, "Autre")),
    st.integers(0, 5).map(lambda n: "".join(reversed(body(n).splitlines(keepends=True)))),
    st.integers(0, 5).map(lambda n: body(n).splitlines(keepends=True)[0]),
    st.integers(0, 5).map(lambda n: f'<{PLACE}{n}> {GEO} _:b .\n_:b {NAME} "creux" .\n'),
    st.integers(0, 5).map(lambda n: f'<{PLACE}{n}> {NAME} "x" <urn:g> .\n'),
    st.integers(0, 5).map(
        lambda n: (
            f"_:r <http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies> "
            f'<<( <{PLACE}{n}> {NAME} "x" )>> .\n_:r {NAME} "note" .\n'
        )
    ),
    st.sampled_from(
        ["\n", "# remark\n", "\t\n", "<broken\n", "{}\n", "\x00\n", "@prefix : <x> .\n"]
    ),
)
TYPES = ("application/n-triples", "application/n-quads", "text/plain", "text/turtle", "")


@pytest.fixture(scope="module")
def parsers() -> Iterator[tuple[Parser, Parser]]:
    with Parser() as plain, Parser() as knowing:
        knowing.known = KNOWN.get
        yield plain, knowing


def told(parser: Parser, media_type: str, data: bytes) -> object:
    """Return what follows from a document: its records and faults, or why it cannot be read."""
    try:
        parsed = parser.parse(URL, media_type, data)
    except DocumentError as error:
        return error.code, error.details
    arrivals, findings = collect(URL, parsed.groups)
    by_graph: dict[tuple[str, str], set[bytes]] = defaultdict(set)
    for group in parsed.groups:
        by_graph[group.graph, group.record] |= set(group.body.splitlines())
    return {one.subject: one for one in arrivals}, findings, by_graph, parsed.unattached


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(pieces=st.lists(PIECES, max_size=8), media_type=st.sampled_from(TYPES))
def test_knowing_changes_nothing(
    parsers: tuple[Any, ...], pieces: list[Any], media_type: str
) -> None:
    plain, knowing = parsers
    data = "".join(pieces).encode()
    assert told(knowing, media_type, data) == told(plain, media_type, data)


def test_a_dump_that_is_known_whole_needs_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_is_started(work: str, bounds: Bounds) -> Child:
        pytest.fail("a child was started")

    monkeypatch.setattr(pool, "start", none_is_started)
    with Parser() as parser:
        parser.known = KNOWN.get
        found = parser.parse(URL, "application/n-triples", "".join(map(body, range(6))).encode())
        assert [group.record for group in found.groups] == list(KNOWN)


def test_only_what_changed_is_read(parsers: tuple[Any, ...]) -> None:
    _, knowing = parsers
    data = (body(1) + body(2, "Autre") + body(3)).encode()
    found = {group.record: group.body for group in knowing.parse(URL, "", data).groups}
    assert found == {
        f"{PLACE}{n}": body(n, name).encode()
        for n, name in ((1, "Lieu"), (2, "Autre"), (3, "Lieu"))
    }


def test_the_digest_of_a_known_block_is_not_computed_again_nor_kept_for_other_bytes(
    parsers: tuple[Parser, Parser],
) -> None:
    _, knowing = parsers
    parsed = knowing.parse(URL, "application/n-triples", (body(1) + body(7)).encode())
    arrivals, _ = collect(URL, parsed.groups)
    assert {a.subject: a.content_hash for a in arrivals} == {
        f"{PLACE}{n}": hashlib.sha256(body(n).encode()).hexdigest() for n in (1, 7)
    }
    known = next(a.body for a in arrivals if a.subject == f"{PLACE}1")
    assert isinstance(known, Digested)
    for changed in (known[:-1], known + b"x", known.replace(b"Lieu", b"Place"), b"".join([known])):
        assert content_digest(changed) == hashlib.sha256(changed).hexdigest()
