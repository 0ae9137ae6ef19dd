"""Writing a query's results, whole or not at all: an answer over its limit is no answer."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox

from vocab.namespaces import PREFIXES
from vocab.xml import with_blanks

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_BETWEEN_ROWS = {
    ox.QueryResultsFormat.JSON: b"},{",
    ox.QueryResultsFormat.XML: b"<result>",
    ox.QueryResultsFormat.CSV: b"\n",
    ox.QueryResultsFormat.TSV: b"\n",
}
"""What stands at least once for each row but the first; values may hold it too."""
_PREFIXED = (ox.RdfFormat.TURTLE, ox.RdfFormat.RDF_XML)

Results = ox.QuerySolutions | ox.QueryBoolean


class TooManyRowsError(Exception):
    """The answer has more solutions or triples than it may."""


class TooManyBytesError(Exception):
    """The answer has more bytes than it may."""


class _Sink(io.BytesIO):
    """A file in memory that refuses to grow beyond a limit."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._left = most

    def write(self, data: "ReadableBuffer") -> int:
        written = super().write(data)
        self._left -= written
        if self._left < 0:
            raise TooManyBytesError
        return written


def answer_bytes(
    results: Results | Iterable[ox.Triple], media_type: str, rows: int, most_bytes: int
) -> bytes:
    """Write solutions, a boolean or triples.

    Raises:
        TooManyRowsError: more than ``rows`` solutions or triples.
        TooManyBytesError: more than ``most_bytes`` bytes.
        OSError: the store could not be read to the end.
    """
    if isinstance(results, Results):
        return _results_bytes(results, media_type, rows, _Sink(most_bytes))
    return _triples_bytes(results, media_type, rows, _Sink(most_bytes))


def _results_bytes(results: Results, media_type: str, rows: int, sink: _Sink) -> bytes:
    syntax = ox.QueryResultsFormat.from_media_type(media_type) or ox.QueryResultsFormat.JSON
    results.serialize(sink, syntax)
    body = sink.getvalue()
    if syntax != ox.QueryResultsFormat.JSON:  # which writes an escape for each of them
        body = with_blanks(body)
    if isinstance(results, ox.QuerySolutions):
        _check_rows(body, syntax, rows)
    return body


def _triples_bytes(triples: Iterable[ox.Triple], media_type: str, rows: int, sink: _Sink) -> bytes:
    syntax = ox.RdfFormat.from_media_type(media_type) or ox.RdfFormat.TURTLE
    prefixes = PREFIXES if syntax in _PREFIXED else None
    ox.serialize(_counted(triples, rows), sink, syntax, prefixes=prefixes)
    body = sink.getvalue()
    return with_blanks(body) if syntax == ox.RdfFormat.RDF_XML else body


def _counted(items: Iterable[Any], most: int) -> Iterator[Any]:
    for number, item in enumerate(items):
        if number >= most:
            raise TooManyRowsError
        yield item


def _check_rows(body: bytes, syntax: ox.QueryResultsFormat, most: int) -> None:
    """Refuse more than ``most`` solutions; only a body that may hold more is read again."""
    if body.count(_BETWEEN_ROWS[syntax]) < most:
        return
    rows: Iterable[Any]
    if syntax == ox.QueryResultsFormat.CSV:
        rows = iter(csv.reader(io.StringIO(body.decode(), newline="")))
        next(iter(rows), None)
    else:
        rows = cast("Iterable[Any]", ox.parse_query_results(body, syntax))
    for _ in _counted(rows, most):
        pass
