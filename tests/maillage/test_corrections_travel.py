"""Corrections come home: from the nation to the pole two nodes down, and the answer back."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from harvester.run.pipeline import harvest
from registry.ledger.types import Outcome as Committed
from registry.ledger.types import Source
from registry.tickets.arrivals import Arrivals, Outcome
from registry.tickets.notices import read_notice
from registry.tickets.outbox import SendState, Sort
from registry.tickets.store import DAY_S
from registry.tickets.types import State
from tests.maillage.network_of_three import HERE, OPTIONS, Three, network_of_three
from tests.registry.web.network_of_tests import plain

CANARY = "04 94 67 15 88"


@pytest.fixture
def three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Three]:
    with network_of_three(tmp_path, monkeypatch) as opened:
        yield opened


def seen(page: str) -> str:
    return plain(requests.get(page, timeout=20).text)


def test_a_correction_comes_home_and_the_ticket_closes(three: Three) -> None:
    page = three.propose(CANARY)
    three.down()
    (ticket,) = three.pole.node.tickets.listed(three.pole.now)
    assert (ticket.value, ticket.evidence, ticket.pole) == (CANARY, ("Sur la porte",), "p")
    assert CANARY.encode() not in three.region.kept(), "the region keeps nothing"
    for stop in (three.nation, three.region, three.pole):
        assert {file.name.partition("-")[0] for file in stop.files_with(CANARY)} <= {
            "tickets.sqlite"
        }, "in no feed, dump, index, ledger or other file before the pole says it"
    three.pole.answers(ticket.number, geste="demander", mots="Le standard ?")
    three.up()
    assert "Le standard ?" in seen(page)
    requests.post(page, {"geste": "repondre", "mots": "Oui, le standard"}, headers=HERE, timeout=20)
    three.down()
    (ticket,) = three.pole.node.tickets.listed(three.pole.now)
    assert (ticket.state, ticket.answers) == (State.OPEN, ("Oui, le standard",))
    three.pole.answers(ticket.number, geste="accepter", mots="Merci")
    three.pole.writes(telephone=CANARY)
    three.up()
    assert "Close : la fiche a changé sur ce point" in seen(page)
    place = next(iter(three.nation.node.index.resources("Place", "r")))
    assert CANARY in seen(f"{three.nation.home}pole/r/{place.path}")
    (ticket,) = three.nation.node.tickets.listed(three.nation.now)
    assert (ticket.state, ticket.reply) == (State.CORRECTED, "Merci")
    region = three.region.node.tickets
    assert region.listed(three.region.now) == []
    assert region.outbox.all() == []
    for words in (CANARY, "Sur la porte", "standard", "Merci"):
        assert words.encode() not in three.region.kept(), words


def test_a_withdrawn_one_is_erased_all_the_way_down(three: Three) -> None:
    page = three.propose(CANARY)
    three.down()
    assert len(three.pole.node.tickets.listed(three.pole.now)) == 1
    requests.post(page, {"geste": "retirer"}, headers=HERE, timeout=20)
    three.down()
    for stop in (three.nation, three.region, three.pole):
        assert stop.node.tickets.listed(stop.now) == []
        assert CANARY.encode() not in stop.kept()


def test_the_same_twice_and_a_place_that_is_gone_are_told(three: Three) -> None:
    three.propose(CANARY)
    nation, pole = three.nation.node.tickets, three.pole.node.tickets
    (waiting,), _cursor = nation.mailboxes.take("r", "", three.nation.now)
    three.region.courier.round()
    three.region.node.tickets.upstreams.note(three.nation.home, 0.0, cursor="0" * 32)
    three.down()
    assert [each.count for each in pole.listed(three.pole.now)] == [1]
    assert CANARY in waiting
    strange = waiting.replace("/place/lilas", "/place/autre").replace("Sur la porte", "")
    above = three.pole.node.tickets.upstreams.all()[0]
    arrivals = Arrivals(pole, three.pole.node.ledger)
    notice = read_notice(json.loads(strange))
    assert arrivals.take(above, notice, three.pole.now) is Outcome.REFUSED
    (told,) = (each for each in pole.outbox.all() if each.sort is Sort.ANSWER)
    assert '"med:reason": "not-ours"' in told.body
    assert CANARY not in told.body


def test_an_answer_is_tried_again_then_given_up_and_told(three: Three) -> None:
    three.propose(CANARY)
    three.down()
    tickets = three.pole.node.tickets
    (ticket,) = tickets.listed(three.pole.now)
    three.region.node.tickets.mailboxes.renew("p", three.pole.now)
    three.pole.answers(ticket.number, geste="accepter")
    three.pole.courier.round()
    told = tickets.outbox.of_ticket(ticket.number)
    (sent,) = (each for each in told if each.sort is Sort.ANSWER)
    assert (sent.state, sent.code, sent.body) == (SendState.UNDELIVERED, 404, "")
    tickets.erase(three.pole.now + 31 * DAY_S)
    assert tickets.outbox.all() == []


def test_a_pointer_has_a_mailbox_asked_at_once_and_carries_no_word(three: Three) -> None:
    nation, region, pole = three.nation, three.region, three.pole
    for stop in (region, pole):
        stop.courier.round()
    three.propose(CANARY)
    region.courier.round()
    assert nation.node.tickets.mailboxes.take("r", "", nation.now)[0], "it is not asked so soon"
    (pointer,) = nation.node.tickets.outbox.all()
    assert CANARY not in pointer.body
    nation.courier.round()
    assert nation.node.tickets.outbox.all() == []
    region.courier.round()
    assert nation.node.tickets.mailboxes.take("r", "", nation.now)[0] == []
    pole.courier.round()
    assert [each.value for each in pole.node.tickets.listed(pole.now)] == [CANARY]


def test_any_node_may_read_that_a_correction_is_there(three: Three) -> None:
    three.propose(CANARY)
    three.down()
    nation, ledger = three.nation, three.pole.node.ledger
    told = Source(
        *("n-corrections", "n", "Nation", f"{nation.home}pole/r/corrections.nt", "dump"),
        (nation.namespace,),
        allow_private=True,
    )
    ledger.put_source(told)
    assert harvest(ledger, told, options=OPTIONS).outcome is Committed.COMMITTED
    (record,) = ledger.records("n-corrections")
    assert list(ledger.refusals("n-corrections")) == []
    assert f'#ticketState> "{State.OPEN}"' in record.body
    assert f"#hasTarget> <{three.pole.namespace}place/lilas>" in record.body
    (ticket,) = three.pole.node.tickets.listed(three.pole.now)
    three.pole.answers(ticket.number, geste="accepter")
    three.up()
    harvest(ledger, told, options=OPTIONS)
    (record,) = ledger.records("n-corrections")
    assert f'#ticketState> "{State.ACCEPTED}"' in record.body
    three.pole.follows()
    assert {file.name.partition("-")[0] for file in three.pole.files_with(CANARY)} == {
        "tickets.sqlite"
    }
    for stop in (three.region, three.pole):
        slug = next(iter(stop.node.ledger.sources())).pole
        assert stop.node.tickets.published(None, stop.now) == [], "it was not written here"
        assert requests.get(f"{stop.home}pole/{slug}/corrections.ttl", timeout=20).ok
