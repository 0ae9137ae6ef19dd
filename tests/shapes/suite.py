"""The W3C SHACL test suite, read out of the archive beside this file (see SOURCES.md)."""

import tarfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from shapes.graph import TYPE, Graph, graph_of_triples
from shapes.paths import read_path
from shapes.spec import Result
from vocab.namespaces import SH

ARCHIVE = Path(__file__).with_name("w3c-suite.tar.gz")
_MF = "<http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_SHT = "<http://www.w3.org/ns/shacl-test#"


@dataclass(frozen=True)
class Case:
    """One test: two graphs and the results expected, None when the shapes are ill-formed."""

    data: Graph
    shapes: Graph
    expected: Counter[tuple[str, ...]] | None


def unpack(folder: Path) -> None:
    """Write the suite's files; ``extractall(filter=…)`` is missing from Python before 3.11.4."""
    with tarfile.open(ARCHIVE) as archive:
        for member in filter(tarfile.TarInfo.isfile, archive):
            target = (folder / member.name).resolve()
            assert target.is_relative_to(folder.resolve()), member.name
            target.parent.mkdir(parents=True, exist_ok=True)
            content = archive.extractfile(member)
            assert content is not None
            target.write_bytes(content.read())


def names() -> list[str]:
    with tarfile.open(ARCHIVE) as archive:
        files = [name for name in archive.getnames() if name.endswith(".ttl")]
    return [
        name for name in files if not name.endswith(("manifest.ttl", "-data.ttl", "-shapes.ttl"))
    ]


def parse(path: Path) -> Graph:
    text = path.read_bytes()
    return graph_of_triples(ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=path.as_uri()))


def files(path: Path) -> tuple[Path, Path]:
    """The files of the data and of the shapes of a test."""
    graph = parse(path)
    _, action = _entry(graph)
    data, shapes = (graph.objects(action, f"{_SHT}{name}Graph>")[0] for name in ("data", "shapes"))
    return Path(data[len("<file://") : -1]), Path(shapes[len("<file://") : -1])


def read(path: Path) -> Case:
    graph = parse(path)
    data, shapes = files(path)
    loaded = {path: graph, data: parse(data), shapes: parse(shapes)}
    entry, _ = _entry(graph)
    return Case(loaded[data], loaded[shapes], _expected(graph, entry))


def _entry(graph: Graph) -> tuple[str, str]:
    entry = next(s for s, p, o in graph.triples() if p == TYPE and o == f"{_SHT}Validate>")
    return entry, graph.objects(entry, f"{_MF}action>")[0]


def _expected(graph: Graph, entry: str) -> Counter[tuple[str, ...]] | None:
    report = graph.objects(entry, f"{_MF}result>")[0]
    if report == f"{_SHT}Failure>":
        return None
    return Counter(_result(graph, node) for node in graph.objects(report, f"<{SH}result>"))


def results(report: Graph) -> Counter[tuple[str, ...]]:
    """The results of a graph that holds one report, as sh:ValidationReport."""
    return Counter(_result(report, node) for _, p, node in report.triples() if p == f"<{SH}result>")


def key(result: Result) -> tuple[str, ...]:
    """What one result of ours says, in the same words."""
    spec = result.spec
    return (
        anonymous(result.focus),
        spec.path,
        anonymous(result.value),
        spec.severity,
        spec.component,
        anonymous(spec.shape),
    )


def _result(graph: Graph, node: str) -> tuple[str, ...]:
    def get(name: str) -> str:
        return graph.value(node, f"<{SH}{name}>") or ""

    path = get("resultPath")
    return (
        anonymous(get("focusNode")),
        read_path(graph, path).text if path else "",
        anonymous(get("value")),
        get("resultSeverity")[1:-1],
        get("sourceConstraintComponent")[1:-1],
        anonymous(get("sourceShape")),
    )


def anonymous(term: str | None) -> str:
    """Labels of blank nodes mean nothing from one file to the next."""
    return "_:" if term and term[0] == "_" else term or ""
