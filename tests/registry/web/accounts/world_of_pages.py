"""A node on which every page for editors, operators, authors and guests has something to show."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from flask import Flask
from playwright.sync_api import BrowserContext

from maillage.serving.desk import LedgerDesk
from maillage.serving.registrar import NodeRegistrar
from maillage.serving.source_registrar import NodeSourceRegistrar
from maillage.steps.hosting import host_pole
from maillage.steps.moving import state_move
from registry.accounts.types import Roles
from registry.joining.types import Answer, Asked, Reason
from registry.joining.types import State as Request
from registry.ledger.acts import COMMAND
from registry.node import Node
from registry.settings.config import Pole
from registry.sources.hosted import hosted_source
from registry.tickets.types import Field, Proposal, State
from registry.tickets.values import present
from registry.web.app import create_app
from registry.web.site import clock
from tests.registry.web.accounts.conftest import account_of
from tests.registry.web.accounts.pole_of_editors import CAREFUL, LILAC, SLUG, enter, iri, said
from tests.registry.web.accounts.test_account_looks import sign_in
from tests.registry.web.accounts.test_correction_desk import proposed
from tests.registry.web.accounts.verified_accounts import verify_in_two_steps

LEFT, EMPTY = "partant", "debutant"
"""A hosted pole that moves away, and one without a place."""
ASKED = Asked("Fablab du Golfe", "https://fablab.example/", "Zoé", "zoe@fablab.example",
              "Fréjus", "12", "", "Nous avons un tableau.")  # fmt: skip
LONG = "Le standard est fermé le lundi matin, et l’accueil ne répond qu’à partir de 14 h. " * 4
Addresses = dict[str, list[str]]
"""Paths below the home of the node, of each endpoint; the first of them are seen in each look."""


def made_world(node: Node) -> Flask:
    """Return the application of a node that hosts four poles and sends no mail."""
    node.ledger.put_source(hosted_source(node.config, SLUG, "Bibliothèques du Var"))
    for slug, name in ((LEFT, "Pôle qui part"), (EMPTY, "Pôle qui débute")):
        host_pole(node, slug, Pole(name), COMMAND, "test")
    app = create_app(
        node,
        desk=LedgerDesk(node),
        registrar=NodeRegistrar(node),
        sources=NodeSourceRegistrar(node),
    )
    for local, cells in (("lilas", LILAC), ("port", CAREFUL), ("gone", CAREFUL)):
        enter(node, local, cells)
    enter(node, "lilas", said(node, "lilas") | {"telephone": "+33494000009"})
    state_move(node, LEFT, "https://partant.example/id/", COMMAND, "test")
    node.follow()
    roles = Roles(is_operator=True, poles=frozenset({SLUG, LEFT, EMPTY, "zinc"}))
    node.accounts.set_roles(account_of(node, "operatrice").number, roles, COMMAND, "test")
    return app


def addresses(node: Node) -> Addresses:
    """Make what links lead to; return where everything is."""
    now, space = clock.now().timestamp(), f"espace/pole/{SLUG}"
    tokens, numbers = tickets(node)
    asked, declined = (_request(node, answered=one) for one in (False, True))
    operator = account_of(node, "operatrice").number
    invited, _offer = node.accounts.links.invite(
        "a@b.example", Roles(poles=frozenset({SLUG})), operator, now
    )
    verify_in_two_steps(node, account_of(node, "ping").number)
    proposed(node, "ping")  # which only the operator can hand over
    page = next(iter(node.index.resources("Place", SLUG))).path
    last = max(one.id for one in node.ledger.harvests(SLUG))
    return {
        "sign_in.page": ["connexion"],
        "second_step.page": ["connexion/code"],
        "recovery.page": ["recuperation"],
        "recovery.link": [
            f"recuperation/{node.accounts.links.recover(operator, COMMAND, now)}",
            "recuperation/x",
        ],
        "invitation.page": [f"invitation/{invited}", "invitation/x"],
        "joining.form": ["rejoindre"],
        "joining_request.page": [f"rejoindre/suivi/{one}" for one in (asked[0], declined[0])],
        "joining_request.withdrawn": ["rejoindre/suivi/retiree"],
        "corrections.form": [
            f"pole/{SLUG}/{page}/corriger",
            f"pole/{SLUG}/{page}/corriger?quoi=contact",
        ],
        "correction.page": [f"correction/{one}" for one in tokens],
        "correction_answer.page": [f"reponse/{node.tickets.give_link(numbers[0], now)}"],
        "space.home": ["espace"],
        "own_account.page": ["espace/compte"],
        "second_factor.page": ["espace/compte/double-verification"],
        "space.pole": [f"espace/pole/{one}" for one in (SLUG, EMPTY, LEFT, "zinc")],
        "pole_settings.page": [f"{space}/reglages"],
        "correction_desk.listing": [f"{space}/corrections", f"espace/pole/{EMPTY}/corrections"],
        "correction_desk.page": [f"{space}/corrections/{one}" for one in numbers],
        "correction_desk.waiting": ["administration/corrections"],
        "joining_desk.listing": ["administration/demandes"],
        "joining_desk.page": [f"administration/demandes/{one[1]}" for one in (asked, declined)],
        "source_desk.listing": ["administration/sources", "administration/sources?adresse=x"],
        "source_desk.page": ["administration/sources/zinc", "administration/sources/ping"],
        "moves.listing": ["administration/demenagements"],
        "people.listing": ["administration/comptes"],
        "people.page": [
            f"administration/comptes/{account_of(node, login).number}" for login in ("zinc", "ping")
        ],
        "pole_places.listing": [
            f"{space}/lieux",
            f"{space}/lieux?q=rien&manque=horaires",
            f"espace/pole/{LEFT}/lieux",
        ],
        "place_form.page": [f"{space}/lieux/lilas?tri=ancien", f"{space}/lieux/port"],
        "place_form.new": [f"{space}/nouveau-lieu"],
        "place_past.history": [f"{space}/historique/lilas", f"{space}/historique/lilas?version=1"],
        "place_past.closing": [f"{space}/fermeture/lilas"],
        "place_batch.page": [f"{space}/lot", f"{space}/lot?champ=services"],
        "sheet_drop.verdict": [f"{space}/deposer/verdict"],
        "sheet_drop.compare": [f"{space}/deposer/comparer"],
        "sheet_drop.page": [f"{space}/deposer"],
        "sheet_done.done": [f"{space}/publie/{last}"],
    }


def tickets(node: Node) -> tuple[list[str], list[str]]:
    """Propose a correction for each state; return the links of the authors, and the numbers."""
    now = clock.now().timestamp()
    record = node.ledger.record(iri(node, "lilas"))
    assert record
    answers: dict[State, Callable[[str], None]] = {
        State.OPEN: lambda _number: None,
        State.ASKED: lambda n: node.tickets.answer(n, State.ASKED, now, reply=LONG),
        State.ACCEPTED: lambda n: node.tickets.answer(n, State.ACCEPTED, now, reply="Merci"),
        State.DECLINED: lambda n: node.tickets.answer(
            n, State.DECLINED, now, reason="not-ours", reply=LONG
        ),
        State.CORRECTED: lambda n: node.tickets.close_by_harvest(n, State.CORRECTED, now),
    }
    made = []
    for turn, (state, answer) in enumerate(answers.items()):
        value = LONG if state is State.OPEN else f"04 94 67 15 8{turn}"
        words = present(record, Field.CONTACT)
        proposal = Proposal(record.iri, SLUG, Field.CONTACT, words, value, "Sur la porte")
        made.append(node.tickets.propose(proposal, now + turn))
        answer(made[-1][1])
    tokens, numbers = zip(*made, strict=True)
    return list(tokens), list(numbers)


def _request(node: Node, *, answered: bool) -> tuple[str, str]:
    now = clock.now().timestamp()
    asked = replace(ASKED, feed="https://fablab.example/feed/", words=LONG) if answered else ASKED
    token, kept, _is_new = node.requests.ask(asked, now)
    if answered:
        no = Answer(Request.DECLINED, next(iter(Reason)), "Écrivez-nous.")
        with node.requests.answering(kept.number, no, now):
            pass
    return token, kept.number


def drop_sheet(context: BrowserContext, home: str, sheet: Path) -> None:
    """Sign in and drop a spreadsheet, as its verdict and its difference have pages only then."""
    sign_in(context, home, "operatrice")
    page = context.new_page()
    page.goto(f"{home}espace/pole/{SLUG}/deposer")
    page.set_input_files("#fichier", sheet)
    page.click("[data-send]")
    page.wait_for_url("**/verdict")
    page.close()


def paths(found: Addresses) -> Iterable[str]:
    """Return all paths."""
    return [path for listed in found.values() for path in listed]
