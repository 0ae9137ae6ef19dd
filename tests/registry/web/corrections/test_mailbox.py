"""The mailbox of a pole's node: asked, acknowledged, answered; lied to."""

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registry.tickets.types import State
from registry.web.corrections import mailbox
from registry.web.site import clock
from tests.registry.web.corrections.conftest import FORM, Citizen
from tests.registry.web.network_of_tests import SmallNode, plain

CANARY = "Le lundi, mot rare"


@pytest.fixture
def address(own: SmallNode) -> str:
    """The address of the mailbox of the pole's source."""
    return f"/avis/zinc/{own.tickets.mailboxes.renew('zinc', now())}"


@pytest.fixture
def node_below(citizen: Citizen) -> FlaskClient:
    return citizen.client


def now() -> float:
    return clock.now().timestamp()


def items(answer: TestResponse) -> list[dict[str, Any]]:
    assert answer.json
    return list(answer.json["orderedItems"])


def test_a_correction_waits_there_with_its_words(
    own: SmallNode, citizen: Citizen, node_below: FlaskClient, address: str
) -> None:
    assert "dans le quart d'heure" in plain(citizen.get(FORM).text)
    citizen.propose(valeur=CANARY)
    first = node_below.get(address)
    again = node_below.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert first.mimetype == "application/activity+json"
    assert first.headers["Cache-Control"] == "no-store"
    assert address.rpartition("/")[2] not in first.text
    (item,) = items(first)
    assert (item["type"], item["target"]) == ("Offer", f"{own.config.base_url}id/place/simple")
    (ticket,) = own.tickets.listed(now())
    assert item["object"] == {
        "id": f"{own.config.namespace}correction/{ticket.number}", "type": "med:Correction",
        "med:field": "horaires", "content": CANARY, "med:evidence": "Affiché",
        "med:salt": own.tickets.salt(ticket.number),
    }  # fmt: skip
    assert ticket.mailed == 0


def test_a_cursor_acknowledges_once_and_cannot_be_guessed(
    own: SmallNode, citizen: Citizen, node_below: FlaskClient, address: str
) -> None:
    citizen.propose(valeur=CANARY)
    first = node_below.get(address).json
    assert first
    more = first["next"]
    for guessed in ("0" * 32, "x", "%27", more[-10:], ""):
        assert items(node_below.get(f"{address}?apres={guessed}"))
    assert items(node_below.get(address + more)) == []
    (ticket,) = own.tickets.listed(now())
    assert (ticket.mailed, ticket.value) == (now(), CANARY), "its own ticket stays"
    citizen.propose(valeur="Le mardi")
    replayed = items(node_below.get(address + more))
    assert [each["object"]["content"] for each in replayed] == ["Le mardi"]


def test_what_is_withdrawn_waits_no_more(
    own: SmallNode, citizen: Citizen, node_below: FlaskClient, address: str
) -> None:
    page = citizen.propose(valeur=CANARY)
    citizen.send(page, geste="retirer")
    (item,) = items(node_below.get(address))
    assert item["type"] == "Delete"
    assert CANARY not in str(item)
    kept = b"".join(file.read_bytes() for file in own.config.data.glob("tickets.sqlite*"))
    assert CANARY.encode() not in kept


def test_where_no_corrections_are_taken_there_is_no_mailbox(
    own: SmallNode, node_below: FlaskClient, address: str
) -> None:
    own.config = replace(own.config, corrections_enabled=False)
    assert node_below.get(address).status_code == 404


TOKENS = ["", "A" * 43, "A" * 42, "é" * 43, "A" * 5_000, "%27%3B%20drop"]


@pytest.mark.parametrize("token", TOKENS)
def test_a_guessed_address_opens_nothing(
    citizen: Citizen, node_below: FlaskClient, address: str, token: str
) -> None:
    citizen.propose(valeur=CANARY)
    for slug in ("zinc", "ping", "none"):
        for answer in (node_below.get(f"/avis/{slug}/{token}"),
                       node_below.post(f"/avis/{slug}/{token}", json={})):  # fmt: skip
            assert answer.status_code in {404, 405}
            assert CANARY not in answer.text


