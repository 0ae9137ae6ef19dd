"""The form of a place in a browser: by keyboard, to the public page, and by axe."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from registry.accounts.types import Roles
from registry.ledger.acts import COMMAND
from registry.node import Node
from tests.registry.web import chromium
from tests.registry.web.accounts.conftest import account_of
from tests.registry.web.accounts.pole_of_editors import SLUG, enter, made_app, said
from tests.registry.web.accounts.test_account_looks import sign_in
from tests.registry.web.keyboard import Keyboard
from tests.registry.web.network_of_tests import plain

pytestmark = pytest.mark.slow

SPACE = f"espace/pole/{SLUG}"


@pytest.fixture
def home(node: Node) -> Iterator[str]:
    app = made_app(node)  # the places keep the addresses that the site had then
    node.config = replace(node.config, base_url="http://127.0.0.1/")
    number = account_of(node, "zinc").number
    node.accounts.set_roles(number, Roles(poles=frozenset({SLUG})), COMMAND, "test")
    with chromium.served(app) as address:
        yield address


def test_a_phone_is_changed_by_keyboard_and_reaches_the_public(
    running: Chromium, home: str, node: Node
) -> None:
    context = running.new_context(locale="fr-FR", reduced_motion="reduce")
    assert "Bonjour, Zinc" in sign_in(context, home, "zinc")
    page = context.new_page()
    page.goto(f"{home}{SPACE}/lieux/lilas")
    page.focus("#f-telephone")
    page.keyboard.press("Control+A")
    page.keyboard.type("04 94 11 22 33")  # one number a line: Enter begins another
    keys = Keyboard(page)
    keys.press("a", "Aller à la publication")
    keys.go("button[form=place]", "Voir la différence")
    assert "04 94 11 22 33" in plain(page.inner_text("main"))
    page.focus("#pourquoi")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.value") == "publier"
    page.keyboard.press("Enter")
    page.wait_for_url("**fait=publie")
    assert said(node, "lilas")["telephone"] == "+33494112233"
    node.index.apply(node.ledger, node.ledger.head())  # as the follower does within seconds
    page.goto(f"{home}pole/{SLUG}/place/lilas")
    assert "04 94 11 22 33" in plain(page.inner_text("main"))
    context.close()


def test_a_commune_is_suggested(running: Chromium, home: str) -> None:
    context = running.new_context(locale="fr-FR", reduced_motion="reduce")
    sign_in(context, home, "zinc")
    page = context.new_page()
    page.goto(f"{home}{SPACE}/nouveau-lieu")
    page.focus("#f-commune")
    page.keyboard.type("Draguign")
    page.wait_for_selector(".suggestions [role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("#f-commune") == "Draguignan"
    assert page.url.endswith("/nouveau-lieu")
    context.close()


def test_a_field_is_judged_when_one_leaves_it(running: Chromium, home: str, node: Node) -> None:
    context = running.new_context(locale="fr-FR", reduced_motion="reduce")
    sign_in(context, home, "zinc")
    page = context.new_page()
    witness = chromium.Witness(home)
    witness.watch(page)
    page.goto(f"{home}{SPACE}/lieux/lilas")
    assert "Médiathèque des Lilas" in plain(page.inner_text("[data-preview]"))
    page.fill("#f-nom", "Médiathèque des Roses")
    page.fill("#f-telephone", "12")
    page.press("#f-telephone", "Tab")
    page.wait_for_selector("#s-telephone .field-error")
    assert "Ne serait pas publié : 12" in plain(page.inner_text("#s-telephone"))
    assert page.get_attribute("#s-telephone", "aria-live") == "polite"
    assert "Médiathèque des Roses" in plain(page.inner_text("[data-preview]"))
    assert "2 changements" in plain(page.inner_text("[data-changes]"))
    page.fill("#f-nom", "")
    page.press("#f-nom", "Tab")
    page.wait_for_selector("#f-nom[aria-invalid]")
    page.fill("#f-telephone", "04 94 00 00 01")
    page.press("#f-telephone", "Tab")
    page.wait_for_selector("#s-telephone .field-error", state="detached")
    assert said(node, "lilas")["nom"] == "Médiathèque des Lilas"
    page.fill("#f-nom", "Médiathèque des Roses")
    page.fill("#f-telephone", "04 94 00 00 02")
    page.press("#f-telephone", "Tab")
    page.wait_for_selector(
        '#s-telephone .remark:has-text("+33494000002")'
    )  # the repair is told: no second look
    page.click("button[value=direct]")
    page.wait_for_url("**fait=publie")
    assert said(node, "lilas")["telephone"] == "+33494000002"
    witness.assert_quiet()
    context.close()


def test_a_marker_is_moved_by_arrow_keys(running: Chromium, home: str, node: Node) -> None:
    context = running.new_context(locale="fr-FR", reduced_motion="reduce")
    sign_in(context, home, "zinc")
    page = context.new_page()
    witness = chromium.Witness(home)
    witness.watch(page)
    page.goto(f"{home}{SPACE}/lieux/port")
    page.locator("[data-placing]").scroll_into_view_if_needed()
    page.focus(".placing .pin.unknown")  # at the centre of the commune: nothing is stated yet
    assert page.input_value("#f-latitude") == ""
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowRight")
    latitude, longitude = (float(page.input_value(f"#f-{n}")) for n in ("latitude", "longitude"))
    assert (round(latitude, 1), round(longitude, 1)) == (43.1, 6.0)
    assert str(latitude) in page.inner_text(".placing-said")
    assert page.locator(".placing .pin.unknown").count() == 0
    page.fill("#f-latitude", "43,12")
    page.press("#f-latitude", "Tab")
    page.wait_for_selector("#s-latitude li")
    assert chromium.violations(page) == []
    assert page.evaluate("document.querySelector('[data-preview]').innerText").count("Toulon")
    witness.assert_quiet()
    context.close()


@pytest.mark.parametrize("script", [True, False])
def test_what_answers_a_form_keeps_axe_content(
    running: Chromium, home: str, node: Node, script: bool
) -> None:
    """The form with faults, the difference, what somebody else published meanwhile."""
    context = running.new_context(
        locale="fr-FR", reduced_motion="reduce", java_script_enabled=script
    )
    sign_in(context, home, "zinc")
    page = context.new_page()
    page.set_viewport_size(chromium.PHONE)  # type: ignore[arg-type]
    page.goto(f"{home}{SPACE}/lieux/lilas?manque=telephone")
    page.fill("#hours-Mo-1", "bientôt")
    page.check('[name="state"][value="closed"]')
    page.fill("#closed-to", "2020-01-01")
    page.press("#f-nom", "Enter")
    page.wait_for_selector(".notice.error")
    seen = {"form": looks_of(page, script)}
    page.click('a[href="#closed-to"]')
    assert page.evaluate("document.activeElement.id") in {"closed-to", ""} or not script
    page.fill("#closed-to", "2027-03-15")
    page.fill("#hours-Mo-1", "9h-12h")
    page.fill("#f-telephone", "12")
    page.press("#f-nom", "Enter")
    page.wait_for_selector("#pourquoi")
    assert "Fermé jusqu'au 15 mars 2027" in plain(page.inner_text("main"))
    seen["review"] = looks_of(page, script)
    enter(node, "lilas", said(node, "lilas") | {"nom": "Médiathèque neuve"})
    page.press("#pourquoi", "Enter")
    page.wait_for_selector("text=pendant votre saisie")
    seen["moved"] = looks_of(page, script)
    context.close()
    assert {name: found for name, found in seen.items() if found} == {}


def looks_of(page: Page, script: bool) -> list[str]:
    found = [f"{wide} px too wide"] if (wide := chromium.sideways(page)) > 0 else []
    if not script:  # axe is one
        return found
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        rules = () if scheme == "light" else ("color-contrast",)
        found += [f"{scheme}: {line}" for line in chromium.violations(page, *rules)]
    return found


def tabs_to(page: Page, selector: str, most: int) -> int:
    """Press the tabulator until something has the focus; return how often that took."""
    for pressed in range(1, most + 1):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return pressed
    raise AssertionError(f"{selector} is not within {most} presses of the tabulator")


@pytest.mark.parametrize("width", [390, 1280])
def test_publishing_is_near_for_the_keyboard(
    running: Chromium, home: str, node: Node, width: int
) -> None:
    """WCAG 2.4.1, 2.4.3 and 2.4.11: from the top, from a field, and nothing covers the focus."""
    context = running.new_context(locale="fr-FR", reduced_motion="reduce")
    sign_in(context, home, "zinc")
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{home}{SPACE}/lieux/lilas")
    tabs_to(page, ".skip a[href='#publier']", 2)
    page.keyboard.press("Enter")
    tabs_to(page, ".save button[value=direct]", 2)
    page.focus("#f-telephone")
    page.keyboard.press("Control+A")
    page.keyboard.type("04 94 00 00 02")
    tabs_to(page, ".onward a[href='#publier']", 6)
    page.wait_for_selector('#s-telephone .remark:has-text("+33494000002")')
    assert page.locator(".onward a:focus").is_visible()
    page.keyboard.press("Enter")
    tabs_to(page, ".save button[value=direct]", 2)
    page.keyboard.press("Enter")
    page.wait_for_url("**fait=publie")
    assert said(node, "lilas")["telephone"] == "+33494000002"
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_every_part_is_led_to_and_nothing_covers_the_focus(
    running: Chromium, home: str, width: int
) -> None:
    context = running.new_context(locale="fr-FR", reduced_motion="reduce")
    sign_in(context, home, "zinc")
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{home}{SPACE}/lieux/lilas")
    if width < 760:
        page.click(".narrow-parts > summary")
    links = page.locator(".parts ol a:visible")
    aims = [link.get_attribute("href") for link in links.all()]
    assert aims == [f"#{one.get_attribute('id')}" for one in page.locator("form section").all()] + [
        "#publier"
    ]
    assert looks_of(page, True) == []
    page.focus("#f-nom")
    covered = []
    for _ in range(300):
        page.keyboard.press("Tab")
        one = page.evaluate(
            """async () => {
              await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)));
              const focused = document.activeElement, bar = document.querySelector(".save");
              const [low, top] = [focused.getBoundingClientRect(), bar.getBoundingClientRect().top];
              const isHidden = low.top >= top - 1 || low.bottom <= 0;
              return [bar.contains(focused), isHidden, focused.outerHTML.slice(0, 90)];
            }"""
        )
        if one[0]:
            break
        covered += [one[2]] if one[1] else []
    assert one[0], "the bar is never reached"
    assert covered == []
    context.close()
