"""A node: the rooms of one data folder, opened together and closed together."""

import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from itertools import starmap
from pathlib import Path
from typing import Self

from registry.accounts.secret import check_safe
from registry.accounts.store import Accounts
from registry.follow import Follower, Progress, Projection, TripleStore, follow, rebuild
from registry.joining.store import Requests
from registry.ledger.errors import DamagedLedgerError
from registry.ledger.ledger import Ledger
from registry.publish.pole import PoleDescription, is_email
from registry.search.index import SearchIndex
from registry.settings.config import Config, Pole
from registry.state import NodeState
from registry.store.embedded import EmbeddedStore
from registry.store.kept import KeptQueries
from registry.store.pool import QueryPool
from registry.store.projected import Naming
from registry.store.queries import Limits, Queries
from registry.store.remote import RemoteQueries, RemoteStore
from registry.store.service import Service
from registry.tickets.store import Tickets
from registry.verify import Check, checked, verify, verify_files
from vocab.mapping import PoleIdentity
from vocab.vocabulary import vocabulary_ntriples


class Node:
    """What a node knows, and the way to what it shows.

    Attributes:
        config: the settings.
        ledger: the truth.
        store: triple store, a projection.
        index: search index, a projection.
        state: what it may lose at any time.
        tickets: corrections that visitors proposed.
        requests: of those who ask to join the network.
        publication: folder of the feed that a live node serves.
    """

    def __init__(
        self, config: Config, ledger: Ledger, store: TripleStore, index: SearchIndex
    ) -> None:
        self.config = config
        self.ledger = ledger
        self.store = store
        self.index = index
        self.state = NodeState(config)
        self.tickets = Tickets(config)
        self.requests = Requests(config)
        self.publication: Path = config.publication
        self._queries: Queries | None = None
        self._accounts: Accounts | None = None
        self._starting = threading.Lock()

    @classmethod
    def open(cls, config: Config) -> Self:
        """Open the rooms of a data folder, which is made when it does not exist.

        Raises:
            MaillageError: the ledger belongs to a newer version, or a file is damaged.
        """
        config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        ledger = Ledger.open(config.ledger_address)
        return cls(config, ledger, _store(config), _index(config))

    @property
    def projections(self) -> Sequence[Projection]:
        """The projections, in the order in which they follow the ledger."""
        return (self.store, self.index)

    @property
    def queries(self) -> Queries:
        """What answers visitors' queries; query processes start when first asked for."""
        with self._starting:
            if self._queries is None:
                self._queries = queries_of(self.config)
            return self._queries

    @property
    def accounts(self) -> Accounts:
        """Who may sign in; opened when first asked for, and only where that is safe.

        Raises:
            UnsafeError: the settings or the data folder are not fit for accounts.
            DamagedAccountsError: their database is damaged.
        """
        with self._starting:
            if self._accounts is None:
                check_safe(self.config)
                self._accounts = Accounts.open(self.config, self.ledger)
            return self._accounts

    def use_queries(self, queries: Queries) -> None:
        """Have queries answered by what another process keeps; this one then starts none."""
        self._queries = queries

    def follow(self, progress: Progress | None = None, *, index: Follower | None = None) -> int:
        """Bring the projections to the ledger's head; give that head.

        Args:
            progress: called with each that is there.
            index: brings the search index there in the place of this process.
        """
        return follow(self.ledger, (self.store, index or self.index), progress)

    def rebuild(self, progress: Progress | None = None, *, index: Follower | None = None) -> int:
        """Make the projections again from the ledger only; arguments as of :meth:`follow`."""
        return rebuild(self.ledger, (self.store, index or self.index), progress)

    def verify(self) -> tuple[Check, ...]:
        """Check the ledger, that every projection equals it, and all files that are served."""
        return (*verify(self.ledger, self.projections), *verify_files(self.config, self.ledger))

    def close(self) -> None:
        """Stop the query processes and close every file."""
        if self._queries is not None:
            self._queries.close()
        if self._accounts is not None:
            self._accounts.close()
        self.index.close()
        self.state.close()
        self.tickets.close()
        self.requests.close()
        self.ledger.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def verified(config: Config) -> tuple[Check, ...]:
    """Check every part of a data folder by itself: one that cannot be opened hides no other."""
    try:
        ledger = Ledger.open(config.ledger_address)
    except DamagedLedgerError as error:
        check = Check("ledger", (error.sentence,))
        checks = (
            ("store", lambda: _store(config).damages()),
            ("index", lambda: _index(config).damages()),
        )
        return (check, *starmap(checked, checks), *verify_files(config, None))
    with closing(ledger):
        compared = (
            ("ledger", ledger.verify),
            ("store", lambda: _store(config).differences(ledger)),
            ("index", lambda: _index(config).differences(ledger)),
        )
        return (*starmap(checked, compared), *verify_files(config, ledger))


def _index(config: Config) -> SearchIndex:
    return SearchIndex(config.data / "index.sqlite")


def _service(config: Config) -> Service | None:
    if not config.store_query_url:
        return None
    return Service(config.store_query_url, config.store_update_url, config.store_authorization)


def _store(config: Config) -> TripleStore:
    naming = Naming(config.base_url, vocabulary_ntriples())
    service = _service(config)
    if service is None:
        return EmbeddedStore(config.data / "store", naming)
    return RemoteStore(service, naming)


def query_limits(config: Config) -> Limits:
    """Return what one query may take."""
    return Limits(time_s=config.query_seconds)


def queries_of(config: Config) -> Queries:
    """Start what answers visitors' queries to a node."""
    limits = query_limits(config)
    service = _service(config)
    answering: Queries = (
        QueryPool(config.data / "store", limits)
        if service is None
        else RemoteQueries(service, limits)
    )
    return KeptQueries(answering, config.kept_queries_mb * 1_000_000)


def pole_identity(config: Config) -> PoleIdentity:
    """Return the identity under which the node's own places are written."""
    return PoleIdentity(config.slug, config.namespace, f"{config.namespace}pole")


def pole_description(
    config: Config, feed_url: str | None = None, generation: str = ""
) -> PoleDescription:
    """Return what the node says of itself in its feed.

    A node without a pole gives its title; one without ``contact_email``, the address in
    ``contact``, which it gives to the sites that it harvests anyway.

    Args:
        config: the settings.
        feed_url: address of the feed; None for the live node's own.
        generation: of its stream (:meth:`registry.ledger.ledger.Ledger.generation`).
    """
    said = asdict(config.pole or Pole(name=config.title))
    if not said["contact_email"] and is_email(config.contact):
        said["contact_email"] = config.contact
    return PoleDescription(
        **said,
        slug=config.slug,
        namespace=config.namespace,
        feed_url=feed_url or config.feed_url,
        sample=config.sample_notice,
        generation=generation,
    )
