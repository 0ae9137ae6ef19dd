"""A hosted pole moves to a node of its own: two real nodes, each with its part to say."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from harvester.fetch import Policy
from harvester.run.editing import Edit, commit_edit
from harvester.run.pipeline import Options, harvest
from harvester.run.proposal import proposed
from harvester.sources.discover import discover
from maillage.main import cli
from maillage.serving.following import Following
from maillage.steps.hosting import host_pole, publish_hosted
from maillage.steps.moving import CARRIED, lead_on, state_move, take_back, take_over
from maillage.steps.pole import publish_feed
from registry.ledger.types import Outcome, Source
from registry.node import Node
from registry.publish.pole import pole_of
from registry.search.query import Query
from registry.settings.config import Config, Pole
from registry.sources.succession import Side, Succession, in_force, succession_record
from registry.tickets.types import Field, Proposal
from registry.tickets.values import present
from registry.web.app import create_app
from tests.registry.web.chromium import served
from tests.registry.web.network_of_tests import plain
from vocab.errors import UsageError
from vocab.mapping import PoleIdentity
from vocab.namespaces import DCT, MED
from vocab.records import Record

BY, WHY = "a1b2c3", "they have a server now"
POLICY = Policy(allow_private=True)
CELLS = {"commune": "Draguignan", "code_postal": "83300", "adresse": "1 place du Marché",
         "latitude": "43.537", "longitude": "6.464"}  # fmt: skip


@dataclass
class Place:
    """A node, and where it is served."""

    node: Node
    address: str

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(self.address + path, headers=headers, timeout=20)

    def read(self, slug: str, feed: str) -> Outcome:
        """Register a feed once, and harvest it."""
        ledger = self.node.ledger
        if ledger.source(slug) is None:
            found = discover(feed, POLICY)
            ledger.put_source(
                Source(slug, slug, slug, found.url, found.kind, found.namespaces,
                       allow_private=True)
            )  # fmt: skip
        outcome = harvest(ledger, slug, options=Options(policy=POLICY)).outcome
        self.node.follow()
        return outcome


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture
def places(tmp_path: Path) -> Iterator[tuple[Place, Place]]:
    """The host of a pole with two places, and the new node of that pole."""
    with ExitStack() as stack:
        made = []
        for name in ("host", "new"):
            port = free_port()
            address = f"http://127.0.0.1:{port}/"
            config = Config(
                data=tmp_path / name, base_url=address, namespace=f"{address}id/", slug=name
            )
            node = stack.enter_context(Node.open(config))
            stack.enter_context(served(create_app(node), port))
            made.append(Place(node, address))
        host, new = made
        host_pole(host.node, "biblio", Pole("Bibliothèques", departements=("83",)), BY, WHY)
        enter(host, made_place(host, "lilas", "Médiathèque des Lilas"))
        enter(host, made_place(host, "a b", "Médiathèque du Port"))
        yield host, new


def space(host: Place) -> str:
    return f"{host.address}hote/biblio/id/"


def made_place(host: Place, local_id: str, name: str) -> Record:
    made = proposed(local_id, CELLS | {"nom": name}, PoleIdentity("biblio", space(host)))
    assert made.record
    return made.record


def enter(host: Place, record: Record) -> None:
    edit = Edit({record.iri: record}, {}, BY, WHY)
    commit_edit(host.node.ledger, "biblio", edit, datetime.now(UTC))
    publish(host)


def publish(place: Place) -> None:
    publish_feed(place.node)
    publish_hosted(place.node)
    place.node.follow()


def move(host: Place, new: Place) -> None:
    """Both nodes do their part, and the host reads the new one."""
    state_move(host.node, "biblio", f"{new.address}id/", BY, WHY)
    publish(host)
    take_over(new.node, f"{host.address}hote/biblio/feed/", POLICY)
    publish(new)
    assert host.read("new", f"{new.address}feed/") is Outcome.COMMITTED


def test_everything_moves_and_old_addresses_lead_on(places: tuple[Place, Place]) -> None:
    host, new = places
    old = f"{space(host)}place/lilas"
    record = host.node.ledger.record(old)
    assert record
    proposal = Proposal(old, "biblio", Field.HOURS, present(record, Field.HOURS), "Le lundi")
    token, _number = host.node.tickets.propose(proposal, time.time())
    move(host, new)
    assert host.node.index.count(Query()) == 4  # read, and not led on yet
    following = Following(host.node, host.node.state.board, publishing=True)
    following.look()  # leads on
    following.look()  # what leads on is followed
    publish(host)
    # The places, once, under the new addresses, with the same identifiers.
    assert host.node.index.count(Query()) == 2
    assert new.node.index.count(Query()) == 2
    said = new.node.ledger.record(f"{new.address}id/place/lilas")
    assert said
    assert "Médiathèque des Lilas" in said.body
    assert f"<{new.address}id/pole>" in said.body
    assert space(host) not in said.body
    own = new.node.ledger.record(f"{new.address}id/pole")
    assert own
    assert (pole_of(own).name, pole_of(own).departements) == ("Bibliothèques", ("83",))
    # Pages and IRIs of before lead on, in each form.
    for path in ("place/lilas", "place/a%20b"):
        gone = requests.get(f"{space(host)}{path}", headers={"Accept": "text/html"}, timeout=20)
        assert [each.status_code for each in gone.history] == [303, 301]
        assert gone.url == f"{host.address}pole/new/{path}"
        assert "Médiathèque" in gone.text
    assert host.get("pole/biblio/place/lilas.ttl").url.endswith("/pole/new/place/lilas.ttl")
    assert host.get("en/pole/biblio/place/lilas").url.endswith("/en/pole/new/place/lilas")
    assert host.get("pole/biblio").url == f"{host.address}pole/new"
    assert "pole/biblio" not in host.get("reseau").text
    assert "pole/biblio/place" not in host.get("sitemap-1.xml").text
    told = plain(host.get("pole/new").text)
    assert "ses anciennes adresses mènent ici" in told
    assert "ne le dit pas" not in told + plain(new.get("pole/new").text)
    # The data says so, and whoever reads the feed of the host learns it.
    left = host.node.ledger.record(old)
    assert left
    assert left.is_a(f"{MED}FormerRecord")
    assert f"<{DCT}isReplacedBy> <{new.address}id/place/lilas> ." in left.body
    # History and corrections follow.
    assert "/pole/biblio/place/lilas/historique" in host.get("pole/new/place/lilas/historique").text
    assert host.get("pole/biblio/place/lilas/historique").status_code == 200
    ticket = host.node.tickets.by_token(token, time.time())
    assert (ticket.place, ticket.pole, ticket.is_waiting) == (said.iri, "new", True)
    # Once more changes nothing.
    assert lead_on(host.node) == ()


def test_a_third_node_that_reads_both_has_each_place_once(
    places: tuple[Place, Place], tmp_path: Path
) -> None:
    host, new = places
    config = Config(data=tmp_path / "third", base_url="https://third.example/")
    with Node.open(config) as node:
        third = Place(node, "")
        feed = f"{host.address}hote/biblio/feed/"
        third.read("biblio", feed)
        assert node.index.count(Query()) == 2
        move(host, new)
        lead_on(host.node)
        publish(host)
        assert third.read("new", f"{new.address}feed/") is Outcome.COMMITTED
        assert third.read("biblio", feed) is Outcome.COMMITTED  # not held: nothing vanished
        assert node.index.count(Query()) == 2
        client = create_app(node).test_client()
        answer = client.get("/pole/biblio/place/lilas")
        assert (answer.status_code, answer.location) == (301, "/pole/new/place/lilas")


def test_one_side_alone_changes_nothing(places: tuple[Place, Place]) -> None:
    host, new = places
    state_move(host.node, "biblio", f"{new.address}id/", BY, WHY)
    publish(host)
    assert lead_on(host.node) == ()
    page = host.get("pole/biblio")
    assert "ne le dit pas encore" in plain(page.text)
    assert host.get("pole/biblio/place/lilas").history == []
    take_back(host.node, "biblio", BY, "they stay")
    publish(host)
    assert "ne le dit pas" not in plain(host.get("pole/biblio").text)
    with pytest.raises(UsageError, match="does not say that it moves"):
        take_back(host.node, "biblio", BY, "again")


def test_who_says_to_follow_another_alone_is_named(places: tuple[Place, Place]) -> None:
    host, new = places
    claim = succession_record(Succession(space(host), f"{new.address}id/"), Side.NEW)
    own = Source("own", "new", "New", "file", "file", (f"{new.address}id/",), every_s=0)
    new.node.ledger.put_source(own)
    edit = Edit({claim.iri: claim}, {}, BY, WHY)
    commit_edit(new.node.ledger, "own", edit, datetime.now(UTC))
    publish(new)
    host.read("new", f"{new.address}feed/")
    assert in_force(host.node.ledger, space(host)) is None
    assert lead_on(host.node) == ()
    assert "qui ne le dit pas" in plain(host.get("pole/new").text)
    assert host.get("pole/biblio").history == []
    latest = host.node.ledger.harvests("new", 1)[0]
    assert "MED-H023" in {each.code for each in latest.report.findings}


def test_what_is_not_said_by_the_host_is_not_taken(places: tuple[Place, Place]) -> None:
    host, new = places
    feed = f"{host.address}hote/biblio/feed/"
    with pytest.raises(UsageError, match="does not say that its pole goes on"):
        take_over(new.node, feed, POLICY)
    state_move(host.node, "biblio", "https://another.example/id/", BY, WHY)
    publish(host)
    with pytest.raises(UsageError, match="does not say that its pole goes on"):
        take_over(new.node, feed, POLICY)
    assert new.node.ledger.source(CARRIED) is None
    for wrong in (space(host), "https://another.example", "nothing/"):
        with pytest.raises(UsageError):
            state_move(host.node, "biblio", wrong, BY, WHY)
    with pytest.raises(UsageError, match="hosted here"):
        state_move(host.node, "nobody", "https://another.example/id/", BY, WHY)


def test_a_node_takes_once_and_a_move_is_for_good(places: tuple[Place, Place]) -> None:
    host, new = places
    move(host, new)
    with pytest.raises(UsageError, match="already"):
        take_over(new.node, f"{host.address}hote/biblio/feed/", POLICY)
    with pytest.raises(UsageError, match="has moved"):
        take_back(host.node, "biblio", BY, "no")


def command(place: Place, *words: str) -> tuple[int, str]:
    """Run a command at a node; give its exit code and what it says."""
    settings = place.node.config.data.parent / f"{place.node.config.slug}.toml"
    config = place.node.config
    settings.write_text(
        f'[node]\ndata = "{config.data}"\nslug = "{config.slug}"\nbase_url = "{config.base_url}"\n',
        encoding="utf-8",
    )
    done = CliRunner().invoke(cli, ["--lang", "en", "--config", str(settings), *words])
    return done.exit_code, done.output


def test_commands_move_a_pole(places: tuple[Place, Place]) -> None:
    host, new = places
    going = ("pole", "move", "biblio", "--reason", WHY)
    assert command(host, *going)[0] == 2
    assert command(host, *going, "--to", f"{new.address}id/", "--undo")[0] == 2
    code, said = command(host, *going, "--to", f"{new.address}id/")
    feed = f"{host.address}hote/biblio/feed/"
    assert (code, f"maillage pole take {feed}" in said) == (0, True)
    assert command(host, *going, "--undo")[0] == 0
    publish(host)
    assert command(new, "pole", "take", feed, "--allow-private")[0] == 2
    command(host, *going, "--to", f"{new.address}id/")
    publish(host)
    code, said = command(new, "pole", "take", feed, "--allow-private")
    assert (code, "4 created" in said) == (0, True), said
    assert f"maillage source add {new.address}feed/" in said
    publish(new)
    host.read("new", f"{new.address}feed/")
    code, said = command(host, *going, "--to", f"{new.address}id/")  # a host that does not serve
    assert (code, "biblio: 3 records lead on, 0 stay" in said) == (0, True), said
    assert "pole take" not in said
