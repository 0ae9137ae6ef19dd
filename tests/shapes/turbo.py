"""pyshacl-turbo as a second engine: SHACL in Rust, quick enough to judge every record.

Records are judged a portion at a time, in one graph: the contract asks nothing of nodes that other
records describe. A result belongs to the record whose IRI its focus node begins with.
"""

from collections.abc import Sequence

import rdflib
from pyshacl_turbo import CompiledShapes, compile_shapes
from rdflib.namespace import RDF, RDFS, SH

from shapes.contract import class_pairs, shapes_files
from shapes.oracle import OracleResult
from shapes.oracle_child import result_of
from vocab.ntriples import iri_of
from vocab.records import Record, root_of

PORTION = 1_000


def compiled() -> CompiledShapes:
    """Return the contract, compiled by the engine."""
    contract = rdflib.Graph()
    for path in shapes_files():
        contract.parse(path, format="turtle")
    made: CompiledShapes = compile_shapes(contract)
    return made


def ask(records: Sequence[Record], portion: int = PORTION) -> list[list[OracleResult] | None]:
    """Return the results on each record, as :meth:`shapes.oracle.Oracle.ask` does.

    Args:
        records: what is judged.
        portion: how many at once; 1 where records share an IRI or describe nodes of others.
    """
    program, answers = compiled(), []
    for start in range(0, len(records), portion):
        answers += _answers(program, records[start : start + portion])
    return answers


def report_of(program: CompiledShapes, records: Sequence[Record]) -> rdflib.Graph:
    """Return the validation report on records that stand in one graph."""
    body = "".join(record.body for record in records)
    _, report, text = program.validate(body + _classes(), data_graph_format="nt")
    assert isinstance(report, rdflib.Graph), text
    return report


def _answers(program: CompiledShapes, records: Sequence[Record]) -> list[list[OracleResult] | None]:
    report = report_of(program, records)
    nodes = report.subjects(RDF.type, SH.ValidationResult)
    results = [OracleResult(*result_of(report, node)) for node in nodes]
    if len(records) == 1:
        return [results]
    found: dict[str, list[OracleResult]] = {record.iri: [] for record in records}
    for result in results:
        found[root_of(result.focus[1:-1])].append(result)
    return [found[record.iri] for record in records]


def _classes() -> str:
    """Return what the vocabulary knows and records need not repeat, as N-Triples."""
    pairs = ((iri_of(below), iri_of(above)) for below, above in class_pairs())
    return "".join(f"<{below}> <{RDFS.subClassOf}> <{above}> .\n" for below, above in pairs)
