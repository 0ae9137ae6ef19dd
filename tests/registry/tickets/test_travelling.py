"""Mailboxes, nodes above, what goes out: kept, acknowledged, given up, erased."""

import json
from contextlib import closing
from dataclasses import replace

import pytest
import sqlalchemy as sa

from registry.settings.config import Config
from registry.tickets.mailboxes import Sealed
from registry.tickets.notices import Kind, Notice, read_answer, read_notice
from registry.tickets.outbox import SendState, Sort
from registry.tickets.schema import meta
from registry.tickets.store import DAY_S, Tickets
from registry.tickets.types import Field, Origin, Proposal, State, TicketError
from registry.tickets.upstreams import Upstream
from vocab.errors import UsageError

NOW = 1_790_000_000.0
IRI = "https://p.example/id/place/1"
ABOVE = Upstream("https://n.example/", "https://n.example/id/", "MAILLAGE_CREDENTIALS_N")
NOTICE = Notice(Kind.OFFER, "https://n.example/id/correction/1", IRI, "0" * 32, NOW,
                Field.CONTACT, "04 94 67 15 88", "Sur la porte")  # fmt: skip
WAY = Sealed(ABOVE.name, "0" * 32)
PROPOSAL = Proposal(IRI, "p", Field.CONTACT, "", "04 94 67 15 88")
ORIGIN = Origin(ABOVE.url, NOTICE.object, NOTICE.seal)


def test_what_is_passed_on_is_kept_until_it_is_acknowledged(tickets: Tickets) -> None:
    boxes = tickets.mailboxes
    assert not boxes.put("p", NOTICE, WAY, "", NOW), "there is no mailbox"
    token = boxes.renew("p", NOW)
    boxes.open("p", token)
    assert boxes.put("p", NOTICE, WAY, "", NOW)
    (body,), cursor = boxes.take("p", "", NOW)
    said = json.loads(body)
    assert said["object"]["content"] == "04 94 67 15 88"
    seal = said["med:seal"]
    assert boxes.way_back("p", NOTICE.object, seal) == WAY
    for wrong in (seal[:-1] + "1", "0" * 32, seal.partition(".")[0]):
        with pytest.raises(TicketError):
            boxes.way_back("p", NOTICE.object, wrong)
    assert boxes.take("p", "0" * 32, NOW)[0] == [body]
    assert boxes.take("p", cursor, NOW) == ([], "")
    assert boxes.way_back("p", NOTICE.object, seal) == WAY, "the seal alone knows the way"


def test_notices_that_nobody_fetches_are_erased(tickets: Tickets) -> None:
    tickets.mailboxes.renew("p", NOW)
    tickets.mailboxes.put("p", NOTICE, WAY, "", NOW)
    tickets.erase(NOW + 29 * DAY_S)
    assert tickets.mailboxes.take("p", "", NOW)[0]
    tickets.erase(NOW + 30 * DAY_S)
    assert tickets.mailboxes.take("p", "", NOW)[0] == []


def test_a_loop_of_nodes_ends_at_the_longest_seal(tickets: Tickets) -> None:
    tickets.mailboxes.renew("p", NOW)
    notice, hops = NOTICE, 0
    while tickets.mailboxes.put("p", notice, Sealed(ABOVE.name, notice.seal), "", NOW):
        (body,), cursor = tickets.mailboxes.take("p", "", NOW)
        tickets.mailboxes.take("p", cursor, NOW)
        notice, hops = replace(notice, seal=json.loads(body)["med:seal"]), hops + 1
        assert hops < 20
    assert hops > 5


