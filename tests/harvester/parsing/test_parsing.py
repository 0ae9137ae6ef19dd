"""What strangers publish, through the real parsing child: formats, refusals, bombs."""

import gzip
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from harvester.decide.compare import unwritable
from harvester.errors import DocumentError
from harvester.parsing import Parser
from harvester.parsing.skolem import skolemise
from vocab.records import group_records

URL = "https://pole.example/doc"
S = "<https://pole.example/id/place/7>"
NT = f'{S} <https://schema.org/name> "Médiathèque"@fr .\n'.encode()
TTL = f'@prefix s: <https://schema.org/> . {S} s:name "Médiathèque"@fr .'.encode()
TRIG = f'@prefix s: <https://schema.org/> . {{ {S} s:name "Médiathèque"@fr }}'.encode()
JSONLD = (
    '{"@id": "https://pole.example/id/place/7",'
    '"https://schema.org/name": {"@value": "Médiathèque", "@language": "fr"}}'
).encode()
RDFXML = (
    '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:s="https://schema.org/"><rdf:Description rdf:about="https://pole.example/id/place/7">'
    '<s:name xml:lang="fr">Médiathèque</s:name></rdf:Description></rdf:RDF>'
).encode()


@pytest.fixture(scope="module")
def parser() -> Iterator[Parser]:
    with Parser(deadline_s=20, cpu_s=60) as started:
        yield started


@pytest.mark.parametrize(
    ("suffix", "media_type", "data"),
    [
        ("", "application/n-triples", NT),
        ("", "application/n-quads", NT),
        ("", "text/turtle", TTL),
        ("", "application/trig", TRIG),
        ("", "application/ld+json", JSONLD),
        ("", "application/rdf+xml", RDFXML),
        (".nt", "text/plain", NT),
        (".nt.gz", "application/gzip", gzip.compress(NT, mtime=0)),
        (".ttl", "", TTL),
        (".ttl.gz", "application/octet-stream", gzip.compress(TTL, mtime=0)),
        (".jsonld", "application/json", JSONLD),
        (".rdf", "text/xml", RDFXML),
        ("", "", NT),
        ("", "text/plain", JSONLD),
        ("", "", RDFXML),
        ("", "", TTL),
        ("", "application/n-triples", JSONLD),
        ("", "application/n-triples", TTL),
        ("", "application/ld+json", TTL),
        ("", "application/rdf+xml", TTL),
        ("", "application/ld+json", NT),
        ("", "text/turtle", JSONLD),
        ("", "text/turtle", RDFXML),
        (".ttl", "", b"\xef\xbb\xbf" + TTL),
        (
            "",
            "application/n-triples",
            gzip.compress(NT[:9], mtime=0) + gzip.compress(NT[9:], mtime=0),
        ),
    ],
)
def test_every_format_gives_the_same_statement(
    parser: Parser, suffix: str, media_type: str, data: bytes
) -> None:
    (group,) = parser.parse(URL + suffix, media_type, data).groups
    assert (group.record, group.body) == (S[1:-1], NT)


