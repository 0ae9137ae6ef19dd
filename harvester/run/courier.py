"""What a node fetches from mailboxes above and sends out: corrections, answers, pointers.

All of it goes through the one door to the web. The address of a mailbox opens it: it stands in the
environment, is sent nowhere else, followed to no other place, and is in no log and no error.
"""

import json
import logging
import os
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from harvester.errors import ExplainedError
from harvester.fetch import Conditions, Fetcher, Policy, Posted, checked_url, origin_of
from registry.formats.activity import CONTEXT
from registry.ledger.ledger import Ledger
from registry.tickets.arrivals import Arrivals
from registry.tickets.notices import MEDIA_TYPE, MOST_BYTES, Page, read_page
from registry.tickets.outbox import Sending, SendState, Sort
from registry.tickets.store import Tickets
from registry.tickets.upstreams import Upstream
from vocab.errors import MaillageError, UsageError

_log = logging.getLogger(__name__)
ASKED_S = 900.0
"""Seconds between two looks into a mailbox that says nothing of itself."""
FAULTY_S = 300.0
"""Seconds after which one is looked into again that could not be read."""
_MOST_PAGES = 20
"""Pages fetched of one mailbox at a time; the rest waits for the next look."""
_DEADLINE_S = 30.0
_LD = "application/ld+json"
_INBOX = "http://www.w3.org/ns/ldp#inbox"


