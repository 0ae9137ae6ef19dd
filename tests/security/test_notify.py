"""The inbox: a notice marks a known source or proposes an address, and can do nothing else."""

import json
from typing import TYPE_CHECKING, Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registry.ledger.options import Status
from registry.ledger.types import Source
from registry.sources.lifecycle import with_status
from registry.state.inbox import GAP_S, MAX_PROPOSALS, Inbox, upstream_key
from registry.tickets.upstreams import Upstream
from registry.web.answer.admission import Rate
from registry.web.network.inbox import MAX_BYTES
from tests.registry.web.network_of_tests import NOON, SmallNode

if TYPE_CHECKING:
    pass

AS = "https://www.w3.org/ns/activitystreams"
KNOWN = "https://ping.example/feed/"
UNKNOWN = "https://new.example/feed/"


@pytest.fixture
def inbox(node: SmallNode) -> Inbox:
    return node.state.inbox


def notice(address: object, **more: object) -> dict[str, Any]:
    return {"@context": AS, "type": "Announce", "object": address, **more}


def post(
    client: FlaskClient,
    body: bytes | dict[str, Any] | list[Any],
    sender: str = "192.0.2.1",
    **more: Any,
) -> TestResponse:
    data = json.dumps(body) if isinstance(body, dict | list) else body
    kind = more.pop("content_type", "application/ld+json")
    place = {"REMOTE_ADDR": sender}
    return client.post("/notify", data=data, content_type=kind, environ_base=place, **more)


@pytest.mark.parametrize(
    "body",
    [
        notice(KNOWN),
        notice({"id": KNOWN}, type=["Update"]),
        notice({"@id": f"{KNOWN}#it"}, type=f"{AS}#Update"),
        {"@context": ["https://x.example/", AS], "@type": "Announce", "object": KNOWN},
        [{"@type": [f"{AS}#Announce"], f"{AS}#object": [{"@id": KNOWN}]}],
    ],
)
def test_a_known_source_is_due_once(client: FlaskClient, inbox: Inbox, body: Any) -> None:
    for _ in range(3):
        answer = post(client, body)
        assert (answer.status_code, answer.data) == (202, b"")
        assert answer.headers["Location"].endswith("/pole/ping")
    assert inbox.take_due(1_000_000) == ("ping",)
    assert inbox.take_due(1_000_000) == ()


def test_notices_make_no_more_visits_than_is_polite(client: FlaskClient, inbox: Inbox) -> None:
    now = 1_000_000.0
    post(client, notice(KNOWN))
    assert inbox.take_due(now) == ("ping",)
    post(client, notice(KNOWN))
    assert inbox.take_due(now + GAP_S - 1) == ()
    assert inbox.take_due(now + GAP_S) == ("ping",), "it waited, it was not lost"


def test_a_source_that_sleeps_is_not_woken(
    client: FlaskClient, node: SmallNode, inbox: Inbox
) -> None:
    source = node.ledger.source("ping")
    assert source is not None
    node.ledger.put_source(with_status(source, Status.PAUSED, NOON))
    assert post(client, notice(KNOWN)).status_code == 202
    assert inbox.take_due(1_000_000) == ()


def test_an_unknown_address_is_kept_for_the_operator(
    client: FlaskClient, node: SmallNode, inbox: Inbox
) -> None:
    first, again = post(client, notice(UNKNOWN)), post(client, notice(UNKNOWN))
    assert first.status_code == again.status_code == 201
    assert first.headers["Location"] == again.headers["Location"]
    path = "/" + first.headers["Location"].removeprefix(node.config.base_url)
    shown = client.get(path)
    assert shown.mimetype == "application/ld+json"
    assert json.loads(shown.data)["object"] == UNKNOWN
    assert [each.url for each in inbox.proposals()] == [UNKNOWN]
    assert [source.slug for source in node.ledger.sources()] == ["ping"], "nothing is registered"
    assert inbox.dismiss(UNKNOWN)
    assert client.get(path).status_code == 404
    assert not inbox.dismiss(UNKNOWN)


def test_proposals_are_bounded(client: FlaskClient, inbox: Inbox) -> None:
    for number in range(MAX_PROPOSALS):
        assert inbox.propose(f"https://new.example/{number}", "2026-01-01")
    answer = post(client, notice(UNKNOWN))
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert len(inbox.proposals()) == MAX_PROPOSALS
    assert post(client, notice(KNOWN)).status_code == 202, "a known source is still heard"