@pytest.mark.parametrize(
    ("media_type", "data", "code"),
    [
        ("text/html", NT, "MED-H201"),
        ("", b"<!DOCTYPE html><html><body>503", "MED-H219"),
        ("", b"hello", "MED-H201"),
        ("", b"", "MED-H201"),
        ("text/turtle", b"<a> <b>", "MED-H200"),
        ("text/turtle", b"<!DOCTYPE html><html>", "MED-H219"),
        ("application/n-triples", b"<a> <b> <c> .", "MED-H200"),
        ("application/n-triples", NT.decode().encode("latin-1"), "MED-H202"),
        ("text/turtle", TTL.decode().encode("utf-16"), "MED-H202"),
        ("text/turtle", TTL + b"\x00", "MED-H225"),
        ("application/rdf+xml", RDFXML.replace(b'"1.0"', b'"1.0" encoding="UTF-16"'), "MED-H202"),
        ("application/ld+json", JSONLD[:-1] + b', "@id": "urn:twice"}', "MED-H200"),
        ("application/ld+json", b'{"@id": "urn:x", "urn:p": NaN}', "MED-H200"),
        ("application/ld+json", b'{"@id": "urn:a b", "urn:p": "x"}', "MED-H200"),
        (
            "application/ld+json",
            b'{"@id": "urn:x", "urn:p": {"@value": "x", "@language": "fr fr"}}',
            "MED-H200",
        ),
        ("application/n-triples", gzip.compress(NT, mtime=0)[:-3], "MED-H209"),
        ("application/n-triples", gzip.compress(NT, mtime=0) + b"rest", "MED-H209"),
    ],
)
def test_what_is_not_rdf_is_refused_by_name(
    parser: Parser, media_type: str, data: bytes, code: str
) -> None:
    with pytest.raises(DocumentError) as refusal:
        parser.parse(URL, media_type, data)
    assert refusal.value.code == code
    assert URL in refusal.value.message("fr")


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><rdf:RDF/>"""
TERMS = 20_000
DEEP_XML = (
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="urn:">'
    + b"<s:a><s:b>" * 5_000
)
BOMBS = {
    "billion laughs": ("application/rdf+xml", LAUGHS, "MED-H204"),
    "external entity": (
        "application/rdf+xml",
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><rdf:RDF/>',
        "MED-H204",
    ),
    "nested xml": ("application/rdf+xml", DEEP_XML, "MED-H203"),
    "nested json": ("application/ld+json", b'{"@graph":[' * 50_000, "MED-H203"),
    "nested lists": ("text/turtle", b"<a> <b> " + b"(" * 100_000, "MED-H203"),
    "nested nodes": ("text/turtle", b"<a> <b> " + b"[ <b> " * 100_000, "MED-H203"),
    "hidden nesting": ("text/turtle", b"<a> <b> " + b'[ <b> "]" , ' * 100_000, "MED-H203"),
    "quoted triples": ("text/turtle", b"<a> <b> " + b"<<( <a> <b> " * TERMS, "MED-H203"),
    "quoted in lines": (
        "application/n-triples",
        b"<urn:a> <urn:b> " + b"<<( <urn:a> <urn:b> " * TERMS,
        "MED-H203",
    ),
    "reified triples": ("text/turtle", b"<< <a> <b> " * TERMS, "MED-H203"),
    "literal": ("text/turtle", b'<a> <b> "' + b"x" * 100_000 + b'" .', "MED-H205"),
    "number": ("text/turtle", b"<a> <b> " + b"1" * 100_000 + b" .", "MED-H205"),
    "iri": ("text/turtle", b"<a> <b> <" + b"x" * 5_000 + b"> .", "MED-H205"),
    "gzip": ("text/turtle", gzip.compress(b" " * 200_000_000, 1), "MED-H104"),
    "remote context": (
        "application/ld+json",
        b'{"@context": "http://169.254.169.254/c", "@id": "urn:x"}',
        "MED-H206",
    ),
    "imported context": (
        "application/ld+json",
        b'{"@context": {"@import": "http://169.254.169.254/c"}, "@id": "urn:x"}',
        "MED-H206",
    ),
    "context in a term": (
        "application/ld+json",
        b'{"@context": {"t": {"@id": "urn:t", "@context": "http://10.0.0.1/"}}, "t": {"x": 1}}',
        "MED-H206",
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_in_one_clear_error_and_the_next_document_is_read(
    parser: Parser, name: str
) -> None:
    media_type, data, code = BOMBS[name]
    with pytest.raises(DocumentError) as refusal:
        parser.parse(URL, media_type, data)
    assert refusal.value.code == code
    assert parser.parse(URL, "text/turtle", TTL).groups[0].body == NT


def test_a_child_that_dies_is_replaced() -> None:
    with Parser(memory_bytes=220_000_000, deadline_s=9) as small:
        wide = b"".join(b'<urn:s%d> <urn:p> "x" .\n' % number for number in range(600_000))
        with pytest.raises(DocumentError) as refusal:
            small.parse(URL, "application/n-triples", wide)
        assert refusal.value.code == "MED-H208"
        assert small.parse(URL, "text/turtle", TTL).groups[0].body == NT


def test_a_child_that_takes_too_long_is_ended() -> None:
    with Parser(deadline_s=0.05) as hasty:
        with pytest.raises(DocumentError) as refusal:
            hasty.parse(URL, "application/n-triples", NT * 200_000)
        assert refusal.value.code == "MED-H208"


def test_the_vocabularys_own_context_is_known(parser: Parser) -> None:
    data = b"""{"@context": "https://w3id.org/mediation-numerique/context.jsonld",
        "@id": "https://pole.example/id/place/7", "@type": "med:Place"}"""
    (group,) = parser.parse(URL, "application/ld+json", data).groups
    assert b"https://w3id.org/mediation-numerique/ns#Place" in group.body


def test_brackets_in_texts_are_no_nesting(parser: Parser) -> None:
    data = b"".join(b'<urn:a> <urn:b> "([{ :-( %d" .\n' % number for number in range(500))
    assert len(parser.parse(URL, "text/turtle", data).groups) == 1
    cited = b'<urn:a> <urn:b> "<< not quoted >>" .'
    assert len(parser.parse(URL, "text/turtle", cited).groups) == 1


def test_graphs_and_records_are_told_apart(parser: Parser) -> None:
    data = b"""<urn:a> <urn:p> <urn:o> . <urn:a#b> <urn:p> "x <urn:y>" .
        <urn:m> { <urn:a> <urn:p> "1" . <urn:c> <urn:p> <urn:o> }"""
    found = parser.parse(URL, "application/trig", data).groups
    assert [(group.graph, group.record, group.body.count(b"\n")) for group in found] == [
        ("", "urn:a", 2),
        ("urn:m", "urn:a", 1),
        ("urn:m", "urn:c", 1),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "<urn:é>",
        "<http://x/%20?a=b&c='d'>",
        "<http://例え.jp/:;,.~()>",
        "_:g",
        "<http://x/\\u00E9>",
    ],
)
@pytest.mark.parametrize(
    "statements",
    [
        '<urn:a> <urn:p> "un .\\n deux <urn:é> ." ; <urn:q> <urn:é> .',
        '<urn:a> <urn:p> _:b . _:b <urn:q> "x" .',
        "<urn:a#1> <urn:p> 1, 2, 3 . <urn:b> <urn:p> <urn:a> .",
    ],
)
def test_a_graph_says_what_it_would_say_alone(parser: Parser, name: str, statements: str) -> None:
    alone = parser.parse(URL, "text/turtle", statements.encode())
    named = parser.parse(URL, "application/trig", f"{name} {{ {statements} }}".encode())
    told = [(group.record, group.body) for group in named.groups if group.graph]
    assert told == [(group.record, group.body) for group in alone.groups]
    assert told


def test_lines_are_those_of_the_records_room(parser: Parser) -> None:
    odd = 'tab\t quote" back\\ é 😀 \u2028 \x7f \x85 \r\n end'
    triple = ox.Triple(
        ox.NamedNode("urn:é"), ox.NamedNode("urn:p"), ox.Literal(odd, language="fr-FR")
    )
    data = ox.serialize([triple], format=ox.RdfFormat.TURTLE) or b""
    (group,) = parser.parse(URL, "text/turtle", data).groups
    (record,) = group_records([triple])
    assert group.body.decode() == record.body


SAME = [
    '<urn:s> <urn:p> [ <urn:a> 1 ; <urn:b> [ <urn:c> "x" ] ] .',
    '_:z <urn:a> 1 . _:a <urn:c> "x" . <urn:s> <urn:p> _:z . _:z <urn:b> _:a .',
    '<urn:s> <urn:p> _:q . _:q <urn:b> _:r ; <urn:a> 1 . _:r <urn:c> "x" .',
]


def test_blank_nodes_are_named_by_content_not_by_label(parser: Parser) -> None:
    bodies = {parser.parse(URL, "text/turtle", text.encode()).groups[0].body for text in SAME}
    assert len(bodies) == 1
    assert b"_:" not in bodies.pop()
    other = parser.parse(URL, "text/turtle", SAME[0].replace("1", "2").encode())
    assert other.groups[0].body.count(b"urn:s#b-") == 5


def test_a_node_shared_within_a_record_is_one_node(parser: Parser) -> None:
    text = b'<urn:s> <urn:p> _:g ; <urn:q> _:g . _:g <urn:lat> "1" .'
    (group,) = parser.parse(URL, "text/turtle", text).groups
    assert (group.tangled, group.body.count(b"\n")) == (False, 3)


@pytest.mark.parametrize(
    ("text", "tangled", "unattached"),
    [
        ("<urn:s> <urn:p> _:a . _:a <urn:p> _:b . _:b <urn:p> _:a .", ["urn:s"], 0),
        ("<urn:s> <urn:p> _:a . _:a <urn:p> _:a .", ["urn:s"], 0),
        ("<urn:s> <urn:p> _:a . <urn:t> <urn:p> _:a . _:a <urn:q> 1 .", ["urn:s", "urn:t"], 0),
        ("<urn:s> <urn:q> 1 . _:a <urn:q> 1 .", [], 1),
        ("<urn:s> <urn:q> 1 . _:a <urn:p> _:b . _:b <urn:p> _:a .", [], 2),
        ("<urn:s> <urn:p> _:empty .", [], 0),
    ],
)
def test_what_cannot_be_named_is_said(
    parser: Parser, text: str, tangled: list[Any], unattached: int
) -> None:
    parsed = parser.parse(URL, "text/turtle", text.encode())
    assert sorted(group.record for group in parsed.groups if group.tangled) == tangled
    assert parsed.unattached == unattached


TERM = "<urn:s> <urn:p> <<( <urn:a> <urn:b> %s )>> ."
ANNOTATED = {
    "a term": (TERM % '"_:no"', "urn:s", 1),
    "a term that holds a node": (
        TERM % "_:n" + ' <urn:s> <urn:q> _:n . _:n <urn:r> "1" .',
        "urn:s",
        3,
    ),
    "a term with a lone node": (TERM % "_:n", "urn:s", 1),
    "an annotation": (
        '<urn:s> <urn:p> "o" {| <urn:by> <urn:me> ; <urn:at> [ <urn:on> 1 ] |} .',
        "urn:s",
        5,
    ),
    "an annotation of a node": (
        '<urn:s> <urn:p> [ <urn:q> "o" {| <urn:by> <urn:me> |} ] .',
        "urn:s",
        4,
    ),
    "a statement about a statement": (
        '<< <urn:s#x> <urn:p> "o" >> <urn:by> <urn:me> .',
        "urn:s",
        2,
    ),
}


@pytest.mark.parametrize(("text", "record", "lines"), ANNOTATED.values(), ids=ANNOTATED)
def test_triple_terms_stay_with_the_record_that_they_speak_of(
    parser: Parser, text: str, record: str, lines: int
) -> None:
    """Labels differ at each reading; what is read must not."""
    first, again = (parser.parse(URL, "text/turtle", text.encode()) for _ in range(2))
    (group,) = first.groups
    assert (group.record, group.body.count(b"\n"), first.unattached) == (record, lines, 0)
    assert group.body == again.groups[0].body
    assert b" _:" not in group.body
    assert len(unwritable(record, group.body)) == 1


def test_triple_terms_nest_within_bounds(parser: Parser) -> None:
    deep = b"<urn:s> <urn:p> " + b"<<( <urn:a> <urn:b> " * 60 + b'"x"' + b" )>>" * 60 + b" ."
    for media_type in ("text/turtle", "application/n-triples"):
        assert len(parser.parse(URL, media_type, deep).groups) == 1


@pytest.mark.parametrize(
    "term",
    [
        '"a"@ar',
        '"--ltr ."',
        '"x )>> ."',
        '"\\"@ar--rtl"',
        "<urn:x--rtl>",
        "<urn:x)>",
        '"a"@en-a--b',
    ],
)
def test_what_only_looks_like_rdf_1_2_is_kept(term: str) -> None:
    assert unwritable("urn:s", f"<urn:s> <urn:p> {term} .\n<urn:s> <urn:q> 1 .\n".encode()) == ()


def test_a_clique_of_blank_nodes_ends_quickly() -> None:
    lines = [
        b"_:n%d <urn:p> _:n%d ." % (one, two)
        for one in range(300)
        for two in range(300)
        if one != two
    ]
    done = skolemise([b"<urn:s> <urn:p> _:n0 .", *lines])
    assert done.tangled == {"urn:s"}


def test_a_long_chain_of_blank_nodes_is_no_recursion() -> None:
    chain = [b"_:n%d <urn:p> _:n%d ." % (number, number + 1) for number in range(20_000)]
    done = skolemise([b"<urn:s> <urn:p> _:n0 .", *chain])
    assert (len(done.lines), done.tangled, done.unattached) == (20_001, frozenset(), 0)


def test_the_child_can_open_no_socket_and_is_bounded(parser: Parser) -> None:
    """Whatever the host allows of namespaces, no descriptor is left to open one with."""
    parser.parse(URL, "text/turtle", TTL)
    process = Path(f"/proc/{parser._children._free[0].pid}")
    limits = {
        line[:26].strip(): line[26:].split()[:2]
        for line in (process / "limits").read_text().splitlines()[1:]
    }
    open_now = [int(entry.name) for entry in (process / "fd").iterdir()]
    assert int(limits["Max open files"][0]) <= len(open_now) == max(open_now) + 1
    assert limits["Max address space"] == ["1000000000"] * 2
    for_this_document, for_its_life = limits["Max cpu time"]
    assert 20 < int(for_this_document) <= int(for_its_life) == 60


def test_documents_are_read_at_a_time_and_taken_in_any_order(parser: Parser) -> None:
    bodies = [f"<https://a.example/{n}> <urn:p> <urn:o> .\n".encode() for n in range(6)]
    heard: list[tuple[str, int]] = []
    parser.on_read = lambda groups: heard.append((threading.current_thread().name, groups))
    begun = [parser.begin(URL, "text/turtle", body) for body in bodies]
    taken = [reading.result().groups[0].body for reading in reversed(begun)]
    assert taken == bodies[::-1]
    assert heard == [(threading.current_thread().name, 1)] * 6
    with pytest.raises(DocumentError, match="not readable RDF"):
        parser.begin(URL, "text/turtle", b"<a> <b").result()
    assert parser.begin(URL, "text/turtle", bodies[0]).result().groups[0].body == bodies[0]


def test_closing_ends_what_is_being_read() -> None:
    with Parser() as parser:
        slow = b"".join(b"<urn:s> <urn:p> <urn:%d> .\n" % n for n in range(400_000))
        begun = [parser.begin(URL, "text/turtle", slow) for _ in range(3)]
        started = time.monotonic()
    assert time.monotonic() - started < 2
    for reading in begun:
        with pytest.raises((DocumentError, CancelledError)):
            reading.result()


@pytest.mark.parametrize("shortest", ['_:a <a:> "" .', '<a:> <a:> "" .', "_:a <a:> _:a ."])
def test_nothing_that_follows_thousands_of_short_statements_is_lost(
    parser: Parser, shortest: str
) -> None:
    last = b'<https://pole.example/id/place/1> <https://schema.org/name> "Fin" .\n'
    parsed = parser.parse(URL, "application/n-triples", f"{shortest}\n".encode() * 4_000 + last)
    assert last in {group.body for group in parsed.groups}
