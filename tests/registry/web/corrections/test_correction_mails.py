"""A pole without accounts here gets a mail, and answers by a link that is good once."""

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

import pytest

from maillage.serving.mailing import Mailing
from registry.accounts.mail import MailError
from registry.tickets.outbox import WAITS_S, SendState
from registry.tickets.types import Counts, State
from registry.web.corrections import mails, reminders
from registry.web.site import clock
from tests.registry.web.corrections.conftest import FORM, Citizen, Sent
from tests.registry.web.network_of_tests import SmallNode, harvest, plain
from vocab.namespaces import SCHEMA
from vocab.records import Record

if TYPE_CHECKING:
    from registry.node import Node

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def own_with_mail(own: SmallNode) -> SmallNode:
    """The small network whose pole gives an address."""
    pole = next(own.index.resources("Pole", "zinc"))
    record = own.ledger.record(pole.iri)
    assert record
    line = f'<{record.iri}> <{SCHEMA}email> "contact@zinc.example" .'
    harvest(own, "zinc", [Record(record.iri, tuple(sorted({*record.lines, line})))])
    return own


def link_of(text: str) -> str:
    found = re.search(r"http://127\.0\.0\.1(/reponse/[\w-]{43})", text)
    assert found, text
    return found[1]


def test_the_pole_gets_it_with_a_link_good_once(
    own_with_mail: SmallNode, citizen: Citizen, sent: Sent
) -> None:
    assert "Il le reçoit par courriel" in plain(citizen.get(FORM).text)
    page = citizen.propose(valeur=f"Lundi {HOSTILE}", courriel="moi@example.org")
    (to, subject, text), (author, _subject, follow) = sent
    assert author == "moi@example.org"
    assert page in follow
    assert (to, subject) == ("contact@zinc.example", "Une correction pour Zinc")
    assert "Affiché" in text
    assert "moi@example.org" not in text
    now = clock.now().timestamp()
    assert own_with_mail.tickets.listed(now)[0].mailed == now
    path = link_of(text)
    shown = citizen.get(path).text
    assert "Lundi &lt;script&gt;" in shown
    assert HOSTILE not in shown
    assert citizen.send(path, geste="refuser", motif="because").status_code == 422
    answer = citizen.send(path, geste="refuser", motif="already-right", mots=f"Vu {HOSTILE}")
    assert "la voit" in plain(answer.text)
    assert HOSTILE not in answer.text
    for again in (citizen.get(path), citizen.send(path, geste="accepter")):
        assert again.status_code == 404
    seen = plain(citizen.get(page).text)
    assert "ce que dit la fiche est juste" in seen
    assert HOSTILE not in seen
    (act,) = own_with_mail.ledger.acts()
    number = own_with_mail.tickets.listed(now)[0].number
    assert (act.what, act.why) == ("correction.declined", f"{number}: already-right")
    assert sent[2][0] == "moi@example.org"
    assert "ce que dit la fiche est juste" in sent[2][2]


def test_the_same_is_mailed_once(own_with_mail: SmallNode, citizen: Citizen, sent: Sent) -> None:
    citizen.propose()
    citizen.propose()
    assert len(sent) == 1


def test_a_link_ends_after_thirty_days(
    own_with_mail: SmallNode,
    citizen: Citizen,
    sent: Sent,
    monkeypatch: pytest.MonkeyPatch,
    stopped_clock: datetime,
) -> None:
    citizen.propose()
    path = link_of(sent[0][2])
    monkeypatch.setattr(clock, "FIXED", stopped_clock + timedelta(days=30, seconds=1))
    assert citizen.get(path).status_code == 404


def test_a_question_and_its_answer_go_to_and_fro(
    own_with_mail: SmallNode, citizen: Citizen, sent: Sent
) -> None:
    page = citizen.propose()
    citizen.send(link_of(sent[0][2]), geste="demander", mots="Le samedi aussi ?")
    citizen.send(page, geste="repondre", mots="Oui")
    assert len(sent) == 2
    citizen.send(link_of(sent[1][2]), geste="accepter")
    (kept,) = own_with_mail.tickets.listed(clock.now().timestamp())
    assert (kept.state, kept.answers) == (State.ACCEPTED, ("Oui",))


def refuse(*_mail: object) -> None:
    raise MailError("the mail server localhost did not take the mail")


INJECTIONS = [
    "moi@example.org\r\nBcc: all@example.org",
    "moi@example.org\nBcc: all@example.org",
    "moi@example.org, all@example.org",
    "moi@example.org%0aBcc:x@y.example",
    "Moi <moi@example.org>",
    "pas une adresse",
]


