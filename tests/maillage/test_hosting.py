"""A pole without a server: its places, its feed and its addresses on the node that hosts it."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from harvester.fetch import Policy
from harvester.run.editing import Edit, commit_edit
from harvester.run.pipeline import Options, harvest
from harvester.run.proposal import proposed
from harvester.sources.discover import discover
from maillage.steps.hosting import host_pole, publish_hosted
from maillage.steps.pole import publish_feed
from registry.ledger.ledger import Ledger
from registry.ledger.types import Outcome, Source
from registry.node import Node
from registry.publish.pole import pole_of
from registry.settings.config import Config, Pole
from registry.sources.hosted import is_hosted
from registry.web.app import create_app
from tests.registry.web.chromium import served
from vocab.errors import UsageError
from vocab.mapping import PoleIdentity
from vocab.records import Record

BY, WHY = "a1b2c3", "they have no server"
CELLS = {"commune": "Draguignan", "code_postal": "83300", "adresse": "1 place du Marché",
         "latitude": "43.537", "longitude": "6.464"}  # fmt: skip
LIBRARIES = Pole(
    "Médiathèques du Haut-Var", legal_form="syndicat mixte", street="1 place du Marché",
    postcode="83300", locality="Draguignan", representative_role="directrice",
    homepage="https://mediatheques.example/", contact_email="contact@mediatheques.example",
    departements=("83", "04"),
)  # fmt: skip


@dataclass
class Host:
    """A node that hosts poles, and where it is served."""

    node: Node
    address: str

    def place(self, slug: str, local_id: str, name: str) -> Record:
        pole = PoleIdentity(slug, f"{self.address}hote/{slug}/id/")
        cells = CELLS | {"nom": name}
        made = proposed(local_id, cells, pole).record
        assert made is not None
        return made

    def enter(self, slug: str, *places: Record) -> None:
        known = self.node.ledger.known(slug)
        edit = Edit({p.iri: p for p in places}, known, BY, WHY)
        commit_edit(self.node.ledger, slug, edit, datetime.now(UTC))
        self.node.follow()
        publish_hosted(self.node)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/"
    config = Config(data=tmp_path, base_url=address, namespace=f"{address}id/")
    with Node.open(config) as node, served(create_app(node), port):
        yield Host(node, address)


def test_a_pole_says_of_itself_what_it_said(host: Host) -> None:
    host_pole(host.node, "mediatheques", LIBRARIES, BY, WHY)
    record = host.node.ledger.record(f"{host.address}hote/mediatheques/id/pole")
    assert record is not None
    said = pole_of(record)
    assert said == Pole(**{n: getattr(LIBRARIES, n) for n in Pole.__slots__}
                        | {"departements": ("04", "83")})  # fmt: skip


def test_its_places_have_pages_and_addresses_of_their_own(host: Host) -> None:
    host_pole(host.node, "mediatheques", LIBRARIES, BY, WHY)
    host.enter("mediatheques", host.place("mediatheques", "l 1", "Médiathèque des Lilas"))
    iri = f"{host.address}hote/mediatheques/id/place/l%201"
    page = requests.get(iri, headers={"Accept": "text/html"}, timeout=20)
    assert page.history[0].status_code == 303
    assert page.url == f"{host.address}pole/mediatheques/place/l%201"
    assert "Médiathèque des Lilas" in page.text
    turtle = requests.get(iri, headers={"Accept": "text/turtle"}, timeout=20)
    assert f"{host.address}hote/mediatheques/id/place/l%201" in turtle.text
    for missing in ("hote/mediatheques/id/place/x", "hote/nul/id/place/l%201", "hote/../id/x"):
        assert requests.get(host.address + missing, timeout=20).status_code == 404


def test_a_registry_harvests_its_feed_as_that_of_any_pole(host: Host, tmp_path: Path) -> None:
    for slug in ("mediatheques", "fablabs"):
        host_pole(host.node, slug, LIBRARIES, BY, WHY)
    lilas = host.place("mediatheques", "lilas", "Lilas")
    for turn in range(3):  # changes of the two poles alternate
        host.enter("fablabs", host.place("fablabs", f"f{turn}", f"Fab {turn}"))
        host.enter("mediatheques", lilas, host.place("mediatheques", f"m{turn}", f"Méd {turn}"))
    policy = Policy(allow_private=True)
    found = discover(f"{host.address}hote/mediatheques/feed/", policy)
    assert found.namespaces == (f"{host.address}hote/mediatheques/id/",)
    source = Source("m", "m", "M", found.url, found.kind, found.namespaces, allow_private=True)
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'other.sqlite'}")
    ledger.put_source(source)
    done = harvest(ledger, source, options=Options(policy=policy))
    assert done.outcome is Outcome.COMMITTED
    assert ledger.known("m") == host.node.ledger.known("mediatheques")
    host.enter("mediatheques", host.place("mediatheques", "m9", "Neuf"))
    again = harvest(ledger, source, options=Options(policy=policy))
    assert again.report["counts"]["created"] == 1
    assert publish_hosted(host.node)[0].changed == ()
    ledger.close()


def test_the_feed_of_the_node_holds_its_poles_too(host: Host) -> None:
    host_pole(host.node, "mediatheques", LIBRARIES, BY, WHY)
    host.enter("mediatheques", host.place("mediatheques", "lilas", "Lilas"))
    publish_feed(host.node)
    dump = requests.get(f"{host.address}feed/stream.trig", timeout=20)
    assert dump.status_code == 200
    assert publish_feed(host.node).changed == ()


@pytest.mark.parametrize(
    "slug", ["", "Méd", "a b", "../x", "a" * 41, "mediatheques", "registre", "-x", "x%2f", "pole"]
)
def test_a_name_that_is_none_or_taken_is_refused(host: Host, slug: str) -> None:
    node = host.node
    taken = Config(data=node.config.data, slug="registre", base_url=host.address)
    node.config = taken  # only its own short name differs
    host_pole(node, "mediatheques", LIBRARIES, BY, WHY)
    with pytest.raises(UsageError):
        host_pole(node, slug, LIBRARIES, BY, WHY)
    assert [s.slug for s in node.ledger.sources()] == ["mediatheques"]
    assert is_hosted(taken, node.ledger.sources()[0])


@pytest.mark.parametrize(
    ("pole", "why"),
    [(Pole(" "), "name"), (Pole("x" * 301), "MED-X003"), (Pole("A", homepage="nulle"), "http")],
    ids=["nameless", "too long", "no address"],
)
def test_a_pole_that_is_refused_leaves_its_name_free(host: Host, pole: Pole, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        host_pole(host.node, "libre", pole, BY, WHY)
    with pytest.raises(UsageError, match="reason"):
        host_pole(host.node, "libre", LIBRARIES, BY, " ")
    assert host.node.ledger.sources() == ()
    host_pole(host.node, "libre", LIBRARIES, BY, WHY)


def test_a_name_that_was_used_once_is_not_given_again(host: Host) -> None:
    host_pole(host.node, "libre", LIBRARIES, BY, WHY)
    host.node.ledger.remove_source("libre")
    with pytest.raises(UsageError, match="names a pole already"):
        host_pole(host.node, "libre", LIBRARIES, BY, WHY)
