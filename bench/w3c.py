"""``w3c``: pass counts on the suites of the W3C, ours and pySHACL's in the same run.

SHACL core: a test passes when every result of its report is found and no other; "refused" are the
shapes that our compiler leaves to the other engine. RDF formats: the parsing child must refuse each
negative document and accept each positive one. What does not pass is named.
"""

import logging
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import rdflib
from pyshacl import validate as pyshacl_validate
from pyshacl.errors import ReportableRuntimeError

from harvester.errors import DocumentError
from harvester.parsing import Parser
from shapes.classes import Hierarchy
from shapes.engine import Engine
from shapes.graph import graph_of_triples
from tests.harvester.parsing.rdf_suite import documents
from tests.shapes import suite

Key = tuple[str, ...]


def run() -> dict[str, Any]:
    """Return counts of passes and, by name, what does not pass."""
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)  # ill-formed literals are the point
    with tempfile.TemporaryDirectory() as folder:
        suite.unpack(Path(folder))
        names = [name for name in suite.names() if name.startswith("core/")]
        verdicts = {name: _shacl(Path(folder) / name) for name in names}
    return {**_shacl_counts(verdicts), **_formats()}


def _shacl_counts(verdicts: dict[str, tuple[str, str]]) -> dict[str, Any]:
    found: dict[str, Any] = {"shacl_core_tests": len(verdicts)}
    for place, engine in enumerate(("compiled", "pyshacl")):
        told = {name: verdict[place] for name, verdict in verdicts.items()}
        found[f"shacl_core_{engine}_passed"] = sum(word == "passed" for word in told.values())
        for word in ("refused", "wrong"):
            named = [name for name, verdict in told.items() if verdict == word]
            found[f"shacl_core_{engine}_{word}"] = named
    return found


def _shacl(path: Path) -> tuple[str, str]:
    """Return the verdicts on one test: the compiler's and pySHACL's."""
    case = suite.read(path)
    return _by_compiler(case), _word(_by_pyshacl(path), case.expected)


def _word(found: Counter[Key] | None, expected: Counter[Key] | None) -> str:
    return "passed" if found == expected else "wrong"


def _by_compiler(case: suite.Case) -> str:
    engine = Engine(case.shapes, Hierarchy([]))
    if engine.refused:
        return "passed" if case.expected is None else "refused"
    return _word(
        Counter(suite.key(result) for result in engine.check_graph(case.data)), case.expected
    )


def _by_pyshacl(path: Path) -> Counter[Key] | None:
    """Return pySHACL's results, or None where it says that the shapes are ill-formed."""
    data, shapes = (_rdflib_graph(part) for part in suite.files(path))
    try:
        _, report, _ = pyshacl_validate(data, shacl_graph=shapes)
    except ReportableRuntimeError:
        return None
    if not isinstance(report, rdflib.Graph):
        return None
    text = report.serialize(format="nt").encode()
    return suite.results(graph_of_triples(ox.parse(text, format=ox.RdfFormat.N_TRIPLES)))


def _rdflib_graph(path: Path) -> rdflib.Graph:
    rdflib.NORMALIZE_LITERALS = False  # pySHACL turns it on again at the end of each run
    return rdflib.Graph().parse(path, format="turtle", publicID=path.as_uri())


def _formats() -> dict[str, Any]:
    counts: Counter[str] = Counter()
    wrong: dict[str, list[str]] = {"positive_refused": [], "negative_accepted": []}
    with Parser() as parser:
        for document in documents():
            kind = "positive" if document.is_valid else "negative"
            syntax = document.name.partition("/")[0]
            accepted = _is_accepted(parser, document.url, document.media_type, document.data)
            counts[f"{syntax}_{kind}"] += 1
            counts[f"{syntax}_{kind}_passed"] += accepted == document.is_valid
            if accepted != document.is_valid:
                fault = "positive_refused" if document.is_valid else "negative_accepted"
                wrong[fault].append(document.name)
    return {**counts, **wrong}


def _is_accepted(parser: Parser, url: str, media_type: str, data: bytes) -> bool:
    try:
        parser.parse(url, media_type, data)
    except DocumentError:
        return False
    return True