@pytest.mark.parametrize("address", INJECTIONS)
def test_no_address_adds_a_header_or_a_reader(
    own: SmallNode, citizen: Citizen, sent: Sent, address: str
) -> None:
    refused = citizen.send(FORM, quoi="autre", valeur="x", courriel=address)
    if refused.status_code == 303:
        number = own.tickets.listed(clock.now().timestamp())[0].number
        addresses = tuple(mail for mail, _link in own.tickets.readers(number))
        assert addresses == (address,)
        assert "%0a" in address  # a character that a local part may have, and no line break
        return
    assert refused.status_code == 422
    assert "adresse électronique" in plain(refused.text)
    assert sent == []


def test_a_mail_that_is_not_sent_keeps_the_ticket(
    own_with_mail: SmallNode,
    citizen: Citizen,
    sent: Sent,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(mails, "send", refuse)
    citizen.propose(valeur="Mot rare")
    (kept,) = own_with_mail.tickets.listed(clock.now().timestamp())
    assert kept.mailed == 0
    assert "was not sent" in caplog.text
    assert "Mot rare" not in caplog.text


def test_a_mail_that_failed_is_tried_again_until_it_is_taken(
    own_with_mail: SmallNode,
    citizen: Citizen,
    sent: Sent,
    monkeypatch: pytest.MonkeyPatch,
    stopped_clock: datetime,
) -> None:
    mailing = Mailing(cast("Node", own_with_mail))
    outbox = own_with_mail.tickets.outbox
    with monkeypatch.context() as failing:
        failing.setattr(mails, "send", refuse)
        citizen.propose(valeur="Mot rare")
        for wait_s in WAITS_S[:3]:
            mailing.round()
            (waits,) = outbox.all()
            assert waits.body == "", "no word of anybody waits there"
            assert waits.due == clock.now().timestamp() + wait_s
            monkeypatch.setattr(clock, "FIXED", datetime.fromtimestamp(waits.due, UTC))
            mailing.round()
    assert sent == []
    monkeypatch.setattr(clock, "FIXED", clock.now() + timedelta(days=1))
    mailing.round()
    ((to, _subject, text),) = sent
    assert to == "contact@zinc.example"
    assert citizen.get(link_of(text)).status_code == 200
    assert own_with_mail.tickets.listed(clock.now().timestamp())[0].mailed
    mailing.round()
    assert len(sent) == 1


@pytest.mark.parametrize("what", ["answered", "withdrawn", "refused for good"])
def test_what_is_settled_is_not_mailed(
    own_with_mail: SmallNode,
    citizen: Citizen,
    sent: Sent,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
) -> None:
    monkeypatch.setattr(mails, "send", refuse)
    page, tickets = citizen.propose(), own_with_mail.tickets
    (kept,) = tickets.listed(clock.now().timestamp())
    if what == "answered":
        tickets.answer(kept.number, State.ACCEPTED, clock.now().timestamp())
    elif what == "withdrawn":
        citizen.send(page, geste="retirer")
    monkeypatch.setattr(clock, "FIXED", clock.now() + timedelta(days=1))
    mailing = Mailing(cast("Node", own_with_mail))
    for _ in range(20):
        mailing.round()
        monkeypatch.setattr(clock, "FIXED", clock.now() + timedelta(days=1))
    assert sent == []
    waiting = [each for each in tickets.outbox.all() if each.state is SendState.WAITING]
    assert waiting == []


def test_the_pole_is_reminded_once_a_month_of_what_waits(
    own_with_mail: SmallNode,
    citizen: Citizen,
    sent: Sent,
    monkeypatch: pytest.MonkeyPatch,
    stopped_clock: datetime,
) -> None:
    monkeypatch.setattr(reminders, "send", lambda _settings, *mail: sent.append(mail))
    citizen.propose(valeur="Mot rare")
    citizen.propose(quoi="ferme")
    sent.clear()
    found = []
    for day in range(28, 95):
        monkeypatch.setattr(clock, "FIXED", stopped_clock + timedelta(days=day, minutes=1))
        own_with_mail.tickets.erase(clock.now().timestamp())
        Mailing(cast("Node", own_with_mail)).round()
        found += [(day, *mail) for mail in sent]
        sent.clear()
    assert [(day, to) for day, to, *_ in found] == [
        (30, "contact@zinc.example"), (60, "contact@zinc.example"), (90, "contact@zinc.example"),
    ]  # fmt: skip
    _day, _to, subject, text = found[-1]
    assert subject == "Des corrections attendent Zinc"
    assert "Mot rare" not in text
    assert text.count("/reponse/") == 2
    citizen.send(link_of(text), geste="accepter")
    assert own_with_mail.tickets.counts("zinc", clock.now().timestamp()) == Counts(1, 1)