def test_an_answer_goes_to_the_node_where_it_was_written(tickets: Tickets) -> None:
    mine, number = tickets.propose(PROPOSAL, NOW)
    _token, same = tickets.propose(PROPOSAL, NOW, ORIGIN)
    assert (same, tickets.by_token(mine, NOW).count) == (number, 2)
    assert tickets.origins(number) == [ABOVE.url]
    tickets.answer(number, State.DECLINED, NOW, reason="not-ours", reply="Voyez la mairie")
    (sent,) = tickets.outbox.due(Sort.ANSWER, NOW)
    said = read_answer(sent.body.encode())
    assert (said.object, said.seal, said.state) == (ORIGIN.object, ORIGIN.reply, State.DECLINED)
    assert (said.reason, said.words) == ("not-ours", "Voyez la mairie")
    assert tickets.outbox.tried(sent, 503, NOW, wait_s=10 * DAY_S) is SendState.WAITING
    assert tickets.outbox.due(Sort.ANSWER, NOW + DAY_S - 1) == [], "a day at most"
    (sent,) = tickets.outbox.due(Sort.ANSWER, NOW + DAY_S)
    assert tickets.outbox.tried(sent, 202, NOW) is SendState.DELIVERED
    (kept,) = tickets.outbox.of_ticket(number)
    assert (kept.body, kept.code, kept.tries) == ("", 202, 2)
    tickets.erase(NOW + 31 * DAY_S)
    assert tickets.outbox.all() == []


def test_who_wrote_elsewhere_is_no_link_and_withdraws_his_own(tickets: Tickets) -> None:
    mine, number = tickets.propose(PROPOSAL, NOW)
    token, _same = tickets.propose(PROPOSAL, NOW, ORIGIN)
    with pytest.raises(TicketError):
        tickets.by_token(token, NOW)
    assert tickets.by_author(token, NOW).number == number
    tickets.withdraw(token, NOW)
    assert (tickets.by_token(mine, NOW).count, tickets.origins(number)) == (1, [])
    with pytest.raises(TicketError):
        tickets.withdraw(token, NOW)


def test_nodes_above_are_kept_with_how_far_they_were_asked(tickets: Tickets) -> None:
    assert tickets.upstreams.all() == ()
    tickets.upstreams.add(ABOVE)
    tickets.upstreams.note(ABOVE.url, NOW, cursor="1" * 32, etag='"x"')
    tickets.upstreams.add(replace(ABOVE, variable="MAILLAGE_CREDENTIALS_M"))
    (known,) = tickets.upstreams.all()
    assert (known.cursor, known.asked, known.variable[-1]) == ("1" * 32, NOW, "M")
    tickets.upstreams.note(ABOVE.url, NOW + 1, fault="MED-H109 404")
    assert tickets.upstreams.by_name(ABOVE.name) == replace(
        known, asked=NOW + 1, fault="MED-H109 404"
    )
    assert tickets.upstreams.of("https://n.example.evil/id/x") is None
    assert tickets.upstreams.remove(ABOVE.url)
    assert tickets.upstreams.by_url(ABOVE.url) is None


def test_a_database_of_the_first_version_gets_the_new_tables(config: Config) -> None:
    with closing(Tickets(config)) as first:
        token, _number = first.propose(PROPOSAL, NOW)
    url = config.ledger_url or f"sqlite:///{config.data / 'tickets.sqlite'}"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for name in ("origin", "mailbox", "notice", "upstream", "outbox"):
            connection.execute(sa.text(f"DROP TABLE ticket_{name}"))
        connection.execute(sa.update(meta).values(value="1"))
    engine.dispose()
    with closing(Tickets(config)) as again:
        assert again.by_token(token, NOW).value == PROPOSAL.value
        assert again.mailboxes.renew("p", NOW)


def test_the_salt_travels_with_the_value_through_each_node(tickets: Tickets) -> None:
    salt = "0a" * 32
    tickets.mailboxes.renew("p", NOW)
    tickets.mailboxes.put("p", replace(NOTICE, salt=salt), WAY, "", NOW)
    (body,), _cursor = tickets.mailboxes.take("p", "", NOW)
    item = json.loads(body)
    assert read_notice(item).salt == salt
    for wrong in (salt[:-1], salt.upper(), 7, [salt], salt + "\n"):
        with pytest.raises(UsageError, match="med:salt"):
            read_notice(item | {"object": item["object"] | {"med:salt": wrong}})
