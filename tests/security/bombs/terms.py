"""Terms beyond measure: literals, IRIs, prefixes, languages, datatypes, numbers, dates."""

from collections.abc import Callable

from tests.security.bombs.bomb import JSONLD, NT, TRIG, XML, Bomb, dump, said, slow
from tests.simulator import SimulatedPole

_LONG = "MED-H205"
_BIG = 1_000_000
_RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="urn:s:">'
_XSD = "http://www.w3.org/2001/XMLSchema#"


def _typed(value: str, name: str) -> str:
    return f'<SUBJECT> <urn:s:p> "{value}"^^<{_XSD}{name}> .'


def _xml(inside: str) -> bytes:
    return f'{_RDF}<rdf:Description rdf:about="urn:a">{inside}</rdf:Description></rdf:RDF>'.encode()


def _json(value: str) -> Callable[[SimulatedPole], bytes]:
    return lambda pole: f'{{"@id":"{pole.url("/id/place/hostile")}","urn:s:p":{value}}}'.encode()


def _json_of(make: Callable[[], str]) -> Callable[[SimulatedPole], bytes]:
    return lambda pole: _json(make())(pole)


TERMS: dict[str, Bomb] = {
    "literal of 100 kB": said(_LONG, f'<SUBJECT> <urn:s:p> "{"x" * 100_000}" .'),
    "literal of 50 MB": said("MED-H208", lambda: f'<SUBJECT> <urn:s:p> "{"x" * 50 * _BIG}" .', NT),
    "long literal of quotes": said(
        _LONG, lambda: '<SUBJECT> <urn:s:p> """' + '\\" ' * _BIG + '""" .'
    ),
    "literal of escapes": said(_LONG, lambda: f'<SUBJECT> <urn:s:p> "{chr(92) * 2 * _BIG}" .'),
    "literal without end": said("MED-H200", lambda: f'<SUBJECT> <urn:s:p> """{"x" * _BIG}'),
    "long text in RDF/XML": dump(_LONG, XML, lambda _: _xml(f"<s:p>{'x' * _BIG}</s:p>")),
    "long text in JSON-LD": dump(_LONG, JSONLD, _json_of(lambda: f'"{"x" * _BIG}"')),
    "IRI of 5 kB": said(_LONG, f"<SUBJECT> <urn:s:p> <urn:{'x' * 5_000}> ."),
    "IRI of 10 MB": said(_LONG, lambda: f"<SUBJECT> <urn:s:p> <urn:{'x' * 10 * _BIG}> ."),
    "property of 1 MB": said(_LONG, lambda: f"<SUBJECT> <urn:{'x' * _BIG}> 1 ."),
    "subject of 1 MB": said(_LONG, lambda: f"<urn:{'x' * _BIG}> <urn:s:p> 1 ."),
    "graph name of 1 MB": said(_LONG, lambda: f"<urn:{'x' * _BIG}> {{ <SUBJECT> a <a:b> }}", TRIG),
    "IRI without end": said("MED-H200", lambda: f"<SUBJECT> <urn:s:p> <urn:{'x' * _BIG}"),
    "long IRI in RDF/XML": dump(
        _LONG, XML, lambda _: _xml(f'<s:p rdf:resource="urn:{"x" * _BIG}"/>')
    ),
    "long IRI in JSON-LD": dump(_LONG, JSONLD, _json_of(lambda: f'{{"@id":"urn:{"x" * _BIG}"}}')),
    "long key in JSON-LD": dump(
        _LONG, JSONLD, lambda _: f'{{"@id":"urn:a","urn:{"x" * _BIG}":1}}'.encode()
    ),
    "long element name": dump(_LONG, XML, lambda _: _xml(f"<s:{'x' * _BIG}/>")),
    "prefix of 1 MB": said(
        _LONG, lambda: f"@prefix {'x' * _BIG}: <urn:{'y' * 5_000}> . <SUBJECT> a {'x' * _BIG}:b ."
    ),
    "a prefix that grows": said(
        _LONG, f"@prefix p: <urn:{'y' * 2_000}> . <SUBJECT> <urn:s:p> p:{'z' * 2_000} ."
    ),
    "a base that grows": said(
        _LONG, "@base <urn:x/> ." + f"@base <{'y' * 50}/> ." * 200 + "<SUBJECT> <urn:s:p> <z> ."
    ),
    "100,000 prefixes": said(
        "MED-H003",
        lambda: "".join(f"@prefix p{n}: <urn:p{n}:> .\n" for n in range(100_000))
        + "<SUBJECT> p1:x p2:y .",
    ),
    "language of 1 MB": said(_LONG, lambda: f'<SUBJECT> <urn:s:p> "x"@en{"-abcdefgh" * 100_000} .'),
    "language in JSON-LD": dump(
        _LONG, JSONLD,
        _json_of(lambda: f'{{"@value":"x","@language":"en{"-abcdefgh" * 100_000}"}}'),
    ),
    "language in RDF/XML": dump(
        _LONG, XML, lambda _: _xml(f'<s:p xml:lang="en{"-abcdefgh" * 100_000}">x</s:p>')
    ),
    "datatype of 1 MB": said(_LONG, lambda: f'<SUBJECT> <urn:s:p> "1"^^<urn:{"x" * _BIG}> .'),
    "integer of a million digits": said(_LONG, lambda: f"<SUBJECT> <urn:s:p> {'9' * _BIG} ."),
    "decimal of a million digits": said(_LONG, lambda: f"<SUBJECT> <urn:s:p> 0.{'9' * _BIG} ."),
    "double of a million digits": said(_LONG, lambda: f"<SUBJECT> <urn:s:p> {'9' * _BIG}e9 ."),
    "number of a million digits in JSON-LD": dump(
        "MED-H200", JSONLD, _json_of(lambda: "9" * _BIG)
    ),
    "fraction of a million digits in JSON-LD": dump(
        "MED-H205", JSONLD, _json_of(lambda: f"0.{'9' * _BIG}")
    ),
    "exponent beyond all": said("MED-H003", _typed("1e999999999", "double")),
    "exponent in a decimal": said("MED-H003", _typed("1E+300000000", "decimal")),
    "exponent in JSON-LD": dump("MED-H003", JSONLD, _json("1e999999999")),
    "negative exponent in JSON-LD": dump("MED-H003", JSONLD, _json("1e-999999999")),
    "integer of 60,000 digits": said("MED-H003", _typed("9" * 60_000, "integer")),
    "date of 60,000 digits": said("MED-H003", _typed("9" * 60_000 + "-01-01", "date")),
    "duration of 60,000 digits": said("MED-H003", _typed(f"P{'9' * 60_000}Y", "duration")),
    "base64 of 60,000 letters": said("MED-H003", _typed("A" * 60_000, "base64Binary")),
    "HTML nested in a literal": said(
        "MED-H003", f'<SUBJECT> <urn:s:p> "{"<b>" * 20_000}"^^'
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML> .",
    ),
    "surrogate in Turtle": said("MED-H200", '<SUBJECT> <urn:s:p> "\\uD800" .'),
    "surrogate in JSON-LD": dump("MED-H200", JSONLD, _json('"\\ud800"')),
    "surrogate beside our context": dump(
        "MED-H200", JSONLD,
        b'{"@context":"https://w3id.org/mediation-numerique/context.jsonld","@id":"urn:a",'
        b'"urn:s:p":"\\udfff"}',
    ),
    "character beyond Unicode": said("MED-H200", '<SUBJECT> <urn:s:p> "\\UFFFFFFFF" .'),
    "60,000 combining marks": said("MED-H003", f'<SUBJECT> <urn:s:p> "e{chr(0x301) * 30_000}" .'),
    "20,000 signs of direction": said(
        "MED-H003", f'<SUBJECT> <urn:s:p> "{chr(0x202E) * 20_000}" .'
    ),
    "characters that grow when normalised": said(
        "MED-H003", f'<SUBJECT> <urn:s:p> "{chr(0xFDFA) * 20_000}" .'
    ),
    "label of 1 MB": said(
        "MED-H003", lambda: f"<SUBJECT> <urn:s:p> _:{'x' * _BIG} . _:{'x' * _BIG} <urn:s:q> 1 ."
    ),
    "comment of 20 MB": said("MED-H208", lambda: f"#{'x' * 20 * _BIG}\n<SUBJECT> <urn:s:p> 1 ."),
    "20 MB of empty lines": said("MED-H003", lambda: "\n" * 20 * _BIG + "<SUBJECT> <urn:s:p> 1 ."),
}  # fmt: skip
_SLOW = (
    "20 MB of empty lines",
    "literal of 50 MB",
)
TERMS |= {name: slow(TERMS[name]) for name in _SLOW}
