"""Shapes of graphs: cliques, chains, rings, records with a million statements or nodes."""

from tests.security.bombs.bomb import JSONLD, TRIG, XML, Bomb, dump, said, slow

_LINK = "<urn:s:p>"
_LARGE = "MED-H010"
_TANGLED = "MED-H004"
_CLASS = "<SUBJECT> a <https://w3id.org/mediation-numerique/ns#Place> .\n"


def _clique(size: int) -> str:
    links = (f"_:n{a} {_LINK} _:n{b} .\n" for a in range(size) for b in range(size) if a != b)
    return f"{_CLASS}<SUBJECT> {_LINK} _:n0 .\n" + "".join(links)


def _chain(size: int, end: str = "") -> str:
    links = (f"_:n{a} {_LINK} _:n{a + 1} .\n" for a in range(size))
    return f"{_CLASS}<SUBJECT> {_LINK} _:n0 .\n" + "".join(links) + end


def _doubling(size: int) -> str:
    """Each node named twice by the one before it: 2^size paths."""
    links = (f"_:n{a} <urn:s:l> _:n{a + 1} .\n_:n{a} <urn:s:r> _:n{a + 1} .\n" for a in range(size))
    return f"{_CLASS}<SUBJECT> {_LINK} _:n0 .\n" + "".join(links)


def _same(size: int) -> str:
    """Nodes that nothing tells apart."""
    return _CLASS + "".join(
        f"<SUBJECT> {_LINK} _:n{n} .\n_:n{n} {_LINK} _:m{n} .\n" for n in range(size)
    )


GRAPHS: dict[str, Bomb] = {
    "clique of 10": said(_TANGLED, _clique(10)),
    "clique of 40": said(_TANGLED, _clique(40)),
    "clique of 300": said(_TANGLED, lambda: _clique(300)),
    "clique that hangs from nothing": said(
        "MED-H005", _clique(40).replace(f"<SUBJECT> {_LINK} _:n0 .", "").replace(_CLASS, "")
    ),
    "ring of 10,000": said(_TANGLED, lambda: _chain(9_999, f"_:n9999 {_LINK} _:n0 .")),
    "node that names itself": said(_TANGLED, _chain(0, f"_:n0 {_LINK} _:n0 .")),
    "chain of 1,000": said("MED-X002", lambda: _chain(1_000)),
    "chain of 100,000": said(_LARGE, lambda: _chain(100_000)),
    "2^60 paths": said("MED-P020", _doubling(60)),
    "2^1,000 paths": said("MED-X002", lambda: _doubling(1_000)),
    "1,000 nodes alike": said("MED-P020", lambda: _same(1_000)),
    "100,000 nodes alike": said("MED-P020", lambda: _same(100_000)),
    "node that two records share": said(
        _TANGLED, "<SUBJECT> <urn:s:p> _:a . <urn:s:other> <urn:s:p> _:a . _:a <urn:s:q> 1 ."
    ),
    "a million statements about one": said(
        _LARGE, lambda: "".join(f"<SUBJECT> <urn:s:p{n}> '' .\n" for n in range(1_000_000)),
    ),
    "100,000 values of one property": said(
        _LARGE, lambda: _CLASS + "".join(f"<SUBJECT> {_LINK} {n} .\n" for n in range(100_000)),
    ),
    "100,000 names": said(
        _LARGE,
        lambda: _CLASS
        + "".join(f'<SUBJECT> <https://schema.org/name> "n{n}" .\n' for n in range(100_000)),
    ),
    "100,000 classes": said(
        _LARGE, lambda: "".join(f"<SUBJECT> a <urn:s:C{n}> .\n" for n in range(100_000)),
    ),
    "100,000 languages": said(
        _LARGE,
        lambda: _CLASS
        + "".join(f'<SUBJECT> {_LINK} "{n}"@fr-x-a{n} .\n' for n in range(100_000)),
    ),
    "list of 100,000": said(_LARGE, lambda: f"<SUBJECT> {_LINK} ( {'1 ' * 100_000}) ."),
    "100,000 graphs": said(
        "MED-H003",
        lambda: "".join(f"<urn:g{n}> {{ <SUBJECT> <urn:s:p> 1 }}\n" for n in range(100_000)),
        TRIG,
    ),
    "200,000 foreign records": said(
        "MED-H217",
        lambda: "".join(f'<urn:x:{n}> {_LINK} "x" .\n' for n in range(200_000)),
    ),
    "list of 100,000 in JSON-LD": dump(
        _LARGE, JSONLD,
        lambda p: (
            f'{{"@id":"{p.url("/id/place/x")}","urn:s:p":{{"@list":[{"1," * 99_999}1]}}}}'
        ).encode(),
    ),
    "100,000 nodes in JSON-LD": dump(
        "MED-H401", JSONLD,
        lambda _: ("[" + ",".join(['{"urn:s:p":{"urn:s:q":1}}'] * 100_000) + "]").encode(),
    ),
    "100,000 items in RDF/XML": dump(
        _LARGE, XML,
        lambda p: (
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            f'<rdf:Seq rdf:about="{p.url("/id/place/x")}">'
            f"{'<rdf:li>1</rdf:li>' * 100_000}</rdf:Seq></rdf:RDF>"
        ).encode(),
    ),
    "a million dead ends": said(
        "MED-H208", lambda: "".join(f"_:n{n} {_LINK} 1 .\n" for n in range(1_000_000)),
    ),
}  # fmt: skip
_SLOW = (
    "200,000 foreign records",
    "a million dead ends",
    "a million statements about one",
    "100,000 nodes in JSON-LD",
    "list of 100,000",
    "list of 100,000 in JSON-LD",
    "chain of 100,000",
    "100,000 nodes alike",
    "100,000 graphs",
    "clique of 300",
    "100,000 items in RDF/XML",
)
GRAPHS |= {name: slow(GRAPHS[name]) for name in _SLOW}
