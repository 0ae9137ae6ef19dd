"""Answering queries of visitors: a few killable processes over an immutable checkpoint.

A query that outlives its time or memory dies with its process, which is replaced; nobody else
notices. Readers see whole harvests only: a worker opens the checkpoint that ``CURRENT`` names.
"""

import logging
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Unpack

from registry.store import formats, tokens
from registry.store.errors import (
    QueryError,
    QueryExhaustedError,
    QueryRefusedError,
    QueryTimeoutError,
    QueryTooLargeError,
    QueryUnavailableError,
)
from registry.store.folders import Folders
from registry.store.queries import Answer, Insertion, Limits, QueryOptions, with_insertions
from registry.store.syntax import syntax_error
from sandbox.child import ChildError, DeadlineError, DeathError
from sandbox.frames import Frame
from sandbox.isolation import Bounds
from sandbox.pool import ChildPool

_LOG = logging.getLogger(__name__)
_TRIES = 2
WORK = "registry.store.worker"
_OPEN_FILES = 512
"""What RocksDB holds of one checkpoint."""


class QueryPool:
    """Query processes over the published checkpoint of an embedded store.

    Attributes:
        isolated: whether the host cuts the processes off from the network; where it does not,
            only the refusal of SERVICE in the text does.
    """

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        """Start the processes over the folder of an ``EmbeddedStore``."""
        self.limits = limits or Limits()
        self._folders = Folders(folder)
        bounds = Bounds(self.limits.memory_bytes, open_files=_OPEN_FILES)
        self._children = ChildPool(WORK, bounds, self.limits.concurrency)
        self.isolated = self._children.fill()
        if not self.isolated:
            _LOG.warning(
                "this host allows neither a network namespace nor a system-call filter: SPARQL "
                "queries are kept from the network only by refusing SERVICE in their text"
            )

    def ask(self, query: str, **options: Unpack[QueryOptions]) -> Answer:
        """Answer one query; arguments and errors are those of ``Queries.ask``."""
        form = tokens.check(query, self.limits)
        media_type, syntax = formats.choose(form, options.get("accept"), options.get("format"))
        insertions = options.get("insertions", ())
        request: dict[str, Any] = {
            "query": with_insertions(query, insertions),
            "syntax": syntax,
            "default_graphs": list(options.get("default_graphs", ())),
            "named_graphs": list(options.get("named_graphs", ())),
            "base_iri": options.get("base_iri", ""),
            "rows": self.limits.rows,
            "answer_bytes": self.limits.answer_bytes,
        }
        return Answer(self._answered(query, request, insertions), media_type, form)

    def state(self) -> str | None:
        """Return the name of the checkpoint in force and the moment at which it came."""
        checkpoint = self._folders.current()
        return f"{checkpoint.name}-{self._folders.published_at()}" if checkpoint else None

    def close(self) -> None:
        """End the processes that are free; those at work end with their query."""
        self._children.close()

    def _answered(
        self, query: str, request: dict[str, Any], insertions: Sequence[Insertion]
    ) -> bytes:
        # The checkpoint may have been replaced twice since it was named: once more then.
        for _ in range(_TRIES):
            header, body = self._exchange(request)
            if header["status"] == "ok":
                return body
            if header["status"] != "unopened":
                break
        raise self._refusal(query, header, insertions)

    def _exchange(self, request: dict[str, Any]) -> Frame:
        checkpoint = self._folders.current()
        if checkpoint is None:
            raise QueryUnavailableError("nothing has been published yet: ask again after a harvest")
        header = request | {"checkpoint": str(checkpoint)}
        limits = self.limits
        try:
            return self._children.ask(header, deadline_s=limits.time_s, wait_s=limits.wait_s)
        except (ChildError, OSError) as error:
            raise self._failure(error) from None

    def _failure(self, error: ChildError | OSError) -> QueryError:
        if isinstance(error, DeadlineError):
            return self._timeout()
        if isinstance(error, DeathError) and error.code is not None:
            return self._timeout() if error.code == -signal.SIGXCPU else self._exhausted(error.code)
        return QueryUnavailableError("every query process is busy: ask again in a few seconds")

    def _timeout(self) -> QueryError:
        return QueryTimeoutError(
            "the query did not end within {time_s:g} s: ask for less, or narrow it",
            time_s=self.limits.time_s,
        )

    def _exhausted(self, code: int) -> QueryError:
        if code == -signal.SIGSEGV:
            return QueryRefusedError("the query is too complex to be parsed: simplify it")
        return QueryExhaustedError(
            "the query needed more than {memory_bytes} MiB: ask for less, or narrow it",
            memory_bytes=self.limits.memory_bytes >> 20,
        )

    def _refusal(
        self, query: str, header: dict[str, Any], insertions: Sequence[Insertion]
    ) -> QueryError:
        message = header.get("message", "")
        if header["status"] == "rows":
            return QueryTooLargeError(
                "the answer has more than {rows} rows: use LIMIT and OFFSET, or download the "
                "whole data set",
                rows=self.limits.rows,
            )
        if header["status"] == "bytes":
            return QueryTooLargeError(
                "the answer has more than {answer_bytes} bytes: use LIMIT and OFFSET, or download "
                "the whole data set",
                answer_bytes=self.limits.answer_bytes,
            )
        if header["status"] == "memory":
            return self._exhausted(0)
        if header["status"] == "unopened":
            return QueryUnavailableError("the published data cannot be read: ask again later")
        return syntax_error(query, message, insertions)
