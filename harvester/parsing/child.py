"""The parsing child: reads strangers' documents with memory, time and network taken away.

Borne by the nursery; speaks frames on its standard streams. A document that kills the parser kills
this process only, and whoever asked says which one.
"""

import ctypes
import os
import resource
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, islice
from operator import attrgetter
from typing import Any, BinaryIO

import pyoxigraph as ox

from harvester.errors import DocumentError
from harvester.parsing import contexts, formats, scan
from harvester.parsing.group import Grouped, Statements, group_lines
from harvester.parsing.wire import read_frame, write_frame

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PIECE = 4_000
"""Statements."""
_SHORTEST = len(b'_:a <a:> "" .\n')
"""What a statement takes at least: so few bytes that a piece is not full need not be counted."""
_DATASETS = frozenset({ox.RdfFormat.N_QUADS, ox.RdfFormat.TRIG, ox.RdfFormat.JSON_LD})
_GO_ON = frozenset({ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG})
_MAX_PROLOGUE = 16_384
_GRAPH = attrgetter("graph_name")


def parse(url: str, media_type: str, data: bytes, max_bytes: int) -> Grouped:
    """Give the statements of a document, grouped by graph and record.

    Raises:
        DocumentError: it is not what it should be; the error says where.
    """
    data = scan.check_text(url, scan.unpack(url, data, max_bytes))
    kind = formats.decide(url, media_type, data[:4_000])
    scan.check_shape(url, data, kind)
    if kind == ox.RdfFormat.JSON_LD:
        data = scan.with_local_contexts(url, data, contexts.local())
    try:
        parsed = ox.parse(data, format=kind, base_iri=url)
        grouped = group_lines(url, _canonical(parsed, graphs=kind in _DATASETS))
    except (SyntaxError, ValueError) as error:
        raise DocumentError("MED-H200", url=url, reason=str(error)) from error
    return replace(grouped, prologue=_prologue(parsed)) if kind in _GO_ON else grouped


def _canonical(parsed: ox.QuadParser, *, graphs: bool) -> Iterator[Statements]:
    """Give the statements of a document by graph, in pieces that a cache holds."""
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


def answer(stream: BinaryIO, grouped: Grouped) -> None:
    """Send the groups: an index of tab-separated lines, then all bodies end to end."""
    index = [
        f"{group.graph}\t{group.record}\t{len(group.body)}\t{int(group.tangled)}"
        for group in grouped.groups
    ]
    head = {"adrift": grouped.adrift, "groups": len(index), "prologue": grouped.prologue}
    write_frame(stream, head, "\n".join(index).encode())
    write_frame(stream, {}, b"".join(group.body for group in grouped.groups))


def lock_down(memory_bytes: int, cpu_s: int) -> None:
    """Take memory, processor time and network away from this process, for good."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Where namespaces are forbidden, a process that can open no descriptor still opens no socket.
    open_now = max(int(name) for name in os.listdir("/proc/self/fd"))  # noqa: PTH208  names only
    resource.setrlimit(resource.RLIMIT_NOFILE, (open_now, open_now))


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer one frame after another until the parent goes."""
    while (frame := read_frame(source)) is not None:
        head, data = frame
        try:
            answer(sink, parse(head["url"], head["media_type"], data, head["max_bytes"]))
        except DocumentError as error:
            write_frame(sink, {"code": error.code, "details": _plain(error.details)})
        except MemoryError as error:  # pyoxigraph says so of a term that fills its buffer as well
            limit, _ = resource.getrlimit(resource.RLIMIT_AS)
            details = {"url": head["url"], "reason": str(error) or f"{limit:,} bytes"}
            write_frame(sink, {"code": "MED-H208", "details": details})


def _plain(details: dict[str, object]) -> dict[str, Any]:
    return {k: v if isinstance(v, int | float) else str(v)[:2_000] for k, v in details.items()}