REFUSED = {
    "no JSON": b"{",
    "no UTF-8": b"\xff\xfe{}",
    "no object": b"[]",
    "nothing": b"",
    "too deep": b'{"a":' * 17 + b"1" + b"}" * 17,
    "very deep": b"[" * 60_000,
    "no context": json.dumps({"type": "Announce", "object": KNOWN}).encode(),
    "another verb": json.dumps(notice(KNOWN, type="Delete")).encode(),
    "a verb that is no word": json.dumps(notice(KNOWN, type={"a": 1})).encode(),
    "no address": json.dumps(notice(None)).encode(),
    "a list": json.dumps(notice([KNOWN])).encode(),
    "a file": json.dumps(notice("file:///etc/passwd")).encode(),
    "a script": json.dumps(notice("javascript:alert(1)")).encode(),
    "credentials": json.dumps(notice("https://a:b@ping.example/")).encode(),
    "markup": json.dumps(notice("https://x.example/<script>")).encode(),
    "a line break": json.dumps(notice("https://x.example/\r\nX: y")).encode(),
    "a bad port": json.dumps(notice("https://x.example:99999999/")).encode(),
    "too long": json.dumps(notice("https://x.example/" + "a" * 3_000)).encode(),
    "half a letter": b'{"@context":"'
    + AS.encode()
    + b'","type":"Announce","object":"http://\\ud800"}',
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_notice_is_refused_with_a_reason(
    client: FlaskClient, inbox: Inbox, name: str
) -> None:
    answer = post(client, REFUSED[name])
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["error"]
    assert not inbox.proposals()
    assert inbox.take_due(1_000_000) == ()


def test_another_type_and_a_large_body_are_refused(client: FlaskClient) -> None:
    answer = post(client, notice(KNOWN), content_type="text/plain")
    assert answer.status_code == 415
    assert "application/ld+json" in answer.headers["Accept-Post"]
    assert post(client, b" " * (MAX_BYTES + 1)).status_code == 413
    fits = json.dumps(notice(KNOWN)).encode().ljust(MAX_BYTES)
    assert post(client, fits).status_code == 202


def test_a_sender_that_floods_waits_and_others_are_heard(client: FlaskClient) -> None:
    codes = [post(client, notice(KNOWN), "192.0.2.7").status_code for _ in range(12)]
    assert codes == [202] * 10 + [429] * 2
    assert int(post(client, b"{", "192.0.2.7").headers["Retry-After"]) > 0
    assert post(client, notice(KNOWN), "192.0.2.8").status_code == 202


def test_an_allowance_comes_back_with_time() -> None:
    now = [0.0]
    rate = Rate(burst=2, every_s=10, clock=lambda: now[0])
    assert [rate.wait_s("a") for _ in range(3)] == [0, 0, 11]
    now[0] = 10.0
    assert [rate.wait_s("a"), rate.wait_s("b")] == [0, 0]
    assert rate.wait_s("a") > 0


def test_the_inbox_is_advertised_and_described(client: FlaskClient) -> None:
    for page in ("/", "/pole/ping"):
        assert 'rel="http://www.w3.org/ns/ldp#inbox"' in client.get(page).headers["Link"]
    described = client.get("/notify")
    said = json.loads(described.data)
    assert (said["contains"], said["@type"]) == ([], "http://www.w3.org/ns/ldp#Container")
    links = described.headers.getlist("Link")
    assert '<http://www.w3.org/ns/ldp#Container>; rel="type"' in links
    asked = client.options("/notify")
    for answer in (described, asked, post(client, b"{")):
        assert "application/ld+json" in answer.headers["Accept-Post"]
        (rules,) = (each for each in answer.headers.getlist("Link") if "constrainedBy" in each)
    assert {"GET", "HEAD", "OPTIONS", "POST"} <= set(asked.headers["Allow"].split(", "))
    address = rules[1 : rules.index(">")]
    constraints = client.get("/" + address.partition("//")[2].partition("/")[2])
    assert str(MAX_BYTES) in constraints.text


ABOVE = Upstream("https://n.example/", "https://n.example/id/", "MAILLAGE_CREDENTIALS_N")
POINTERS = [
    ("https://n.example/id/pole", "pole", True),
    ("https://n.example/id/", "", True),
    ("https://n.example.evil.example/id/pole", "pole", False),
    ("https://evil.example/id/pole", "pole", False),
    ("https://n.example/other/pole", "pole", False),
    ("", "pole", False),
]


@pytest.mark.parametrize(("actor", "target", "is_due"), POINTERS)
def test_a_pointer_makes_a_known_node_above_due_and_another_is_forgotten(
    client: FlaskClient, node: SmallNode, inbox: Inbox, actor: str, target: str, is_due: bool
) -> None:
    node.tickets.upstreams.add(ABOVE)
    for _ in range(3):
        thing, whom = "https://nation.example/id/correction/1", node.config.namespace + target
        body = notice(thing, target=whom, actor=actor)
        assert post(client, body).status_code == 202
    due = inbox.take_due(1_000_000.0)
    assert due == ((upstream_key(ABOVE.url),) if is_due else ())
    assert inbox.proposals() == ()
    assert inbox.take_due(1_000_000.0 + GAP_S - 1) == ()


def test_a_name_that_climbs_is_a_name(node: SmallNode, inbox: Inbox) -> None:
    for slug in ("../../x", "..", "a/b", "é"):
        inbox.mark_due(slug)
    assert sorted(inbox.take_due(1_000_000)) == sorted(("../../x", "..", "a/b", "é"))
    files = {path.name for path in node.config.data.rglob("*") if path.is_file()}
    assert {name.partition(".")[0] for name in files} == {"ledger", "index", "state"}


def test_a_notice_needs_no_registered_file(client: FlaskClient, node: SmallNode) -> None:
    node.ledger.put_source(
        Source("f", "f", "F", "/srv/places.csv", "file", ("https://f.example/",))
    )
    assert post(client, notice("/srv/places.csv")).status_code == 400
