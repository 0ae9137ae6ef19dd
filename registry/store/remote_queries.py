"""Visitors' queries to a SPARQL service: checked before, bounded, written anew."""

import json
from typing import Unpack

import pyoxigraph as ox
import requests

from registry.store import formats, serialize, tokens
from registry.store.errors import QueryTooLargeError, QueryUnavailableError
from registry.store.limits import Limits
from registry.store.pool import Answer, QueryOptions
from registry.store.projected import POSITION_GRAPH
from registry.store.service import Service, too_large

_FILLED = f"ASK {{ GRAPH <{POSITION_GRAPH}> {{ ?s ?p ?o }} }}"
"""The position of the service: written last when it is filled, taken away first."""


class RemoteQueries:
    """Visitors' queries to a SPARQL service, under our limits; used like a ``QueryPool``.

    Attributes:
        limits: what one query may take.
    """

    def __init__(self, service: Service, limits: Limits | None = None) -> None:
        """Name the service and the limits."""
        self._service = service
        self.limits = limits or Limits()

    def ask(self, query: str, **options: Unpack[QueryOptions]) -> Answer:
        """Answer one query; arguments and errors are those of ``QueryPool.ask``."""
        form = tokens.check(query, self.limits)
        media_type, syntax = formats.choose(form, options.get("accept"), options.get("format"))
        pairs = [("default-graph-uri", iri) for iri in options.get("default_graphs", ())]
        pairs += [("named-graph-uri", iri) for iri in options.get("named_graphs", ())]
        accepted = formats.NTRIPLES if form is tokens.Form.TRIPLES else formats.JSON
        url = requests.Request("POST", self._service.query_url, params=pairs).prepare().url
        limits = self.limits
        # The service would resolve relative IRIs against an address that nobody else knows.
        base_iri = options.get("base_iri")
        text = f"BASE <{base_iri}> {query}" if base_iri else query
        self._check_filled()
        body = self._service.answer(url or "", text, accepted, limits.time_s, limits.answer_bytes)
        self._check_filled()  # what was emptied meanwhile has answered nothing
        return Answer(self._rewritten(body, form, syntax), media_type, form)

    def close(self) -> None:
        """Nothing is kept open."""

    def _check_filled(self) -> None:
        """Refuse to answer from a service that was emptied, or that is being filled."""
        limits = self.limits
        url = self._service.query_url
        body = self._service.answer(url, _FILLED, formats.JSON, limits.time_s, limits.answer_bytes)
        try:
            is_filled = json.loads(body)["boolean"] is True
        except (ValueError, KeyError, TypeError):
            is_filled = False
        if not is_filled:
            raise QueryUnavailableError("the triple store is being filled anew: try later")

    def _rewritten(self, body: bytes, form: tokens.Form, syntax: str) -> bytes:
        """Read the service's answer to its end and write it anew: half an answer is none."""
        bounds = syntax, self.limits.rows, self.limits.answer_bytes
        try:
            if form is tokens.Form.TRIPLES:
                quads = ox.parse(body, format=ox.RdfFormat.N_TRIPLES)
                return serialize.triples_bytes((quad.triple for quad in quads), *bounds)
            results = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
            return serialize.results_bytes(results, *bounds)
        except (SyntaxError, ValueError, OSError) as error:
            raise QueryUnavailableError(
                "the triple store did not finish its answer: ask for less, or later"
            ) from error
        except serialize.TooManyRowsError:
            raise QueryTooLargeError(
                "the answer has more than {rows} rows: use LIMIT and OFFSET", rows=self.limits.rows
            ) from None
        except serialize.TooManyBytesError:
            raise too_large(self.limits.answer_bytes) from None
