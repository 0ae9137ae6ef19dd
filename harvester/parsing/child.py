"""What a parsing child does: reads untrusted documents, with nothing but them.

Runs in a child of :mod:`sandbox`. A document that kills the parser kills that process only, and
whoever asked says which one.
"""

import json
import resource
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

import pyoxigraph as ox

from harvester import rules
from harvester.errors import DocumentError
from harvester.parsing import formats, scan
from harvester.parsing.group import Parsed, Statements, group_lines
from sandbox.frames import Frame
from vocab.namespaces import MED_ONTOLOGY

_PIECE = 4_000
"""Statements."""
_SHORTEST = len(b'_:a <a:> "" .\n')
"""What a statement takes at least: so few bytes that a piece is not full need not be counted."""
_DATASETS = frozenset({ox.RdfFormat.N_QUADS, ox.RdfFormat.TRIG, ox.RdfFormat.JSON_LD})
_GO_ON = frozenset({ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG})
_MAX_PROLOGUE = 16_384
_GRAPH = attrgetter("graph_name")
_HOME = MED_ONTOLOGY.removesuffix("/ns")
_CONTEXTS = (f"{_HOME}/context.jsonld", f"{_HOME}/context", f"{MED_ONTOLOGY}/context.jsonld")
"""Addresses of the one JSON-LD context that a document may name: it is kept locally."""


@cache
def local_contexts() -> dict[str, Any]:
    """Return the content of every allowed context by its address."""
    text = files("vocab").joinpath("context.jsonld").read_text("utf-8")
    return dict.fromkeys(_CONTEXTS, json.loads(text)["@context"])


def parse(url: str, media_type: str, data: bytes, max_bytes: int) -> Parsed:
    """Return the statements of a document, grouped by graph and record.

    Raises:
        DocumentError: it is not what it should be; the error says where.
    """
    data = scan.check_text(url, scan.unpack(url, data, max_bytes))
    kind = formats.decide(url, media_type, data[:4_000])
    scan.check_shape(url, data, kind)
    if kind == ox.RdfFormat.JSON_LD:
        data = scan.with_local_contexts(url, data, local_contexts())
    try:
        parsed = ox.parse(data, format=kind, base_iri=url)
        grouped = group_lines(url, _canonical(parsed, graphs=kind in _DATASETS))
    except (SyntaxError, ValueError) as error:
        raise DocumentError("MED-H200", url=url, reason=str(error)) from error
    return replace(grouped, prologue=_prologue(parsed)) if kind in _GO_ON else grouped


def _canonical(parsed: ox.QuadParser, *, graphs: bool) -> Iterator[Statements]:
    """Return the statements of a document by graph, in pieces that a cache holds."""
    for graph, quads in groupby(parsed, _GRAPH) if graphs else [(ox.DefaultGraph(), parsed)]:
        is_default = isinstance(graph, ox.DefaultGraph)
        name = "" if is_default else str(graph).strip("<>")
        end = b" .\n" if is_default else f" {graph} .\n".encode()
        yield from (Statements(name, text, end) for text in _texts(quads))


def _prologue(parsed: ox.QuadParser) -> str | None:
    """Give the directives that hold at the end of a document, unless they are too many to keep."""
    base = f"@base <{parsed.base_iri}> .\n" if parsed.base_iri else ""
    text = base + "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in parsed.prefixes.items())
    return text if len(text) <= _MAX_PROLOGUE else None


def _texts(statements: Iterator[ox.Quad]) -> Iterator[bytes]:
    """Write statements as N-Quads: their triples alone would have to be copied out first."""
    while text := ox.serialize(islice(statements, _PIECE), format=ox.RdfFormat.N_QUADS):
        yield text
        if len(text) < _SHORTEST * _PIECE or text.count(b"\n") < _PIECE:
            return


def prepare() -> None:
    """Load what reading a document may need."""
    local_contexts()
    rules.catalogue()


def answer(head: dict[str, Any], data: bytes) -> Frame:
    """Read a document: return an index of tab-separated lines and all bodies, end to end.

    Without them comes the code of what is wrong with it, and details.
    """
    try:
        grouped = parse(head["url"], head["media_type"], data, head["max_bytes"])
    except DocumentError as error:
        return {"code": error.code, "details": _plain(error.details)}, b""
    except MemoryError as error:  # pyoxigraph says so of a term that fills its buffer as well
        limit, _ = resource.getrlimit(resource.RLIMIT_AS)
        reason = str(error) or f"{limit:,} bytes"
        return {"code": "MED-H208", "details": {"url": head["url"], "reason": reason}}, b""
    index = "\n".join(
        f"{group.graph}\t{group.record}\t{len(group.body)}\t{int(group.tangled)}"
        for group in grouped.groups
    ).encode()
    head = {"unattached": grouped.unattached, "groups": len(grouped.groups), "index": len(index)}
    bodies = (group.body for group in grouped.groups)
    return head | {"prologue": grouped.prologue}, b"".join([index, *bodies])


def _plain(details: dict[str, object]) -> dict[str, Any]:
    return {k: v if isinstance(v, int | float) else str(v)[:2_000] for k, v in details.items()}
