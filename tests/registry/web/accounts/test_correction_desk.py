"""What a pole's editors and the operators see of corrections, and do about them."""

import re
from datetime import datetime, timedelta

import pytest

from registry.node import Node
from registry.tickets.types import Field, Proposal, State
from registry.tickets.values import present
from registry.web.site import clock
from tests.registry.web.accounts.conftest import Browser, account_of
from tests.registry.web.network_of_tests import SIMPLE, harvest, plain
from vocab.mapping import PoleIdentity, place_record

HOSTILE = "<script>alert(1)</script>"
LIST = "/espace/pole/zinc/corrections"
OPERATOR = "/administration/corrections"


def proposed(node: Node, slug: str = "zinc", value: str = "Le lundi", days: int = 0) -> str:
    record = place_record(SIMPLE, PoleIdentity(slug, f"https://{slug}.example/id/"))
    if node.ledger.record(record.iri) is None:
        harvest(node, slug, [record])
    said = present(record, Field.HOURS)
    evidence = f"Affiché {HOSTILE}"
    proposal = Proposal(record.iri, slug, Field.HOURS, said, value, evidence)
    then = clock.now() - timedelta(days=days)
    return node.tickets.propose(proposal, then.timestamp())[1]


def test_the_list_begins_with_what_waits_longest(browser: Browser, node: Node) -> None:
    young, old = proposed(node), proposed(node, value="Le mardi", days=40)
    browser.sign_in("zinc")
    page = plain(browser.get(LIST).text)
    assert page.index(old) < page.index(young)
    assert "2 corrections attendent, dont 1 depuis plus de trente jours" in page
    assert "40 jours" in page
    for path in ("/espace", "/espace/pole/zinc"):
        assert "2 corrections attendent" in plain(browser.get(path).text), path


DEEDS = [
    ({"geste": "accepter"}, State.ACCEPTED, "correction.accepted", ""),
    ({"geste": "refuser", "motif": "not-ours"}, State.DECLINED, "correction.declined",
     ": not-ours"),
    ({"geste": "demander", "mots": "Le samedi ?"}, State.ASKED, "correction.asked", ""),
]  # fmt: skip


@pytest.mark.parametrize(("form", "state", "what", "reason"), DEEDS)
def test_an_editor_answers(
    browser: Browser, node: Node, form: dict[str, str], state: State, what: str, reason: str
) -> None:
    number = proposed(node, value=f"Lundi {HOSTILE}")
    browser.sign_in("zinc")
    path = f"{LIST}/{number}"
    shown = browser.get(path).text
    assert "Lundi &lt;script&gt;" in shown
    assert HOSTILE not in shown
    assert "/lieux/simple" not in shown  # no form of places in this node
    answer = browser.post(path, path, **form)
    assert answer.location == f"{path}?fait=correction"
    kept = node.tickets.of_pole("zinc", number, clock.now().timestamp())
    assert kept.state is state
    act = node.ledger.acts(about=kept.place)[0]
    by = account_of(node, "zinc").number
    assert (act.what, act.why, act.by) == (what, number + reason, by)
    assert "samedi" not in "".join(each.why for each in node.ledger.acts())
    assert HOSTILE not in browser.get(path).text


@pytest.mark.parametrize(
    "form",
    [{}, {"geste": "effacer"}, {"geste": "refuser"}, {"geste": "demander", "mots": " "},
     {"geste": "accepter", "mots": "x" * 1_001}],
)  # fmt: skip
def test_an_answer_without_sense_changes_nothing(
    browser: Browser, node: Node, form: dict[str, str]
) -> None:
    number = proposed(node)
    browser.sign_in("zinc")
    path = f"{LIST}/{number}"
    assert browser.post(path, path, **form).status_code == 422
    assert node.tickets.of_pole("zinc", number, clock.now().timestamp()).state is State.OPEN
    assert node.ledger.acts(about="https://zinc.example/id/place/simple") == []


def test_another_pole_sees_and_does_nothing(browser: Browser, node: Node) -> None:
    number = proposed(node)
    browser.sign_in("ping")
    assert browser.get(LIST).status_code == 403
    # Nor by the way of its own pole.
    path = f"/espace/pole/ping/corrections/{number}"
    assert browser.get(path).status_code == 404
    assert browser.post(path, "/espace/compte", geste="accepter").status_code == 404


def test_the_operator_hands_over_what_nobody_got(browser: Browser, node: Node) -> None:
    node.accounts.set_disabled(
        account_of(node, "ping").number, disabled=True, by="command", why="t"
    )
    number, mine = proposed(node, "ping", "Le jeudi"), proposed(node, value="Le vendredi")
    browser.sign_in("operatrice")
    page = browser.get(OPERATOR).text
    assert number in page
    assert "Le jeudi" in page
    assert mine not in page
    given = browser.post(f"{OPERATOR}/{number}/lien", OPERATOR)
    found = re.search(r"https://maillage\.example(/reponse/[\w-]{43})", given.text)
    assert found
    assert found[1] not in browser.get(OPERATOR).text
    assert browser.post(f"{OPERATOR}/{mine}/lien", OPERATOR).status_code == 404
    assert browser.send(found[1], {"geste": "accepter"}).status_code == 200
    kept = node.tickets.of_pole("ping", number, clock.now().timestamp())
    assert kept.state is State.ACCEPTED
    assert [act.what for act in node.ledger.acts(about=kept.place)] == [
        "correction.accepted", "correction.link-given",
    ]  # fmt: skip


def test_erased_ones_are_not_there(
    browser: Browser, node: Node, monkeypatch: pytest.MonkeyPatch, stopped_clock: datetime
) -> None:
    number = proposed(node)
    node.tickets.answer(number, State.ACCEPTED, stopped_clock.timestamp())
    monkeypatch.setattr(clock, "FIXED", stopped_clock + timedelta(days=31))
    browser.sign_in("zinc")
    assert browser.get(f"{LIST}/{number}").status_code == 404
    assert number not in browser.get(LIST).text
