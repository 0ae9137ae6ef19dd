"""A dropped spreadsheet in a browser: by keyboard, to the public page, and by axe."""

from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from registry.node import Node
from tests.registry.web import chromium
from tests.registry.web.accounts.pole_of_editors import SLUG, said
from tests.registry.web.accounts.test_account_looks import sign_in
from tests.registry.web.accounts.test_place_looks import home
from tests.registry.web.network_of_tests import plain

pytestmark = pytest.mark.slow

__all__ = ["home"]
SPACE = f"espace/pole/{SLUG}"
TOWNS = (("83510", "Lorgues"), ("83300", "Draguignan"), ("44000", "Nantes"))


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """Return a table as volunteers make them: titles above, towns in merged cells, own words."""
    book = openpyxl.Workbook()
    page = book.active
    page.append(["Réseau des lieux – annuaire 2026"])
    page.append([])
    page.append(["Nom de la structure", "Rue", "CP", "Ville", "Tél", "Horaires", "Gratuit ?"])
    for number, (code, town) in enumerate(TOWNS):
        for one in range(10):
            name = f"Lieu {number}{one}"
            hours, fee = ("bientôt", "Oui sauf impressions") if one == 3 else ("lundi 9h-12h", "")
            merged = town if one == 0 else None
            phone = f"04 94 00 0{number} {one}0"
            page.append([name, f"{one + 1} rue Neuve", code, merged, phone, hours, fee])
        first = 4 + number * 10
        page.merge_cells(start_row=first, end_row=first + 9, start_column=4, end_column=4)
    page.append(["TOTAL : 30 lieux"])
    path = tmp_path / "lieux.xlsx"
    book.save(path)
    return path


class Keyboard:
    """Somebody without a mouse: goes to a field, types, presses; each of these is an action."""

    def __init__(self, page: Page) -> None:
        self.page, self.actions = page, 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.actions += 1

    def reach(self, selector: str) -> None:
        """Press the tabulator until something has the focus, first of all past the menus."""
        self.press("Tab")
        self.press("Enter")  # the link to the content
        for _ in range(60):
            self.press("Tab")
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"{selector} cannot be reached by keyboard")


@chromium.at_widths(390, 1280)
def test_thirty_places_go_in_by_keyboard(
    running: Chromium, home: str, node: Node, sheet: Path, width: int
) -> None:
    context = running.new_context(
        locale="fr-FR", reduced_motion="reduce", viewport={"width": width, "height": 800}
    )
    sign_in(context, home, "zinc")
    page = context.new_page()
    keys = Keyboard(page)
    page.goto(f"{home}{SPACE}/deposer")
    keys.reach("#fichier")
    page.set_input_files("#fichier", sheet)
    keys.press("Tab")
    assert page.evaluate("document.activeElement.hasAttribute('data-send')")
    keys.press("Enter")
    page.wait_for_url("**/verdict")
    assert "Les 30 lieux peuvent être publiés" in plain(page.inner_text("h1"))
    keys.reach("[name=centre]")
    keys.press("Space")
    keys.reach("button[value=comparer]")
    keys.press("Enter")
    page.wait_for_url("**/comparer")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    keys.reach("button[value=publier]")
    keys.press("Enter")
    page.wait_for_url("**/publie/*")
    assert "30 lieux sont publiés" in plain(page.inner_text("h1"))
    assert said(node, "lieu-13-draguignan")["latitude"].startswith("43.5")
    assert keys.actions <= 32
    context.close()
