"""Documents that make their own parser work without end: contexts, comments, attributes, keys."""

from collections.abc import Iterable

from tests.security.bombs.bomb import JSONLD, TURTLE, XML, Bomb, dump, said, slow

_OURS = '"https://w3id.org/mediation-numerique/context.jsonld"'
_ELSEWHERE = "MED-H206"
_HEAD = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="urn:s:"'
_MANY = 200_000


def _context(context: str, rest: str = '"a":1') -> bytes:
    return f'{{"@context":{context},"@id":"urn:a",{rest}}}'.encode()


def _object(pairs: Iterable[str]) -> str:
    return "{" + ",".join(pairs) + "}"


def _noise(start: str, again: str) -> Bomb:
    """XML whose noise never ends: brackets that open and are not closed."""
    return dump("MED-H200", XML, lambda _: (f"{_HEAD}>{start}" + again * 2_000_000).encode())


DOCUMENTS: dict[str, Bomb] = {
    "context elsewhere": dump(_ELSEWHERE, JSONLD, _context('"http://169.254.169.254/"')),
    "context in a file": dump(_ELSEWHERE, JSONLD, _context('"file:///etc/passwd"')),
    "context that is the document": dump(_ELSEWHERE, JSONLD, _context('"/data"')),
    "context imported": dump(_ELSEWHERE, JSONLD, _context('{"@import":"http://10.0.0.1/"}')),
    "context of a property": dump(
        _ELSEWHERE, JSONLD, _context('{"a":{"@id":"urn:s:a","@context":"http://10.0.0.1/"}}')
    ),
    "context of a class": dump(
        _ELSEWHERE, JSONLD,
        _context('{"C":{"@id":"urn:C","@context":"http://10.0.0.1/"}}', '"@type":"C"'),
    ),
    "context in an array in a term": dump(
        _ELSEWHERE, JSONLD, _context('{"a":{"@id":"urn:a","@context":[["http://10.0.0.1/"]]}}')
    ),
    "term that names itself": dump("MED-H200", JSONLD, _context('{"a":"a:x"}')),
    "terms that name each other": dump(
        "MED-H200", JSONLD, _context('{"a":{"@id":"b:x"},"b":{"@id":"a:y"}}')
    ),
    "100,000 terms in a chain": dump(
        "MED-H208", JSONLD,
        lambda _: _context(
            _object(f'"t{n}":"t{n + 1}:x"' for n in range(100_000)), '"t0":1'
        ),
    ),
    "20,000 times our context": dump(
        "MED-H208", JSONLD, lambda _: _context(f"[{','.join([_OURS] * 20_000)}]")
    ),
    "our context in 20,000 terms": dump(
        "MED-H208", JSONLD,
        lambda _: _context(
            _object(
                f'"t{n}":{{"@id":"urn:t{n}","@context":{_OURS}}}' for n in range(20_000)
            )
        ),
    ),
    "a key twice among 200,000": dump(
        "MED-H200", JSONLD,
        lambda _: _object([*(f'"k{n}":1' for n in range(_MANY)), '"k0":1']).encode(),
    ),
    "not a number": dump("MED-H200", JSONLD, b'{"@id":"urn:a","urn:p":NaN}'),
    "without end": dump("MED-H203", JSONLD, lambda _: b'[{"@id":"urn:a"},' * _MANY),
    "comments without end": _noise("", "<!--"),
    "comments that nearly end": _noise("", "<!-- -- "),
    "sections without end": _noise("", "<![CDATA["),
    "instructions without end": _noise("", "<?x "),
    "tags without end": dump(
        "MED-H203", XML, lambda _: (f"{_HEAD}>" + "<s:a " * 2_000_000).encode()
    ),
    "nesting hidden by a comment in an attribute": dump(
        "MED-H203", XML,
        lambda _: (f'{_HEAD}><s:a s:x="<!--"><s:b>' + "<s:a><s:b>" * 50_000 + "-->").encode(),
    ),
    "text of escapes without end in JSON-LD": dump(
        "MED-H200", JSONLD, lambda _: b'{"@id":"' + b'\\"' * 2_000_000
    ),
    "ends without start": _noise("", "</s:a>"),
    "200,000 attributes": dump(
        "MED-H205", XML,
        lambda _: (
            f"{_HEAD}><s:a" + "".join(f' s:a{n}=""' for n in range(_MANY)) + "/></rdf:RDF>"
        ).encode(),
    ),
    "200,000 namespaces": dump(
        "MED-H205", XML,
        lambda _: (
            _HEAD + "".join(f' xmlns:n{n}="urn:n"' for n in range(_MANY)) + ">"
        ).encode(),
    ),
    "entities never declared": dump("MED-H200", XML, f"{_HEAD}>&a;&b;&c;</rdf:RDF>".encode()),
    "a character that is none": dump("MED-H200", XML, f"{_HEAD}>&#0;</rdf:RDF>".encode()),
    "one id 2,000 times": dump(
        "MED-H200", XML, (f"{_HEAD}>" + '<s:a rdf:ID="i"/>' * 2_000).encode()
    ),
    "quotes that open and do not close": said(
        "MED-H200", lambda: "[] " * 200 + "''' \"\"\" " + "' \" " * 1_000_000
    ),
    "three quotes after a backslash": said(
        "MED-H200", lambda: "[] " * 200 + '"""' + '\\"""' * 1_000_000
    ),
    "angles that open and do not close": said("MED-H200", lambda: "[] " * 200 + "<x" * 3_000_000),
    "hashes": said("MED-H200", lambda: "[] " * 200 + "#" * 5_000_000 + "\n["),
    "a zero among Turtle": dump("MED-H225", TURTLE, b"<a:a> <a:b> 1 .\0" + b"\0" * 1_000_000),
    "bytes that are no text": dump("MED-H202", TURTLE, b"\xf8\x88\x80\x80\x80" * 100_000),
    "overlong letters": dump("MED-H202", TURTLE, b"\xc0\xbc" * 100_000),
    "UTF-32": dump("MED-H202", TURTLE, "<a:a> <a:b> 1 .".encode("utf-32")),
}  # fmt: skip
_SLOW = (
    "our context in 20,000 terms",
    "20,000 times our context",
)
DOCUMENTS |= {name: slow(DOCUMENTS[name]) for name in _SLOW}
