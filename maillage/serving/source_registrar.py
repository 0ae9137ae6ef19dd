"""Sources that operators register from the browser, looked at through the one door to the web."""

import threading
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from harvester.fetch import checked_url, policy_of
from harvester.fetch.kept import Kept
from harvester.grants import normal
from harvester.run.source_lock import source_lock
from harvester.sources.discover import Proposal, discover
from maillage.steps.hosting import check_free
from maillage.steps.naming import overlaps_with, source_of_address
from registry.ledger.options import Status
from registry.ledger.types import Source
from registry.node import Node
from registry.settings.config import Reach
from registry.sources.lifecycle import with_status
from registry.web.accounts.source_registrar import Asked, Registered
from vocab.errors import UsageError
from vocab.messages import Message
from vocab.redaction import public

_DEADLINE_S, _VISIT_S, _MAX_BYTES = 15.0, 30.0, 64_000_000
_WAIT_S = 3.0
_DECISIONS = frozenset({"release", "discard", "cancel"})
"""Words that ``maillage harvest`` reads as decisions."""


class NodeSourceRegistrar:
    """The registrar of a node (:class:`registry.web.accounts.source_registrar.SourceRegistrar`).

    One address is looked at at a time, within half a minute. Private addresses are asked only where
    dry runs may be: in a sample network, whose poles live on one machine.
    """

    def __init__(self, node: Node) -> None:
        self._node = node
        self._private = node.config.web_trials == Reach.PRIVATE
        self._looking = threading.BoundedSemaphore(1)

    def register(self, asked: Asked) -> Registered:
        """Look at an address and register what is found there, on trial.

        Raises:
            MaillageError: as the protocol says.
        """
        node = self._node
        url = checked_url(asked.url, allow_private=self._private)
        granted = tuple(map(_web_iri, asked.namespaces))
        found = self._found(url, asked.kind)
        name = asked.title or found.title or urlsplit(found.url).netloc
        slug = asked.slug or source_of_address(node.ledger, name, found.url)
        namespaces = granted or found.namespaces
        _check(found, namespaces, slug)
        made = Source(
            *(slug, slug, name, found.url, found.kind),
            namespaces=namespaces,
            allow_private=self._private,
            every_s=node.config.harvest_every_s,
        )
        with source_lock(node.ledger, slug):
            check_free(node, slug)
            others = node.ledger.sources(cursors=False)
            node.ledger.put_source(with_status(made, Status.PREVIEW, datetime.now(UTC)))
        for address in {url, found.url}:
            node.state.inbox.dismiss(address)
        return Registered(slug, tuple(overlaps_with(made, others)))

    def remove(self, slug: str) -> None:
        """Take a source away and delete its records.

        Raises:
            MaillageError: there is none, or it is being harvested.
        """
        node = self._node
        with source_lock(node.ledger, slug):
            if node.ledger.source(slug) is None:
                raise UsageError("no source is called {slug!r}", slug=slug)
            node.ledger.remove_source(slug)
            Kept(node.config.kept / slug).clear()

    def _found(self, url: str, kind: str) -> Proposal:
        if kind:
            return Proposal(kind, url, "", (), ())
        if not self._looking.acquire(timeout=_WAIT_S):
            raise UsageError("another address is being looked at: try again in a moment")
        try:
            policy = replace(
                policy_of(self._node.config),
                allow_private=self._private,
                deadline_s=_DEADLINE_S,
                max_visit_s=_VISIT_S,
                max_bytes=_MAX_BYTES,
                tries=1,
            )
            return discover(url, policy)
        finally:
            self._looking.release()


def _web_iri(iri: str) -> str:
    try:
        normal(iri)
    except ValueError as error:
        raise UsageError(
            "{iri!r} is no whole address with which those of records begin: write it like "
            "https://pole.example/id/",
            iri=iri,
        ) from error
    return iri


def _check(found: Proposal, namespaces: tuple[str, ...], slug: str) -> None:
    if not namespaces:
        raise UsageError(
            "{url} does not say at its own site how the addresses of its records begin (it says: "
            "{claimed}). Write it in the field for that",
            url=public(found.url),
            claimed=", ".join(found.claimed) or Message("nothing"),
        )
    if found.kind in {"table", "sitemap"} and not all(one.endswith("/") for one in namespaces):
        raise UsageError("the places are named under this beginning, so it must end in /")
    if slug in _DECISIONS:
        raise UsageError("{slug!r} is a word of a command: choose another name", slug=slug)
