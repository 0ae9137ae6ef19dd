"""Tickets: counted, bounded, answered, closed by harvests, erased in time."""

import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from registry.settings.config import Config
from registry.tickets import store
from registry.tickets.closing import close_answered
from registry.tickets.database import VisitorsDataError
from registry.tickets.store import DAY_S, Tickets
from registry.tickets.types import (
    Counts,
    Field,
    FullError,
    Proposal,
    State,
    TicketError,
)
from registry.tickets.values import present
from tests.registry.web.network_of_tests import SIMPLE
from vocab.mapping import PoleIdentity, place_record
from vocab.records import Record

NOW = 1_790_000_000.0
IRI = "https://zinc.example/id/place/simple"
ZINC = PoleIdentity("zinc", "https://zinc.example/id/")
PHONE = {"telephone": "+33494671587"}


def record(**more: str) -> Record:
    return place_record(SIMPLE | PHONE | more, ZINC)


def proposal(value: str = "04 94 67 15 88", about: Field = Field.CONTACT, **more: Any) -> Proposal:
    return replace(Proposal(IRI, "zinc", about, present(record(), about), value), **more)


def test_nothing_is_made_before_the_first_proposal(in_file: Tickets, tmp_path: Path) -> None:
    assert in_file.counts("zinc", NOW) == Counts()
    assert in_file.listed(NOW) == []
    in_file.erase(NOW)
    assert list(tmp_path.iterdir()) == []
    in_file.propose(proposal(), NOW)
    assert stat.S_IMODE((tmp_path / "tickets.sqlite").stat().st_mode) == 0o600


def test_a_file_that_others_can_read_is_refused(in_file: Tickets, tmp_path: Path) -> None:
    file = tmp_path / "tickets.sqlite"
    file.touch()
    file.chmod(0o644)
    with pytest.raises(VisitorsDataError, match="chmod 600"):
        in_file.propose(proposal(), NOW)


def test_a_damaged_file_is_told_and_kept(in_file: Tickets, tmp_path: Path) -> None:
    file = tmp_path / "tickets.sqlite"
    file.touch(0o600)
    file.write_bytes(b"not a database at all" * 100)
    with pytest.raises(VisitorsDataError, match="damaged"):
        in_file.counts(None, NOW)
    assert file.read_bytes().startswith(b"not a database")


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (proposal("04 94 67 15 88"), proposal("04.94.67.15.88", evidence="door"), True),
        (proposal("Lundi", Field.HOURS), proposal("  lundi ", Field.HOURS), True),
        (proposal("04 94 67 15 88"), proposal("04 94 67 15 89"), False),
        (proposal("x", Field.HOURS), proposal("x", Field.OTHER), False),
        (proposal(), proposal(place=IRI + "2"), False),
    ],
)
def test_the_same_proposal_is_one_ticket_with_a_count(
    tickets: Tickets, one: Proposal, other: Proposal, is_same: bool
) -> None:
    (first, number), (second, again) = tickets.propose(one, NOW), tickets.propose(other, NOW)
    assert (number == again) is is_same
    assert first != second
    assert tickets.by_token(first, NOW).count == (2 if is_same else 1)
    assert tickets.counts("zinc", NOW).open == (1 if is_same else 2)


def test_what_is_kept_opens_nothing(in_file: Tickets, tmp_path: Path) -> None:
    token, number = in_file.propose(proposal(mail="moi@example.org"), NOW)
    link = in_file.give_link(number, NOW)
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert len(token) == len(link) == 43
    assert token.encode() not in kept
    assert link.encode() not in kept
    assert b"+33494671587" not in kept


BOUNDS = {"MOST_OF_PLACE": "of this place", "MOST": "in this directory", "MOST_OF_TICKET": "same"}


