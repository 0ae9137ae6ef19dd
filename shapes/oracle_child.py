"""What the child of the other engine does: pySHACL on one record at a time.

Runs in a child of :mod:`sandbox`: it is told the shapes first, then record after record. What goes
wrong with a record ends it.
"""

from functools import lru_cache
from typing import Any

import rdflib
from pyshacl import validate
from rdflib.namespace import RDF, RDFS, SH
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.processor import SPARQLProcessor
from rdflib.plugins.sparql.sparql import Query

from sandbox.frames import Frame
from vocab.ntriples import literal

rdflib.NORMALIZE_LITERALS = False


class RememberingProcessor(SPARQLProcessor):
    """Prepares each SPARQL constraint once: rdflib takes 35 ms to parse one."""

    def query(self, strOrQuery: str | Query, *rest: Any, **named: Any) -> Any:  # noqa: N803  # rdflib's name
        """Answer a query, prepared already if it was asked before."""
        query = _prepared(strOrQuery) if isinstance(strOrQuery, str) else strOrQuery
        return super().query(query, *rest, **named)


_prepared = lru_cache(maxsize=256)(prepareQuery)


class _Judge:
    """Holds the shapes that it was told."""

    def __init__(self) -> None:
        self._shapes = rdflib.Graph()
        self._classes: list[list[str]] = []
        self._use: list[str] | None = None

    def answer(self, head: dict[str, Any], _body: bytes) -> Frame:
        """Take the shapes, or return the results on a record."""
        rdflib.NORMALIZE_LITERALS = False  # pySHACL turns it on again at the end of each run
        if "shapes" in head:
            for text in head["shapes"]:
                self._shapes.parse(data=text, format="turtle")
            self._classes, self._use = head["classes"], head["use"]
            return {}, b""
        data = _data(head["record"], self._classes)
        _, report, _ = validate(data, shacl_graph=self._shapes, use_shapes=self._use)
        return {"results": _results(report)}, b""


answer = _Judge().answer

_EVERYTHING = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:shape> a sh:NodeShape ; sh:targetNode <urn:a> ;
  sh:property [ sh:path <urn:p> ; sh:class <urn:c> ] ;
  sh:sparql [ sh:select "SELECT $this WHERE { $this <urn:p> ?value FILTER(?value > 1) }" ] .
"""


def prepare() -> None:
    """Load what judging a record may need, by judging one."""
    rdflib.plugin.register("sparql", rdflib.query.Processor, __name__, "RememberingProcessor")
    judge = _Judge()
    judge.answer({"shapes": [_EVERYTHING], "classes": [], "use": None}, b"")
    judge.answer({"record": '<urn:a> <urn:p> "1" .\n<urn:a> <urn:p> "é"@fr .\n'}, b"")


def _data(body: str, classes: list[list[str]]) -> rdflib.Graph:
    data = rdflib.Graph().parse(data=body, format="nt")
    for below, above in classes:
        data.add((rdflib.URIRef(below), RDFS.subClassOf, rdflib.URIRef(above)))
    return data


def _results(report: rdflib.Graph) -> list[list[Any]]:
    return [result_of(report, node) for node in report.subjects(RDF.type, SH.ValidationResult)]


def result_of(report: rdflib.Graph, node: rdflib.term.Node) -> list[Any]:
    """Return what a result says, as :class:`shapes.oracle.OracleResult` has it."""
    names = (
        SH.focusNode, SH.value, SH.resultSeverity, SH.sourceConstraintComponent, SH.sourceShape,
        SH.resultPath,
    )  # fmt: skip
    return [_term(report.value(node, name)) for name in names]


def _term(term: rdflib.term.Node | None) -> str | None:
    if isinstance(term, rdflib.URIRef):
        return f"<{term}>"
    if isinstance(term, rdflib.Literal):
        suffix = f"@{term.language.lower()}" if term.language else ""
        if not suffix and term.datatype and term.datatype != rdflib.XSD.string:
            suffix = f"^^<{term.datatype}>"
        return literal(str(term)) + suffix
    return None if term is None else "_:"