class Courier:
    """Asks the mailboxes of a node, and sends what waits in its outbox.

    Args:
        tickets: those of the node.
        ledger: its ledger.
        namespace: prefix of what the node states itself.
        policy: under whose name and limits the web is asked.
        due: called with the addresses of the upstreams; gives those that announced something.
        environment: where the addresses of mailboxes stand.
    """

    def __init__(
        self,
        tickets: Tickets,
        ledger: Ledger,
        namespace: str,
        policy: Policy,
        *,
        due: Callable[[Collection[str]], Iterable[str]] = lambda _: (),
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._tickets = tickets
        self._ledger = ledger
        self._arrivals = Arrivals(tickets, ledger)
        self._actor = f"{namespace}pole"
        self._policy = replace(
            policy, deadline_s=_DEADLINE_S, max_bytes=MOST_BYTES, max_redirects=0, tries=1
        )
        self._due = due
        self._environment = environment
        self._known: set[str] = set()

    def round(self) -> None:
        """Ask whom it is time to ask, send what is due; what goes wrong stops nothing else."""
        now = time.time()
        upstreams = self._tickets.upstreams.all()
        announced = set(self._due([each.url for each in upstreams])) if upstreams else set()
        for upstream in upstreams:
            wait_s = FAULTY_S if upstream.fault else ASKED_S
            is_due = not (now - wait_s < upstream.asked <= now)  # a clock set back keeps nobody
            is_new = upstream.url not in self._known  # since the start: what failed may be mended
            self._known.add(upstream.url)
            if is_due or is_new or upstream.url in announced:
                self._ask_and_note(upstream, now)
        for sent in self._tickets.outbox.due(Sort.ANSWER, now):
            self._answer(sent, now)
        for sent in self._tickets.outbox.due(Sort.POINTER, now):
            self._tickets.outbox.tried(sent, self._point(sent, now), now)

    # Asking

    def _ask_and_note(self, upstream: Upstream, now: float) -> None:
        try:
            self._ask(upstream, now)
        except ExplainedError as error:  # its sentence names the address of the mailbox
            status = error.details.get("status", "")
            self._note(upstream, f"{error.code} {status}".strip(), now)
        except MaillageError as error:
            self._note(upstream, str(error), now)

    def _note(self, upstream: Upstream, fault: str, now: float) -> None:
        _log.warning("the mailbox at %s was not read: %s", upstream.url, fault)
        self._tickets.upstreams.note(upstream.url, now, fault=fault)

    def _ask(self, upstream: Upstream, now: float) -> None:
        address = mailbox_address(upstream, self._environment)
        cursor, etag = upstream.cursor, upstream.etag
        with self._fetcher(upstream) as fetcher:
            for _ in range(_MOST_PAGES):
                asked = f"{address}?apres={cursor}" if cursor else address
                found = fetcher.fetch(asked, Conditions(etag or None), MEDIA_TYPE)
                if found.status == 304:
                    break
                page = read_page(found.body)
                self._take(upstream, page, now)
                cursor, etag = page.cursor or cursor, found.conditions.etag or ""
                self._tickets.upstreams.note(upstream.url, now, cursor=cursor, etag=etag)
                if not page.cursor:
                    break
                etag = ""  # of another page
        self._tickets.upstreams.note(upstream.url, now)

    def _take(self, upstream: Upstream, page: Page, now: float) -> None:
        for notice in page.notices:
            outcome = self._arrivals.take(upstream, notice, now)
            _log.info("a correction from %s: %s", upstream.url, outcome)
        for fault in page.faults:
            _log.warning("a notice from %s was left out: %s", upstream.url, fault)

    # Sending

    def _answer(self, sent: Sending, now: float) -> None:
        upstream = self._tickets.upstreams.by_url(sent.address)
        posted = Posted(410, "", 0.0)  # forgotten meanwhile
        if upstream is not None:
            posted = self._posted(upstream, sent.body.encode())
        outbox = self._tickets.outbox
        state = outbox.tried(sent, posted.status, now, location=_origin(posted.location),
                            wait_s=posted.wait_s)  # fmt: skip
        if state is not SendState.DELIVERED:
            _log.warning("an answer to %s: %s (%s)", sent.address, state, posted.status or "-")

    def _posted(self, upstream: Upstream, body: bytes) -> Posted:
        try:
            address = mailbox_address(upstream, self._environment)
            with self._fetcher(upstream) as fetcher:
                return fetcher.post(address, body, MEDIA_TYPE)
        except MaillageError:
            return Posted(0, "", 0.0)

    def _point(self, sent: Sending, now: float) -> int:
        """Tell the node of a source that something waits, without a word of it; give the status."""
        source = self._ledger.source(sent.address)
        if source is None or not source.namespaces:
            return 410
        said = {
            "@context": CONTEXT,
            "id": f"{sent.body}#{sent.id}",
            "type": "Announce",
            "actor": self._actor,
            "target": f"{source.namespaces[0]}pole",
            "object": sent.body,
            "published": datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds"),
        }
        policy = replace(self._policy, allow_private=source.allow_private)
        try:
            with Fetcher(policy) as fetcher:
                inbox = _inbox_of(fetcher, source.url)
                body = json.dumps(said).encode()
                return fetcher.post(inbox, body, _LD).status if inbox else 404
        except MaillageError:
            return 0

    def _fetcher(self, upstream: Upstream) -> Fetcher:
        return Fetcher(replace(self._policy, allow_private=upstream.allow_private))


def mailbox_address(upstream: Upstream, environment: Mapping[str, str]) -> str:
    """Return the address of the mailbox that an upstream gave this node.

    Raises:
        UsageError: the variable is not set, or holds no https address at the upstream's own origin.
    """
    name = upstream.variable
    given = environment.get(name, "").strip()
    try:
        address = checked_url(given, allow_private=upstream.allow_private)
    except MaillageError:
        address = ""
    if not given or not address or origin_of(address) != origin_of(upstream.url):
        raise UsageError(
            "the variable {name} holds no mailbox at {url}: put there the address that its "
            "operator gave you",
            name=name,
            url=upstream.url,
        )
    if urlsplit(address).scheme != "https" and not upstream.allow_private:
        raise UsageError("the mailbox in {name} must be an https address", name=name)
    return address.partition("?")[0]


def _inbox_of(fetcher: Fetcher, url: str) -> str:
    """Return the inbox that the home page of a source's node names; empty where it names none.

    It lies at the node's own site: a page is no reason to write to another.
    """
    home = urljoin(url, "../")
    page = fetcher.fetch(home, accept="text/html")
    found = (urljoin(page.url, each) for each in page.links(_INBOX))
    return next((each for each in found if origin_of(each) == origin_of(url)), "")


def _origin(location: str) -> str:
    """Return the site that an answer points to: its path may hold a secret."""
    parts = urlsplit(location)
    return f"{parts.scheme}://{parts.netloc}/" if parts.netloc else ""
