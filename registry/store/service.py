"""Client of a SPARQL 1.1 service: updates, our own queries, and bounded queries of visitors.

Credentials go in a header, never in an address; nothing that the service says in an error reaches
a visitor.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import requests
import urllib3

from registry.store import formats
from registry.store.errors import (
    QueryError,
    QueryRefusedError,
    QueryTimeoutError,
    QueryTooLargeError,
    QueryUnavailableError,
    StoreError,
)

UPDATE_TIMEOUT_S = 300.0
_BLOCK = 65_536
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Service:
    """Where a SPARQL service is.

    Attributes:
        query_url: address that answers queries.
        update_url: address that takes updates.
        authorization: value of the ``Authorization`` header; empty for none.
    """

    query_url: str
    update_url: str
    authorization: str = field(default="", repr=False)

    def update(self, text: str) -> None:
        """Send an update, which the service applies whole or not at all.

        Raises:
            StoreError: it could not be reached, or refused.
        """
        headers = {"Content-Type": "application/sparql-update; charset=utf-8"}
        with self._sent(self.update_url, text, headers, UPDATE_TIMEOUT_S) as response:
            if not response.ok:
                raise StoreError(
                    "{update_url} refused an update with {status}: check that it accepts SPARQL "
                    "1.1 Update with these credentials",
                    update_url=self.update_url,
                    status=response.status_code,
                )

    def construct(self, graph: str | None) -> Iterator[bytes]:
        """Stream a graph as N-Triples.

        Raises:
            StoreError: it could not be reached, or refused.
        """
        pattern = f"GRAPH <{graph}> {{ ?s ?p ?o }}" if graph else "?s ?p ?o"
        text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}"
        headers = _query_headers("application/n-triples")
        with self._sent(self.query_url, text, headers, UPDATE_TIMEOUT_S) as response:
            if not response.ok:
                raise StoreError(
                    "{query_url} refused a query with {status}",
                    query_url=self.query_url,
                    status=response.status_code,
                )
            yield from response.iter_content(_BLOCK)

    def bindings(self, text: str, time_s: float = UPDATE_TIMEOUT_S) -> list[dict[str, Any]]:
        """Return the solutions of a small query of ours, which answers within ``time_s`` seconds.

        Raises:
            StoreError: it could not be reached, or gave no SPARQL results.
        """
        headers = _query_headers(formats.JSON)
        with self._sent(self.query_url, text, headers, time_s) as response:
            try:
                return list(json.loads(response.content)["results"]["bindings"])
            except (ValueError, KeyError, TypeError) as error:
                raise StoreError(
                    "{query_url} gave no SPARQL results ({status})",
                    query_url=self.query_url,
                    status=response.status_code,
                ) from error

    def answer(self, url: str, text: str, accept: str, time_s: float, most_bytes: int) -> bytes:
        """Return a whole answer to a visitor's query within its time and size.

        Raises:
            QueryError: by what the client can do about it.
        """
        deadline = time.monotonic() + time_s
        try:
            with self._sent(url, text, _query_headers(accept), time_s) as response:
                body = _bounded(response, deadline, most_bytes)
        except StoreError as error:
            if time.monotonic() >= deadline:
                raise QueryTimeoutError(
                    "the query did not end within {time_s:g} s: ask for less", time_s=time_s
                ) from error
            raise QueryUnavailableError("the triple store cannot be reached: try later") from error
        if response.status_code >= _SERVER_ERROR:
            raise QueryUnavailableError("the triple store gave no answer: ask for less, or later")
        if not response.ok:
            raise QueryRefusedError("the query cannot be answered: check its syntax")
        return body

    def _sent(
        self, url: str, text: str, headers: dict[str, str], timeout_s: float
    ) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False  # neither .netrc nor a proxy of the environment
            if self.authorization:
                headers = headers | {"Authorization": self.authorization}
            try:
                return session.post(
                    url, text.encode(), headers=headers, timeout=timeout_s, stream=True,
                    allow_redirects=False,
                )  # fmt: skip
            except requests.RequestException as error:
                raise StoreError(
                    "the SPARQL service {url} cannot be reached ({error}): check that it runs",
                    url=url,
                    error=type(error).__name__,
                ) from error


def _query_headers(accept: str) -> dict[str, str]:
    return {"Content-Type": "application/sparql-query; charset=utf-8", "Accept": accept}


def _bounded(response: requests.Response, deadline: float, most_bytes: int) -> bytes:
    # read1 gives what has come: a slow drip cannot hold us beyond the deadline.
    chunks: list[bytes] = []
    size = 0
    while True:
        try:
            chunk = response.raw.read1(_BLOCK, decode_content=True)
        except (OSError, urllib3.exceptions.HTTPError) as error:
            raise StoreError("the answer broke off") from error
        if not chunk:
            return b"".join(chunks)
        size += len(chunk)
        chunks.append(chunk)
        if size > most_bytes:
            raise too_large(most_bytes)
        if time.monotonic() > deadline:
            raise StoreError("the answer came too slowly")


def too_large(most_bytes: int) -> QueryError:
    """Return the refusal of an answer over its size."""
    return QueryTooLargeError(
        "the answer has more than {most_bytes} bytes: use LIMIT and OFFSET", most_bytes=most_bytes
    )
