"""The store on another machine: any SPARQL 1.1 service with a real default graph.

Same projection, same updates as the embedded one. The service is never exposed itself: visitors'
queries pass through :class:`RemoteQueries`, which checks them before and writes answers anew.
"""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Unpack

import pyoxigraph as ox
import requests

from registry.ledger.ledger import Ledger
from registry.store import comparing, formats, serialize, tokens, updates
from registry.store.errors import QueryTooLargeError, QueryUnavailableError, StoreError
from registry.store.projected import POSITION_GRAPH, VOCABULARY_GRAPH, Naming, Position, position_of
from registry.store.queries import Answer, Form, Limits, QueryOptions, with_insertions
from registry.store.service import UPDATE_TIMEOUT_S, Service, too_large
from vocab.messages import Message

_LOCK_WAIT_S = 900.0
_SOON_S = 5.0
_READ = f"SELECT ?p ?o {{ GRAPH <{POSITION_GRAPH}> {{ ?s ?p ?o }} }}"


class RemoteStore:
    """A projection of the ledger into a SPARQL service.

    The service's default graph and three named graphs belong to it: whatever else they hold is lost
    when it is filled.
    """

    name = "store"

    def __init__(self, service: Service, naming: Naming) -> None:
        """Name the service; nothing is asked of it yet."""
        self._service = service
        self._naming = naming

    def applied(self) -> int:
        """Return the last change that readers can see; 0 when the store must be filled anew."""
        position = self._position()
        return 0 if position is None else position.seq

    def shows(self) -> int | None:
        """Return the last change that readers can see; None when the service was emptied.

        Raises:
            StoreError: it does not answer soon.
        """
        position = self._position(_SOON_S)
        return None if position is None else position.seq

    def reset(self) -> None:
        """Empty the service: readers find nothing until the next :meth:`apply`."""
        # The position goes first: without it, whatever a crash leaves is filled anew.
        for graph in (POSITION_GRAPH, VOCABULARY_GRAPH, self._naming.harvests_graph):
            self._service.update(f"DROP SILENT GRAPH <{graph}>")
        self._service.update("CLEAR SILENT DEFAULT")

    def apply(self, ledger: Ledger, upto: int) -> None:
        """Bring the store to change ``upto``; each update is whole and carries its position.

        Raises:
            StoreError: the service refused, or a record of the ledger is not N-Triples.
            LockedError: another process has been following for a quarter of an hour.
        """
        with ledger.projection_lock(self.name, _LOCK_WAIT_S):
            target = updates.target_of(ledger, self._naming, upto)
            position = self._position()
            if position is not None and updates.can_go_on(ledger, position, target):
                steps = updates.catching_up(ledger, self._naming, position, target)
            else:
                self.reset()
                steps = updates.filling(ledger, self._naming, target)
            for text in steps:
                if text:
                    self._service.update(text)

    def differences(self, ledger: Ledger) -> list[Message]:
        """Return a sentence for each record in which the store departs from the ledger."""
        position = self._position()
        if position is None:
            return [] if ledger.head() == 0 else [comparing.EMPTY]
        with tempfile.TemporaryDirectory() as folder:
            # The copy is nobody's after the call: it is closed when its folder goes.
            return comparing.store_differences(
                ledger, self._naming, self._copy(Path(folder)), position
            )

    def damages(self) -> list[Message]:
        """Return nothing: the service looks after its own files."""
        return []

    def _position(self, time_s: float = UPDATE_TIMEOUT_S) -> Position | None:
        return _position(self._service, time_s)

    def _copy(self, folder: Path) -> ox.Store:
        """Copy the service's graphs here, where both sides are spelled alike."""
        store = ox.Store(folder / "store")
        received = folder / "received.nt"
        for graph in (None, VOCABULARY_GRAPH, self._naming.harvests_graph):
            with received.open("wb") as file:
                file.writelines(self._service.construct(graph))
            target = ox.NamedNode(graph) if graph else ox.DefaultGraph()
            store.bulk_load(path=received, format=ox.RdfFormat.N_TRIPLES, to_graph=target)
        return store


def _position(service: Service, time_s: float) -> Position | None:
    rows = service.bindings(_READ, time_s)
    return position_of({row["p"]["value"]: row["o"]["value"] for row in rows})


_FILLED = f"ASK {{ GRAPH <{POSITION_GRAPH}> {{ ?s ?p ?o }} }}"
"""The position of the service: written last when it is filled, taken away first."""


class RemoteQueries:
    """Visitors' queries to a SPARQL service, under our limits; used like a ``QueryPool``."""

    def __init__(self, service: Service, limits: Limits | None = None) -> None:
        """Name the service and the limits."""
        self._service = service
        self.limits = limits or Limits()

    def ask(self, query: str, **options: Unpack[QueryOptions]) -> Answer:
        """Answer one query; arguments and errors are those of ``Queries.ask``."""
        form = tokens.check(query, self.limits)
        media_type, syntax = formats.choose(form, options.get("accept"), options.get("format"))
        pairs = [("default-graph-uri", iri) for iri in options.get("default_graphs", ())]
        pairs += [("named-graph-uri", iri) for iri in options.get("named_graphs", ())]
        accepted = formats.NTRIPLES if form is Form.TRIPLES else formats.JSON
        url = requests.Request("POST", self._service.query_url, params=pairs).prepare().url
        limits = self.limits
        # The service would resolve relative IRIs against an address that nobody else knows.
        base_iri = options.get("base_iri")
        text = with_insertions(query, options.get("insertions", ()))
        text = f"BASE <{base_iri}> {text}" if base_iri else text
        self._check_filled()
        body = self._service.answer(url or "", text, accepted, limits.time_s, limits.answer_bytes)
        self._check_filled()  # what was emptied meanwhile has answered nothing
        return Answer(self._rewritten(body, form, syntax), media_type, form)

    def state(self) -> str | None:
        """Return the position of the service; None when it was emptied."""
        try:
            position = _position(self._service, _SOON_S)
        except StoreError as error:
            raise QueryUnavailableError("the triple store cannot be reached: try later") from error
        return str(position) if position else None

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

    def _rewritten(self, body: bytes, form: Form, syntax: str) -> bytes:
        """Read the service's answer to its end and write it anew: half an answer is none."""
        results: serialize.Results | Iterator[ox.Triple]
        try:
            if form is Form.TRIPLES:
                quads = ox.parse(body, format=ox.RdfFormat.N_TRIPLES)
                results = (quad.triple for quad in quads)
            else:
                results = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
            return serialize.answer_bytes(
                results, syntax, self.limits.rows, self.limits.answer_bytes
            )
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