LIES: dict[str, tuple[dict[str, Any] | bytes, int]] = {
    "another seal": ({"med:seal": "0" * 32}, 404),
    "a seal passed on": ({"med:seal": f"{'0' * 32}.{'0' * 8}.{'0' * 32}"}, 404),
    "another correction": ({"object": "http://127.0.0.1/id/correction/0123456789"}, 404),
    "a reason of no list": ({"med:reason": "because"}, 400),
    "a question without words": ({"type": "Question", "content": " "}, 400),
    "another verb": ({"type": "Delete"}, 400),
    "words too long": ({"content": "x" * 1_001}, 400),
    "words that are none": ({"content": ["x"]}, 400),
    "an IRI that is none": ({"object": "javascript:alert(1)"}, 400),
    "no JSON": (b"{", 400),
    "no UTF-8": (b"\xff{}", 400),
    "too deep": (b'{"a":' * 17 + b"1" + b"}" * 17, 400),
    "too much": (b" " * (mailbox.MOST_BYTES + 1), 413),
}


def answer_to(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Reject", "object": item["object"]["id"], "med:seal": item["med:seal"],
            "med:reason": "abuse", "content": "non"}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_lies_change_nothing(
    own: SmallNode, citizen: Citizen, node_below: FlaskClient, address: str, lie: str
) -> None:
    citizen.propose(valeur=CANARY)
    said, code = LIES[lie]
    if isinstance(said, bytes):
        answer = node_below.post(address, data=said)
    else:
        (item,) = items(node_below.get(address))
        answer = node_below.post(address, json=answer_to(item) | said)
    assert answer.status_code == code, answer.text
    assert answer.json
    assert answer.json["error"]
    assert own.tickets.listed(now())[0].state is State.OPEN
    assert own.ledger.acts() == []


@pytest.mark.parametrize("whose", ["another mailbox", "renewed", "taken away", "another ticket"])
def test_nobody_answers_for_somebody_else(
    own: SmallNode, citizen: Citizen, node_below: FlaskClient, address: str, whose: str
) -> None:
    citizen.propose(valeur=CANARY)
    citizen.propose(valeur="Le mardi")
    mine, his = items(node_below.get(address))
    said = answer_to(mine)
    if whose == "another mailbox":
        address = f"/avis/ping/{own.tickets.mailboxes.renew('ping', now())}"
    elif whose == "renewed":
        own.tickets.mailboxes.renew("zinc", now())
    elif whose == "taken away":
        assert own.tickets.mailboxes.remove("zinc")
    else:
        said["object"] = his["object"]["id"]
    assert node_below.post(address, json=said).status_code == 404
    assert {each.state for each in own.tickets.listed(now())} == {State.OPEN}


def test_an_answer_is_taken_once_and_told_to_its_author(
    own: SmallNode, citizen: Citizen, node_below: FlaskClient, address: str
) -> None:
    page, other = citizen.propose(valeur=CANARY), citizen.propose(valeur="Le mardi")
    mine, his = items(node_below.get(address))
    own.tickets.mailboxes.renew("zinc", now())  # what was sealed before is still answered
    address = f"/avis/zinc/{own.tickets.mailboxes.renew('zinc', now())}"
    for _ in range(2):
        assert node_below.post(address, json=answer_to(mine)).status_code == 202
    assert "ce n'est pas une correction" in plain(citizen.get(page).text)
    assert "attente de la réponse" in plain(citizen.get(other).text)
    (act,) = own.ledger.acts()
    assert (act.what, act.by) == ("correction.declined", "mailbox")
    another = answer_to(mine) | {"type": "Accept"}
    assert node_below.post(address, json=another).status_code == 409
    citizen.send(other, geste="retirer")
    assert node_below.post(address, json=answer_to(his)).status_code == 410
