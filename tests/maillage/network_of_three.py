"""Three real nodes on loopback: a nation reads a region, which reads a pole that writes places."""

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import requests

from harvester.fetch import Policy
from harvester.run.courier import Courier
from harvester.run.pipeline import Options, harvest
from maillage.serving.desk import LedgerDesk
from maillage.serving.post import courier_of
from maillage.steps.pole import publish_feed
from registry.accounts.database import Database
from registry.accounts.secret import make_secret
from registry.accounts.store import Accounts
from registry.accounts.types import Roles
from registry.ledger.acts import COMMAND
from registry.ledger.options import SourceOptions
from registry.ledger.types import Source
from registry.node import Node
from registry.settings.config import Config
from registry.tickets.closing import close_answered
from registry.tickets.upstreams import Upstream
from registry.web.app import create_app
from registry.web.site import clock
from registry.web.workspace.desk import Entry
from tests.registry.web.chromium import served
from vocab.mapping import PoleIdentity

PLACE = {
    "nom": "Médiathèque des Lilas", "commune": "Draguignan", "code_postal": "83300",
    "adresse": "1 place du Marché", "telephone": "+33494000001", "date_maj": "2026-01-05",
}  # fmt: skip
HERE = {"Sec-Fetch-Site": "same-origin"}
LOGIN, PASSWORD = "lise", "trombone cyan 84 lune"
OPTIONS = Options(policy=Policy(allow_private=True))


@dataclass
class Stop:
    """One node of the network, where it is served, what fetches and sends its post."""

    node: Node
    home: str
    courier: Courier

    @property
    def namespace(self) -> str:
        return self.node.config.namespace

    @property
    def now(self) -> float:
        return clock.now().timestamp()

    def reads(self, below: "Stop", *relayed: str) -> None:
        """Register the feed of a node below."""
        slug = below.node.config.slug
        source = Source(
            *(slug, slug, slug.title(), f"{below.home}feed/", "feed"),
            (below.namespace, *relayed),
            allow_private=True,
            options=SourceOptions(relays=relayed),
        )
        self.node.ledger.put_source(source)

    def harvests(self) -> None:
        """Harvest every node below, follow, close what was answered, publish."""
        for source in self.node.ledger.sources():
            if source.kind == "feed":
                harvest(self.node.ledger, source, options=OPTIONS)
        self.follows()

    def follows(self) -> None:
        self.node.follow()
        close_answered(self.node.tickets, self.node.ledger.record, self.now)
        publish_feed(self.node)

    def writes(self, **changes: str) -> str:
        """Write the place on the node itself; give its IRI."""
        desk, pole = LedgerDesk(self.node), PoleIdentity("pole", self.namespace)
        iri = f"{self.namespace}place/lilas"
        before = self.node.ledger.record(iri)
        made = desk.propose("lilas", PLACE | changes, pole, before)
        assert made.record
        seen = before.content_hash if before else ""
        desk.enter("pole", Entry(iri, made.record, seen, "0" * 16, "test"))
        self.follows()
        return iri

    def answers(self, number: str, **form: str) -> None:
        """Answer a correction by the link that its pole got."""
        link = self.node.tickets.give_link(number, self.now)
        sent = requests.post(f"{self.home}reponse/{link}", form, headers=HERE, timeout=20)
        assert sent.status_code == 200, sent.text

    def files_with(self, words: str) -> list[Path]:
        """Every file of the node that holds these words."""
        files = (path for path in self.node.config.data.rglob("*") if path.is_file())
        return [path for path in files if words.encode() in path.read_bytes()]

    def kept(self) -> bytes:
        """All that the node has on its disk of corrections."""
        files = self.node.config.data.glob("tickets.sqlite*")
        return b"".join(file.read_bytes() for file in files)


@dataclass
class Three:
    """The nation, the region, the pole."""

    nation: Stop
    region: Stop
    pole: Stop
    mailboxes: dict[str, str]

    def propose(self, value: str, **more: str) -> str:
        """Correct the telephone at the nation; give the address of the page that follows it."""
        page = next(iter(self.nation.node.index.resources("Place", "r"))).path
        form = f"{self.nation.home}pole/r/{page}/corriger"
        said = {"quoi": "contact", "valeur": value, "comment": "Sur la porte", "tel-quel": "oui"}
        sent = requests.post(form, said | more, headers=HERE, timeout=20)
        assert sent.status_code == 200, sent.text
        found = re.search(r"/correction/[\w-]{43}", sent.url)
        assert found
        return f"{self.nation.home.rstrip('/')}{found[0]}"

    def down(self) -> None:
        """Have what waits travel to the pole."""
        for stop in (self.region, self.pole):
            for upstream in stop.node.tickets.upstreams.all():
                stop.node.tickets.upstreams.note(upstream.url, 0.0)
            stop.courier.round()

    def up(self) -> None:
        """Have what was answered travel to the nation, by mailbox and by harvest."""
        for stop in (self.pole, self.region):
            stop.courier.round()
        for stop in (self.region, self.nation):
            stop.harvests()


@contextmanager
def network_of_three(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, signs_in: bool = False
) -> Iterator[Three]:
    """Serve the three, one place published, harvested twice, mailboxes given.

    ``signs_in`` gives the pole's node an editor (:data:`LOGIN`, :data:`PASSWORD`).
    """
    with ExitStack() as opened:
        nation, region = (opened.enter_context(_stop(folder / slug, slug)) for slug in ("n", "r"))
        pole = opened.enter_context(_stop(folder / "p", "p", signs_in=signs_in))
        own = Source("pole", "p", "Pole", "x", "file", (pole.namespace,), every_s=0)
        pole.node.ledger.put_source(own)
        region.reads(pole)
        nation.reads(region, pole.namespace)
        mailboxes = {}
        for above, below in ((nation, region), (region, pole)):
            slug, now = below.node.config.slug, above.now
            token = above.node.tickets.mailboxes.renew(slug, now)
            name = f"MAILLAGE_CREDENTIALS_{slug.upper()}"
            mailboxes[slug] = f"{above.home}avis/{slug}/{token}"
            monkeypatch.setenv(name, mailboxes[slug])
            upstream = Upstream(above.home, above.namespace, name, allow_private=True)
            below.node.tickets.upstreams.add(upstream)
        pole.writes()
        region.harvests()
        nation.harvests()
        yield Three(nation, region, pole, mailboxes)


@contextmanager
def _stop(folder: Path, slug: str, *, signs_in: bool = False) -> Iterator[Stop]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    home = f"http://127.0.0.1:{port}/"
    config = Config(data=folder, slug=slug, base_url=home, namespace=f"{home}id/")
    if signs_in:
        config = replace(config, accounts_enabled=True)
        _add_editor(config)
    with Node.open(config) as node:
        desk = LedgerDesk(node) if signs_in else None
        with served(create_app(node, desk=desk), port):
            yield Stop(node, home, courier_of(node))


def _add_editor(config: Config) -> None:
    config.data.mkdir()
    make_secret(config)
    roles = Roles(poles=frozenset({config.slug}))
    with (
        Node.open(config) as node,
        closing(Accounts(Database.open(config, create=True), node.ledger)) as accounts,
    ):
        accounts.add(LOGIN, "Lise", "", roles, PASSWORD, COMMAND, "test")