@pytest.mark.parametrize("bound", BOUNDS)
def test_floods_end_at_a_bound(
    tickets: Tickets, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    monkeypatch.setattr(store, bound, 3)
    values = ["same"] * 4 if bound == "MOST_OF_TICKET" else list("abcd")
    places = [IRI + each if bound == "MOST" else IRI for each in "abcd"]
    for value, place in zip(values[:3], places, strict=False):
        tickets.propose(proposal(value, Field.OTHER, place=place), NOW)
    with pytest.raises(FullError, match=BOUNDS[bound]):
        tickets.propose(proposal(values[3], Field.OTHER, place=places[3]), NOW)
    if bound != "MOST_OF_TICKET":
        first = tickets.listed(NOW)[0]
        tickets.answer(first.number, State.ACCEPTED, NOW)
        tickets.propose(proposal(values[3], Field.OTHER, place=places[3]), NOW)


TOKENS = ["", "A" * 43, "A" * 42, "é" * 43, "../../etc", "A" * 5000, "'; drop table ticket; --"]


@pytest.mark.parametrize("token", TOKENS)
def test_a_guessed_token_opens_nothing(tickets: Tickets, token: str) -> None:
    tickets.propose(proposal(), NOW)
    for ask in (tickets.by_token, tickets.by_link, tickets.withdraw):
        with pytest.raises(TicketError, match="no correction is kept"):
            ask(token, NOW)
    with pytest.raises(TicketError):
        tickets.reply(token, "words", NOW)
    assert not tickets.use_link(token, NOW)


def test_a_link_of_the_pole_is_good_once_and_for_thirty_days(tickets: Tickets) -> None:
    _token, number = tickets.propose(proposal(), NOW)
    replaced, link = tickets.give_link(number, NOW), tickets.give_link(number, NOW)
    assert tickets.by_link(link, NOW + 30 * DAY_S).number == number
    for token, now in ((replaced, NOW), (link, NOW + 30 * DAY_S + 1)):
        with pytest.raises(TicketError):
            tickets.by_link(token, now)
    assert tickets.use_link(link, NOW)
    assert not tickets.use_link(link, NOW)


@pytest.mark.parametrize("state", [State.ACCEPTED, State.DECLINED])
def test_an_answer_is_given_once(tickets: Tickets, state: State) -> None:
    token, number = tickets.propose(proposal(), NOW)
    reason = "not-ours" if state is State.DECLINED else ""
    tickets.answer(number, state, NOW, reason=reason, reply="Merci")
    found = tickets.by_token(token, NOW)
    assert (found.state, found.reason, found.reply, found.closed) == (state, reason, "Merci", NOW)
    with pytest.raises(TicketError, match="meanwhile"):
        tickets.answer(number, State.ACCEPTED, NOW)
    with pytest.raises(TicketError, match="asks nothing"):
        tickets.reply(token, "encore", NOW)
    # The same once more is another ticket.
    assert tickets.propose(proposal(), NOW)[1] != number


@pytest.mark.parametrize(
    ("state", "words"), [(State.DECLINED, {"reason": "because"}), (State.ASKED, {"reply": " "})]
)
def test_an_answer_without_sense_changes_nothing(
    tickets: Tickets, state: State, words: dict[str, str]
) -> None:
    token, number = tickets.propose(proposal(), NOW)
    with pytest.raises(TicketError):
        tickets.answer(number, state, NOW, **words)
    assert tickets.by_token(token, NOW).state is State.OPEN


def test_a_question_goes_to_the_author_and_comes_back(tickets: Tickets) -> None:
    token, number = tickets.propose(proposal(), NOW)
    tickets.answer(number, State.ASKED, NOW, reply="Le samedi aussi ?")
    assert tickets.counts("zinc", NOW).open == 1
    for words in ("", "x" * 1_001):
        with pytest.raises(TicketError):
            tickets.reply(token, words, NOW)
    tickets.reply(token, "Oui", NOW)
    found = tickets.by_token(token, NOW)
    assert (found.state, found.answers) == (State.OPEN, ("Oui",))


def test_who_withdraws_takes_their_words_along(tickets: Tickets) -> None:
    first, number = tickets.propose(proposal(evidence="Affiché ici"), NOW)
    second, _same = tickets.propose(proposal(evidence="Vu là-bas"), NOW)
    tickets.withdraw(first, NOW)
    left = tickets.of_pole("zinc", number, NOW)
    assert (left.count, left.evidence) == (1, ("Vu là-bas",))
    tickets.withdraw(second, NOW)
    assert tickets.listed(NOW) == []
    with pytest.raises(TicketError):
        tickets.by_token(second, NOW)


@pytest.mark.parametrize(
    ("answered", "now", "is_there"),
    [
        (True, 29, True),
        (True, 30, False),
        (False, 334, True),
        (False, 335, True),
        (False, 366, False),
    ],
    ids=["answered", "30 days after", "eleven months", "expired", "a year"],
)
def test_tickets_are_erased_in_time(
    tickets: Tickets, config: Config, answered: bool, now: int, is_there: bool
) -> None:
    token, number = tickets.propose(proposal("Un mot rare", Field.OTHER), NOW)
    if answered:
        tickets.answer(number, State.ACCEPTED, NOW)
    then = NOW + now * DAY_S
    tickets.erase(then)
    if is_there:
        expected = State.ACCEPTED if answered else State.OPEN if now < 335 else State.EXPIRED
        assert tickets.by_token(token, then).state is expected
        return
    with pytest.raises(TicketError):
        tickets.by_token(token, then)
    with closing(Tickets(config)) as again:
        assert again.listed(NOW) == []


def test_what_is_over_is_not_shown_before_it_is_erased(tickets: Tickets) -> None:
    token, number = tickets.propose(proposal(), NOW)
    tickets.answer(number, State.ACCEPTED, NOW)
    with pytest.raises(TicketError):
        tickets.by_token(token, NOW + 31 * DAY_S)
    assert tickets.listed(NOW + 31 * DAY_S) == []


def test_erased_words_are_gone_from_the_disk(tmp_path: Path) -> None:
    with closing(Tickets(Config(data=tmp_path))) as opened:
        token, _number = opened.propose(proposal("Parole introuvable", Field.OTHER), NOW)
        kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        assert b"introuvable" in kept
        opened.withdraw(token, NOW)
        kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        assert b"introuvable" not in kept


CHANGES: list[tuple[Field, dict[str, str] | None, State]] = [
    (Field.CONTACT, {"telephone": "+33494671588"}, State.CORRECTED),
    (Field.CONTACT, {"nom": "Autre nom"}, State.OPEN),
    (Field.HOURS, {"horaires": "Mo 09:00-12:00"}, State.CORRECTED),
    (Field.ADDRESS, {"adresse": "2 rue Neuve"}, State.CORRECTED),
    (Field.SERVICES, {"services": "Utilisation sécurisée du numérique"}, State.CORRECTED),
    (Field.CLOSED, {"nom": "Autre nom"}, State.OPEN),
    (Field.CLOSED, None, State.PLACE_GONE),
    (Field.CONTACT, None, State.PLACE_GONE),
]


@pytest.mark.parametrize(("about", "change", "state"), CHANGES)
def test_a_later_harvest_closes_what_it_answers(
    tickets: Tickets, about: Field, change: dict[str, str] | None, state: State
) -> None:
    token, _number = tickets.propose(proposal("autre chose", about), NOW)
    assert close_answered(tickets, lambda _iri: record(), NOW) == 0
    now = record(**change) if change is not None else None
    closed = close_answered(tickets, lambda _iri: now, NOW + 5)
    assert tickets.by_token(token, NOW + 5).state is state
    assert closed == (state is not State.OPEN)


def test_an_accepted_one_is_closed_too(tickets: Tickets) -> None:
    token, number = tickets.propose(proposal(), NOW)
    tickets.answer(number, State.ACCEPTED, NOW)
    close_answered(tickets, lambda _iri: record(telephone="+33494671588"), NOW + DAY_S)
    assert tickets.by_token(token, NOW + DAY_S).state is State.CORRECTED


def test_tickets_of_the_version_before_stay_and_are_not_told_of(
    tickets: Tickets, config: Config
) -> None:
    tickets.propose(proposal(version="0a" * 32), NOW)
    assert len(tickets.published("zinc", NOW)) == 1
    engine = sa.create_engine(config.ledger_url or f"sqlite:///{config.data / 'tickets.sqlite'}")
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE ticket_published"))
        connection.execute(sa.text("UPDATE ticket_meta SET value = '2' WHERE key = 'schema'"))
    engine.dispose()
    with closing(Tickets(config)) as again:
        assert len(again.listed(NOW)) == 1
        assert again.published("zinc", NOW) == []
        again.propose(proposal("04 94 67 15 89", version="0b" * 32), NOW)
        (told,) = again.published(None, NOW)
        assert (told.ticket.value, told.version) == ("04 94 67 15 89", "0b" * 32)
