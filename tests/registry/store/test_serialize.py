"""Answers are whole or none, in every format, and are not read twice to know it."""

import csv
import io
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from registry.store.serialize import TooManyRowsError, answer_bytes

FORMATS = (
    "application/sparql-results+json", "application/sparql-results+xml", "text/csv",
    "text/tab-separated-values",
)  # fmt: skip
MOST = 5
# One row each: text that looks like the limits between rows, and rows that hold nothing.
ROWS = {
    "plain": ("(?a)", '("a")'),
    "marks": ("(?a ?b)", '("},{" "x},{\\n</result><result>\\n},{")'),
    "nothing": ("()", "()"),
    "unbound": ("(?a ?b)", "(UNDEF UNDEF)"),
    "triple": ("(?a)", '(<<( <x:a> <x:b> "},{" )>>)'),
}


def results(kind: str, rows: int) -> ox.QuerySolutions:
    variables, row = ROWS[kind]
    found = ox.Store().query(f"SELECT * {{ VALUES {variables} {{ {row * rows} }} }}")
    assert isinstance(found, ox.QuerySolutions)
    return found


@pytest.mark.parametrize("kind", ROWS)
@pytest.mark.parametrize("media_type", FORMATS)
def test_rows_are_counted_exactly(kind: str, media_type: str) -> None:
    whole = results(kind, MOST).serialize(format=ox.QueryResultsFormat.from_media_type(media_type))
    assert answer_bytes(results(kind, MOST), media_type, MOST, 10_000) == whole
    with pytest.raises(TooManyRowsError):
        answer_bytes(results(kind, MOST + 1), media_type, MOST, 10_000)


@pytest.mark.parametrize("media_type", FORMATS)
def test_an_answer_far_from_its_limit_is_not_read_again(
    media_type: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(ox, "parse_query_results", read)
    monkeypatch.setattr(csv, "reader", read)
    assert answer_bytes(results("plain", 900), media_type, 1000, 100_000)


FORBIDDEN = "".join(map(chr, range(0x20))) + "\ufffe\uffff\u007f\u0085\U0001ffff é"


def test_c3_what_xml_cannot_hold_breaks_no_answer() -> None:
    """A ledger of before may hold such characters; nothing enters with them any more."""
    store = ox.Store()
    triple = ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:p"), ox.Literal(FORBIDDEN))
    store.add(ox.Quad(*triple))
    bodies = {}
    for media_type in FORMATS:
        found = store.query("SELECT ?o { ?s ?p ?o }")
        assert isinstance(found, ox.QuerySolutions)
        bodies[media_type] = answer_bytes(found, media_type, MOST, 10_000)
    xml = ElementTree.fromstring(bodies["application/sparql-results+xml"])  # noqa: S314  ours
    (literal,) = xml.iter("{http://www.w3.org/2005/sparql-results#}literal")
    assert literal.text is not None
    assert literal.text.endswith("\u007f\u0085\U0001ffff é")
    assert "\x00" not in bodies["text/csv"].decode()
    assert len(list(csv.reader(io.StringIO(bodies["text/csv"].decode(), newline="")))) == 2
    again = ox.parse_query_results(
        bodies["application/sparql-results+json"], ox.QueryResultsFormat.JSON
    )
    assert isinstance(again, ox.QuerySolutions)
    (solution,) = again
    assert solution["o"] == ox.Literal(FORBIDDEN)
    body = answer_bytes([triple], "application/rdf+xml", MOST, 10_000)
    assert len(ElementTree.fromstring(body)) == 1  # noqa: S314  ours
