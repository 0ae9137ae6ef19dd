"""A file is chosen or dropped in a browser: the verdict keeps axe content, fits, and prints."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.registry.web import chromium
from tests.registry.web.network_of_tests import plain

HEAD = "id;nom;adresse;code_postal;commune;telephone;horaires;latitude;longitude;date_maj"
ROWS = (
    "a1;Médiathèque;3 rue Neuve;01000;Bourg-en-Bresse;04 74 00 00 01;lundi 9h-12h;46,2;5,2;",
    "a2;Fablab du Lac;5 quai Été;;Annecy;;;45.9;6.1;2024-01-02",
    f"a3;{'Long' * 40};1 rue du Port;44000;Nantes;12;{'selon les jours ' * 20};;;hier",
)
RECORD = """@prefix schema: <https://schema.org/> .
<https://pole.example/id/place/1> a <https://w3id.org/mediation-numerique/ns#Place> ;
  schema:name "Le Port"@fr ; schema:latitude 4.72e1 ."""
OWN_WORDS = "Nom du lieu;CP;Ville;Remarques\nLe Port;44000;Nantes;rien\n"
FILES = {
    "lieux.csv": "\n".join([HEAD, *ROWS]),
    "mots.csv": OWN_WORDS,
    "lieux.ttl": RECORD,
    "faux.csv": "%PDF-1.7",
}
_DROP = """(text) => {
  const data = new DataTransfer();
  data.items.add(new File([text], "lieux.csv", { type: "text/csv" }));
  const form = document.querySelector("[data-drop]");
  const one = { dataTransfer: data, bubbles: true, cancelable: true };
  for (const kind of ["dragenter", "dragover", "drop"])
    form.dispatchEvent(new DragEvent(kind, one));
  return document.querySelector("#fichier").files.length;
}"""
_OPEN = "document.querySelectorAll('main details').forEach((one) => { one.open = true; })"
_TOO_LARGE = """() => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(10_000_001)], "lieux.csv"));
  const input = document.querySelector("#fichier");
  input.files = data.files;
  input.dispatchEvent(new Event("change"));
  return input.checkValidity();
}"""

pytestmark = pytest.mark.slow


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def page(request: pytest.FixtureRequest, running: Browser, home: str) -> Iterator[Page]:
    context = running.new_context(
        base_url=home, java_script_enabled=request.param, locale="fr-FR", reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def scripted(running: Browser, home: str) -> Iterator[Page]:
    context = running.new_context(base_url=home, locale="fr-FR", reduced_motion="reduce")
    yield context.new_page()
    context.close()


def send(page: Page, name: str, folder: Path) -> None:
    path = folder / name
    path.write_text(FILES[name], encoding="utf-8")
    page.goto("/verifier")
    page.set_input_files("#fichier", path)
    with page.expect_navigation():
        page.click("[data-send]")


def test_a_file_is_sent_with_and_without_script(page: Page, tmp_path: Path) -> None:
    send(page, "lieux.csv", tmp_path)
    assert plain(page.inner_text("h1")) == "2 lieux sur 3 peuvent être publiés"


@pytest.mark.parametrize("name", FILES)
@chromium.at_widths(320, 390, 1280)
def test_the_verdict_keeps_axe_content_and_fits_the_screen(
    scripted: Page, tmp_path: Path, name: str, width: int
) -> None:
    scripted.set_viewport_size({"width": width, "height": 844})
    send(scripted, name, tmp_path)
    scripted.evaluate(_OPEN)
    found = []
    for look in ("light", "dark"):
        scripted.emulate_media(color_scheme=look)
        found += [f"{look}: {line}" for line in chromium.violations(scripted)]
        found += ["too wide"] if chromium.sideways(scripted) > 0 else []
    assert found == []


def test_a_dropped_file_is_the_one_that_is_sent(scripted: Page) -> None:
    scripted.goto("/verifier")
    assert scripted.locator("[data-drop-here]").is_visible()
    assert scripted.evaluate(_DROP, FILES["lieux.csv"]) == 1
    with scripted.expect_navigation():
        scripted.click("[data-send]")
    assert scripted.locator(".verdict h1").is_visible()


def test_a_file_that_is_too_large_is_not_sent(scripted: Page) -> None:
    scripted.goto("/verifier")
    assert scripted.evaluate(_TOO_LARGE) is False
    assert "trop gros" in scripted.inner_text("[data-said]")


def test_the_second_button_gives_a_spreadsheet(scripted: Page, tmp_path: Path) -> None:
    path = tmp_path / "lieux.csv"
    path.write_text(FILES["lieux.csv"], encoding="utf-8")
    scripted.goto("/verifier")
    scripted.set_input_files("#fichier", path)
    with scripted.expect_download() as download:
        scripted.click("button[value=csv]")
    assert download.value.suggested_filename == "verification-lieux.csv"


def test_the_verdict_prints_with_all_its_rows(scripted: Page, tmp_path: Path) -> None:
    send(scripted, "lieux.csv", tmp_path)
    scripted.emulate_media(media="print", color_scheme="dark")
    assert scripted.locator("h1").is_visible()
    colour = "getComputedStyle(document.querySelector('.verdict h1')).color"
    assert scripted.evaluate(colour) == "rgb(0, 0, 0)"
    assert not scripted.locator("form").first.is_visible()
    assert scripted.pdf(format="A4").startswith(b"%PDF-")
