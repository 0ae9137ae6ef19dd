"""Documents nested deep, in every syntax."""

from tests.security.bombs.bomb import JSONLD, NT, QUADS, TRIG, TURTLE, XML, Bomb, dump, served

_MANY = 100_000
_DEEP = "MED-H203"
_RDF = b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="urn:s:">'
_SPACE = b"http://www.sitemaps.org/schemas/sitemap/0.9"


def _deep(media_type: str, start: bytes, again: bytes, code: str = _DEEP) -> Bomb:
    return dump(code, media_type, lambda _: start + again * _MANY)


NESTING: dict[str, Bomb] = {
    "Turtle blank nodes": _deep(TURTLE, b"<a:a> <a:b> ", b"[ <a:b> "),
    "Turtle collections": _deep(TURTLE, b"<a:a> <a:b> ", b"("),
    "Turtle triple terms": _deep(TURTLE, b"<a:a> <a:b> ", b"<<( <a:a> <a:b> "),
    "Turtle reified triples": _deep(TURTLE, b"", b"<< <a:a> <a:b> "),
    "Turtle annotations": _deep(TURTLE, b"<a:a> <a:b> <a:c> ", b"{| <a:b> <a:c> "),
    "Turtle lists of nodes of lists": _deep(TURTLE, b"<a:a> <a:b> ", b"([ <a:b> "),
    "nesting hidden by texts": _deep(TURTLE, b"<a:a> <a:b> ", b'[ <a:b> "]" , '),
    "nesting hidden by long texts": _deep(TURTLE, b"<a:a> <a:b> ", b"[ <a:b> ''']\"''' , "),
    "nesting hidden by comments": _deep(TURTLE, b"<a:a> <a:b> ", b"[ <a:b> #]\n"),
    "nesting hidden by comments of one line": _deep(TURTLE, b"<a:a> <a:b> ", b"[ <a:b> #]\r"),
    "nesting hidden by IRIs": _deep(TURTLE, b"<a:a> <a:b> ", b"[ <a:]> "),
    "nesting hidden by escapes": _deep(TURTLE, b'<a:a> <a:b> "\\"]" ; <a:b> ', b"[ <a:b> "),
    "nesting after ends without start": _deep(TURTLE, b"]" * _MANY, b"[ <a:b> ", "MED-H200"),
    "TriG graphs": _deep(TRIG, b"", b"<a:g> { "),
    "TriG graphs by keyword": _deep(TRIG, b"", b"GRAPH <a:g> { "),
    "TriG nodes in a graph": _deep(TRIG, b"<a:g> { <a:a> <a:b> ", b"[ <a:b> "),
    "N-Triples triple terms": _deep(NT, b"<a:a> <a:b> ", b"<<( <a:a> <a:b> "),
    "N-Quads triple terms": _deep(QUADS, b"<a:a> <a:b> ", b"<<( <a:a> <a:b> "),
    "JSON-LD arrays": _deep(JSONLD, b"", b"["),
    "JSON-LD objects": _deep(JSONLD, b"", b'{"a:b":'),
    "JSON-LD graphs": _deep(JSONLD, b"", b'{"@graph":['),
    "JSON-LD lists": _deep(JSONLD, b"", b'{"a:b":{"@list":['),
    "JSON-LD contexts": _deep(JSONLD, b"", b'{"@context":{"a":{"@id":"a:a","@context":'),
    "JSON-LD contexts in arrays": _deep(JSONLD, b'{"@context":', b"["),
    "JSON-LD reverse": _deep(JSONLD, b"", b'{"@reverse":{"a:b":'),
    "JSON-LD hidden by texts": _deep(JSONLD, b"", b'{"a:]}\\"":'),
    "RDF/XML elements": _deep(XML, _RDF, b"<s:a><s:b>"),
    "RDF/XML literals": _deep(XML, _RDF + b'<s:a><s:b rdf:parseType="Literal">', b"<b>"),
    "RDF/XML resources": _deep(XML, _RDF + b"<s:a>", b'<s:b rdf:parseType="Resource">'),
    "RDF/XML collections": _deep(XML, _RDF + b"<s:a>", b'<s:b rdf:parseType="Collection"><s:a>'),
    "RDF/XML hidden by comments": _deep(XML, _RDF, b"<s:a><!--</s:a>--><s:b>"),
    "RDF/XML hidden by sections": _deep(XML, _RDF, b"<s:a><![CDATA[</s:a>]]><s:b>"),
    "RDF/XML hidden by attributes": _deep(XML, _RDF, b'<s:a s:x="/>"><s:b>'),
    "sitemap elements": served(
        "sitemap", _DEEP, "application/xml", b'<urlset xmlns="' + _SPACE + b'">' + b"<url>" * _MANY
    ),
    "sitemap index elements": served(
        "sitemap", _DEEP, "application/xml",
        b'<sitemapindex xmlns="' + _SPACE + b'">' + b"<sitemap>" * _MANY,
    ),
    "JSON table of arrays": served("table", "MED-H210", "application/json", b"[" * _MANY),
    "JSON table of objects": served("table", "MED-H210", "application/json", b'{"a":' * _MANY),
    "JSON cell of arrays": served(
        "table", "MED-H210", "application/json",
        b'[{"id":"p1","nom":' + b"[" * 5_000 + b"]" * 5_000 + b"}]",
    ),
    "GeoJSON coordinates": served(
        "table", "MED-H210", "application/geo+json",
        b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"p1"},'
        b'"geometry":{"type":"Polygon","coordinates":' + b"[" * _MANY,
    ),
    "stream of nested nodes": served("feed", _DEEP, TRIG, b"<a:a> <a:b> " + b"[ <a:b> " * _MANY),
    "catalogue of nested nodes": served("dcat", _DEEP, TURTLE, b"<a:a> <a:b> " + b"(" * _MANY),
}  # fmt: skip
