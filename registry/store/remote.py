"""The store on another machine: any SPARQL 1.1 service with a real default graph.

Same projection, same updates as the embedded one. The service is never exposed itself: visitors'
queries pass through :mod:`registry.store.remote_queries`.
"""

import tempfile

import pyoxigraph as ox

from registry.ledger.ledger import Ledger
from registry.store import comparing, updates
from registry.store.projected import (
    POSITION_GRAPH,
    VOCABULARY_GRAPH,
    Naming,
    Position,
    position_of,
)
from registry.store.service import UPDATE_TIMEOUT_S, Service
from registry.store.streams import stream
from vocab.messages import Message

_LOCK_WAIT_S = 900.0
_SOON_S = 5.0
_READ = f"SELECT ?p ?o {{ GRAPH <{POSITION_GRAPH}> {{ ?s ?p ?o }} }}"


class RemoteStore:
    """A projection of the ledger into a SPARQL service.

    The service's default graph and three named graphs belong to it: whatever else they hold is lost
    when it is filled.

    Attributes:
        name: the projection's name for people.
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

    def digest(self) -> str:
        """Return one hash for what readers see, comparable with an embedded store's."""
        with tempfile.TemporaryDirectory() as folder:
            sums = comparing.sums_of_store(self._copy(folder), self._naming)
        return comparing.sums_digest(sums)

    def differences(self, ledger: Ledger) -> list[Message]:
        """Return a sentence for each record in which the store departs from the ledger."""
        position = self._position()
        if position is None:
            return [] if ledger.head() == 0 else [comparing.EMPTY]
        with tempfile.TemporaryDirectory() as folder:
            return self._store_differences(ledger, position, folder)

    def damages(self) -> list[Message]:
        """Return nothing: the service looks after its own files."""
        return []

    def _store_differences(self, ledger: Ledger, position: Position, folder: str) -> list[Message]:
        # On return the copy is closed: its folder can go.
        return comparing.store_differences(ledger, self._naming, self._copy(folder), position)

    def _position(self, time_s: float = UPDATE_TIMEOUT_S) -> Position | None:
        rows = self._service.bindings(_READ, time_s)
        return position_of({row["p"]["value"]: row["o"]["value"] for row in rows})

    def _copy(self, folder: str) -> ox.Store:
        """Copy the service's graphs here, where both sides are spelled alike."""
        store = ox.Store(folder)
        for graph in (None, VOCABULARY_GRAPH, self._naming.harvests_graph):
            target = ox.NamedNode(graph) if graph else ox.DefaultGraph()
            blocks = stream(self._service.construct(graph))
            store.bulk_load(blocks, ox.RdfFormat.N_TRIPLES, to_graph=target)
        return store
