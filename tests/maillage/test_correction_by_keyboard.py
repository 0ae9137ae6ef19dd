"""A citizen corrects a place at the nation, a pole two nodes down accepts it: by keyboard alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium

from registry.tickets.types import State
from tests.maillage.network_of_three import LOGIN, PASSWORD, Three, network_of_three
from tests.registry.web import chromium
from tests.registry.web.keyboard import Keyboard
from tests.registry.web.network_of_tests import plain

pytestmark = pytest.mark.slow
RIGHT, PLACE = "04 94 67 15 88", "Médiathèque des Lilas"


@pytest.fixture
def three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Three]:
    with network_of_three(tmp_path, monkeypatch, signs_in=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def running() -> Iterator[Chromium]:
    with chromium.browser() as browser:
        yield browser


@chromium.at_widths(390, 1280)
def test_a_correction_comes_home_by_keyboard(running: Chromium, three: Three, width: int) -> None:
    look = {"locale": "fr-FR", "viewport": {"width": width, "height": 844}}
    citizen, editor = (
        Keyboard(running.new_context(**look).new_page())  # type: ignore[arg-type]
        for _ in range(2)
    )
    propose(citizen, three)
    three.down()
    accept(editor, three)
    three.pole.follows()
    three.up()
    print(f"{width} px: citizen {citizen.count} editor {editor.count}")
    citizen.page.reload()
    assert "Close : la fiche a changé sur ce point" in plain(citizen.page.inner_text("main"))
    citizen.go("main a", PLACE)
    assert citizen.page.url.startswith(three.nation.home)
    assert RIGHT in plain(citizen.page.inner_text("main"))
    (ticket,) = three.nation.node.tickets.listed(three.nation.now)
    assert ticket.state is State.CORRECTED
    assert (citizen.count.actions, editor.count.actions) <= (8, 8)


def propose(keys: Keyboard, three: Three) -> None:
    """From the page of the place to the page that follows the correction."""
    page = next(iter(three.nation.node.index.resources("Place", "r"))).path
    keys.page.goto(f"{three.nation.home}pole/r/{page}")
    keys.go("main a", "Proposer une correction")
    keys.press("[name=quoi]", key="Space")
    keys.page.keyboard.press("ArrowRight")
    keys.count.actions += 1
    assert keys.page.input_value("[name=quoi]:checked") == "contact"
    keys.type("#valeur", RIGHT)
    keys.type("#comment", "Sur la porte")
    keys.go("form.correct button.main")
    assert "En attente de la réponse" in plain(keys.page.inner_text("main"))


def accept(keys: Keyboard, three: Three) -> None:
    """Sign in at the pole, read what came, accept it: the form opens with it, and is published."""
    keys.page.goto(f"{three.pole.home}connexion")
    keys.type("#login", LOGIN)
    keys.type("#password", PASSWORD)
    keys.go("form button.main")
    keys.go("main a", "Corrections reçues")
    keys.go("main a", PLACE)
    assert RIGHT in plain(keys.page.inner_text("main"))
    keys.go("button.main", "Accepter")
    assert keys.page.input_value("#f-telephone") == RIGHT
    keys.go("button[value=direct]")  # a number spelt otherwise is the number that was typed
    assert "Publié" in plain(keys.page.inner_text("[role=status].done"))
