"""The other engine, in a process of its own: pySHACL on one record at a time.

Reads one JSON document on standard input (files of shapes, class pairs, shapes to use, record
bodies) and writes one JSON line per record. Nothing here touches the network or the disk beyond
the shapes files named; memory and processor time are taken away by the parent before it starts.
"""

import json
import sys
from functools import lru_cache
from typing import Any

import rdflib
from pyshacl import validate
from rdflib.namespace import RDF, RDFS, SH
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.processor import SPARQLProcessor
from rdflib.plugins.sparql.sparql import Query

from shapes.oracle import READY
from vocab.ntriples import literal

rdflib.NORMALIZE_LITERALS = False


class RememberingProcessor(SPARQLProcessor):
    """Prepares each SPARQL constraint once: rdflib takes 35 ms to parse one."""

    def query(self, strOrQuery: str | Query, *rest: Any, **named: Any) -> Any:  # noqa: N803  # rdflib's name
        """Answer a query, prepared already if it was asked before."""
        query = _prepared(strOrQuery) if isinstance(strOrQuery, str) else strOrQuery
        return super().query(query, *rest, **named)


_prepared = lru_cache(maxsize=256)(prepareQuery)


def main() -> None:
    """Answer the question on standard input."""
    rdflib.plugin.register("sparql", rdflib.query.Processor, __name__, "RememberingProcessor")
    question = json.load(sys.stdin)
    shapes = rdflib.Graph()
    for path in question["shapes"]:
        shapes.parse(path, format="turtle")
    sys.stdout.write(f"{READY}\n")  # what goes wrong from here on is a record's doing
    for body in question["records"]:
        rdflib.NORMALIZE_LITERALS = False  # pySHACL turns it on again at the end of each run
        data = _data(body, question["classes"])
        _, report, _ = validate(data, shacl_graph=shapes, use_shapes=question["use"])
        sys.stdout.write(json.dumps(_results(report)) + "\n")
        sys.stdout.flush()


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


if __name__ == "__main__":
    main()
