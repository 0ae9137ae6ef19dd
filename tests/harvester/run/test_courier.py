"""Mailboxes above are asked through the one door; what lies there is told, without its address."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, request

from harvester.fetch import Policy
from harvester.run.courier import Courier, mailbox_address
from registry.ledger.ledger import Ledger
from registry.settings.config import Config
from registry.tickets.notices import MOST_BYTES
from registry.tickets.outbox import WAITS_S, SendState, Sort
from registry.tickets.store import Tickets
from registry.tickets.upstreams import Upstream
from tests.registry.web.chromium import served
from vocab.errors import UsageError

SECRET = "A" * 43
NAME = "MAILLAGE_CREDENTIALS_N"


@dataclass
class Above:
    """A node above that answers as a test wants."""

    tickets: Tickets
    courier: Courier
    home: str
    answer: Response | None = None
    asked: list[str] = field(default_factory=list)
    posted: list[bytes] = field(default_factory=list)

    @property
    def fault(self) -> str:
        return self.tickets.upstreams.all()[0].fault


@pytest.fixture
def above(tmp_path: Path) -> Iterator[Above]:
    app = Flask(__name__)
    environment: dict[str, str] = {}
    with (
        closing(Tickets(Config(data=tmp_path))) as tickets,
        closing(Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")) as ledger,
        served(app) as home,
    ):
        courier = Courier(
            tickets, ledger, "https://p.example/id/", Policy(), environment=environment
        )
        made = Above(tickets, courier, home)

        @app.route("/<path:path>", methods=["GET", "POST"])
        def answer(path: str) -> Response:
            made.asked.append(request.full_path.rstrip("?"))
            if request.method == "POST":
                made.posted.append(request.data)
            return made.answer or Response('{"orderedItems": []}')

        environment[NAME] = f"{home}avis/p/{SECRET}"
        tickets.upstreams.add(Upstream(home, f"{home}id/", NAME, allow_private=True))
        yield made


def notice(**more: Any) -> str:
    thing = {"id": "https://n.example/id/correction/1", "med:field": "contact", "content": "1"}
    said = {"type": "Offer", "object": thing, "target": "https://p.example/id/place/1",
            "med:seal": "0" * 32, "published": "2026-11-28T15:00:00Z"}  # fmt: skip
    return json.dumps(said | more)


def page(*items: str) -> str:
    return f'{{"orderedItems": [{", ".join(items)}], "next": "?apres={"1" * 32}"}}'


FAULTS: dict[str, tuple[str | bytes, int, str]] = {
    "a list": (b"[1, 2]", 200, "object"),
    "too many notices": ('{"orderedItems": [' + "1," * 200 + "1]}", 200, "orderedItems"),
    "no way to acknowledge": ('{"orderedItems": [1]}', 200, "next"),
    "a way that leads elsewhere": (
        '{"orderedItems": [1], "next": "https://x.example/"}', 200, "next",
    ),
    "oversize": (b" " * (MOST_BYTES + 1), 200, "MED-H"),
    "gone": (b"", 410, "MED-H117"),
    "renewed": (b"", 404, "MED-H109 404"),
    "led elsewhere": (b"", 302, "MED-H110"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_mailbox_that_lies_is_told_without_its_address(
    above: Above, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    body, code, told = FAULTS[name]
    elsewhere = {"Location": f"{above.home}elsewhere"} if code == 302 else {}
    above.answer = Response(body, code, elsewhere)
    above.courier.round()
    assert told in above.fault
    assert SECRET not in above.fault + caplog.text
    assert above.asked == [f"/avis/p/{SECRET}"], "nothing else was asked"
    assert above.tickets.upstreams.all()[0].cursor == ""


BAD: dict[str, dict[str, Any]] = {
    "no object": {"object": "https://n.example/"},
    "another verb": {"type": "Like"},
    "a verb that is no word": {"type": ["Offer"]},
    "no place": {"target": "file:///etc/passwd"},
    "markup": {"target": "https://x.example/<script>"},
    "no seal": {"med:seal": "x"},
    "a seal without end": {"med:seal": ".".join(["0" * 32, "0" * 8, "0" * 32] * 9)},
    "no moment": {"published": "yesterday"},
    "a field of no list": {
        "object": {"id": "https://n.example/1", "med:field": "nom", "content": "x"}
    },
    "words too long": {
        "object": {"id": "https://n.example/1", "med:field": "autre", "content": "x" * 1_001}
    },
}


def test_what_is_unfit_is_told_and_the_rest_is_taken(
    above: Above, caplog: pytest.LogCaptureFixture
) -> None:
    above.answer = Response(page(*(notice(**each) for each in BAD.values()), notice()))
    above.courier._ask(above.tickets.upstreams.all()[0], 1.0)
    told = [each for each in caplog.messages if "left out" in each]
    assert len(told) >= len(BAD)
    refusals = above.tickets.outbox.due(Sort.ANSWER, 1e12)
    assert {'"med:reason": "not-ours"' in each.body for each in refusals} == {True}


ADDRESSES = [
    ("", False), ("https://n.example/avis/p/x", True), ("https://n.example:444/avis/p/x", False),
    ("http://n.example/avis/p/x", False), ("https://other.example/avis/p/x", False),
    ("file:///etc/passwd", False), ("https://a:b@n.example/avis/p/x", False),
]  # fmt: skip


@pytest.mark.parametrize(("address", "is_good"), ADDRESSES)
def test_a_mailbox_lies_at_its_own_node_and_is_secure(address: str, is_good: bool) -> None:
    upstream = Upstream("https://n.example/", "https://n.example/id/", NAME)
    if is_good:
        assert mailbox_address(upstream, {NAME: address}) == address
        return
    with pytest.raises(UsageError, match=NAME) as caught:
        mailbox_address(upstream, {NAME: address})
    assert "/avis/p/x" not in str(caught.value)


_GIVEN_UP = SendState.UNDELIVERED
CODES = [
    (200, 1, SendState.DELIVERED), (202, 1, SendState.DELIVERED), (404, 1, _GIVEN_UP),
    (410, 1, _GIVEN_UP), (409, 1, _GIVEN_UP), (302, 14, _GIVEN_UP), (408, 14, _GIVEN_UP),
    (425, 14, _GIVEN_UP), (429, 14, _GIVEN_UP), (500, 14, _GIVEN_UP),
]  # fmt: skip


@pytest.mark.parametrize(("code", "tries", "state"), CODES)
def test_an_answer_is_tried_again_as_long_as_it_helps(
    above: Above, code: int, tries: int, state: SendState
) -> None:
    above.tickets.outbox.put(Sort.ANSWER, above.home, "1", "{}", 0.0)
    elsewhere = {"Location": "https://x.example/secret"} if code == 302 else {}
    above.answer = Response(b"", code, elsewhere)
    moments = [0.0]
    while due := above.tickets.outbox.due(Sort.ANSWER, 1e12):
        above.courier._answer(due[0], moments[-1])
        moments.append(above.tickets.outbox.all()[0].due)
    waits = [later - earlier for earlier, later in pairwise(moments)]
    assert waits[:-1] == list(WAITS_S[: tries - 1])
    assert above.posted == [b"{}"] * tries
    (sent,) = above.tickets.outbox.all()
    assert (sent.state, sent.code, sent.tries, sent.body) == (state, code, tries, "")
    assert sent.location == ("https://x.example/" if elsewhere else "")


def test_nobody_is_asked_more_often_than_is_polite(above: Above) -> None:
    for _ in range(3):
        above.courier.round()
    assert len(above.asked) == 1
    above.courier._due = list
    above.courier.round()
    assert len(above.asked) == 2
