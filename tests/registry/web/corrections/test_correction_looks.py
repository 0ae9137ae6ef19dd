"""Pages of corrections in a browser: axe finds nothing; keys alone suffice, and no script does."""

from collections.abc import Iterator
from typing import cast

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium

from registry.web.site import clock
from tests.registry.web import chromium
from tests.registry.web.corrections.conftest import FORM, PLACE
from tests.registry.web.network_of_tests import SmallNode, plain

pytestmark = pytest.mark.slow


@pytest.fixture
def home(app: Flask) -> Iterator[str]:
    with chromium.served(app) as address:
        yield address.rstrip("/")


def test_keys_alone_propose_and_withdraw(running: Chromium, home: str, own: SmallNode) -> None:
    page = running.new_page(locale="fr-FR")
    page.goto(f"{home}{PLACE}")
    page.focus(f'a[href="{FORM}"]')
    page.keyboard.press("Enter")
    page.wait_for_url(f"{home}{FORM}")
    page.focus("[value=horaires]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")  # the next choice
    page.keyboard.press("Tab")
    page.keyboard.type("04 94 67 15 8")
    page.keyboard.press("Tab")
    page.keyboard.type("Sur la porte")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    assert "manque 1 chiffre" in plain(page.inner_text("[role=alert]"))
    page.focus("[name=tel-quel]")
    page.keyboard.press("Space")
    page.focus("form.box button.main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/correction/**")
    (kept,) = own.tickets.listed(clock.now().timestamp())
    assert (kept.about, kept.value) == ("contact", "04 94 67 15 8")
    page.focus("text=Retirer et effacer")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Votre correction est retirée")
    assert own.tickets.listed(clock.now().timestamp()) == []
    page.close()


def test_no_script_is_needed(running: Chromium, home: str) -> None:
    context = running.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto(f"{home}/pole/zinc/place/riche/corriger")
    assert page.is_hidden("p.now.horaires")
    page.check("[value=horaires]")
    assert page.is_visible("p.now.horaires")
    assert page.is_hidden("p.now.contact")
    assert plain(page.inner_text("label[for=valeur]")) == "Les bons horaires"
    page.fill("#valeur", "Le lundi")
    page.click("form.box button.main")
    assert "En attente de la réponse" in plain(page.inner_text("main"))
    assert not cast("list[object]", context.cookies())
    context.close()
