"""Who accepts a correction goes on in the place's form, with the proposal applied and judged."""

from html import unescape

import pytest

from registry.node import Node
from registry.tickets.closing import close_answered
from registry.tickets.types import Field, Proposal, State
from registry.tickets.values import present
from registry.web.accounts.carrying import OWNER
from registry.web.site import clock
from tests.registry.web.accounts.conftest import Browser
from tests.registry.web.accounts.pole_of_editors import (
    SLUG,
    as_editor,
    fields_of,
    iri,
    made_app,
    published,
    said,
)
from tests.registry.web.network_of_tests import plain

LIST = f"/espace/pole/{SLUG}/corrections"
LILAC = f"/espace/pole/{SLUG}/lieux/lilas"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def editor(node: Node) -> Browser:
    return as_editor(Browser(made_app(node).test_client()), node)


def proposed(node: Node, about: Field, value: str, local: str = "lilas") -> tuple[str, str]:
    record = node.ledger.record(iri(node, local))
    assert record
    words = present(record, about)
    proposal = Proposal(record.iri, SLUG, about, words, value)
    return node.tickets.propose(proposal, clock.now().timestamp())


APPLIED = [
    (Field.CONTACT, "04 94 67 15 88", {"telephone": "04 94 67 15 88"}),
    (Field.CONTACT, "C'est le 04.94.67.15.88 ou a@biblio.example",
     {"telephone": "04.94.67.15.88", "courriels": "a@biblio.example\naide@biblio.example"}),
    (Field.CONTACT, "appelez la mairie", {"telephone": "appelez la mairie"}),
    (Field.HOURS, "Mo 09:00-12:00", {"horaires": "Mo 09:00-12:00", "hours-Mo-1": ""}),
    (Field.HOURS, f"Le lundi {HOSTILE}", {"horaires": f"Le lundi {HOSTILE}"}),
    (Field.ADDRESS, "3 rue Neuve", {"adresse": "3 rue Neuve"}),
    (Field.SERVICES, "il manque quelque chose", {}),
    (Field.CLOSED, "depuis mars", {}),
    (Field.OTHER, "", {}),
]  # fmt: skip


@pytest.mark.parametrize(("about", "value", "fields"), APPLIED)
def test_accepting_opens_the_form_with_the_proposal(
    editor: Browser, node: Node, about: Field, value: str, fields: dict[str, str]
) -> None:
    _token, number = proposed(node, about, value)
    untouched = fields_of(editor.get(LILAC))
    head = node.ledger.head()
    answer = editor.post(f"{LIST}/{number}", f"{LIST}/{number}", geste="accepter")
    assert (answer.status_code, answer.location) == (303, f"{LILAC}?correction={number}")
    page = editor.get(answer.location)
    assert HOSTILE not in page.text
    shown = fields_of(page)
    assert {name: shown.get(name, [""])[0] for name in fields} == fields
    changed = {name for name in untouched if shown.get(name) != untouched[name]}
    assert changed - {"vu", "csrf_token", OWNER} <= {  # the seals bear the second they were set
        *fields,
        *(n for n in untouched if n.startswith("hours-")),
    }
    assert f"« {plain(value)} »" in plain(unescape(page.text)) or about is Field.OTHER
    assert node.ledger.head() == head, "nothing is published by it"


def test_a_service_of_the_list_is_ticked(editor: Browser, node: Node) -> None:
    name = "Aide aux démarches administratives"
    _token, number = proposed(node, Field.SERVICES, f"wifi\n{name.upper()}")
    before = fields_of(editor.get(LILAC))["services"]
    shown = fields_of(editor.get(f"{LILAC}?correction={number}"))["services"]
    assert sorted(shown) == sorted([*before, name])


def test_publishing_closes_it_for_who_proposed_it(editor: Browser, node: Node) -> None:
    token, number = proposed(node, Field.CONTACT, "04 94 67 15 88")
    editor.post(f"{LIST}/{number}", f"{LIST}/{number}", geste="accepter")
    form = fields_of(editor.get(f"{LILAC}?correction={number}"))
    done = published(editor, LILAC, editor.send(LILAC, form))
    assert done.status_code == 303
    assert said(node, "lilas")["telephone"] == "+33494671588"
    now = clock.now().timestamp()
    assert close_answered(node.tickets, node.ledger.record, now) == 1
    assert node.tickets.by_token(token, now).state is State.CORRECTED


@pytest.mark.parametrize("number", ["", "x", "0123456789", "another place", "another pole"])
def test_what_is_not_of_this_place_is_left_out(editor: Browser, node: Node, number: str) -> None:
    if number == "another place":
        number = proposed(node, Field.CONTACT, "04 94 67 15 88", "port")[1]
    elif number == "another pole":
        other = Proposal(iri(node, "lilas"), "zinc", Field.CONTACT, "", "04 94 67 15 88")
        number = node.tickets.propose(other, clock.now().timestamp())[1]
    page = editor.get(f"{LILAC}?correction={number}")
    assert page.status_code == 200
    assert "04 94 67 15 88" not in page.text
