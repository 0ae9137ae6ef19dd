"""axe-core finds nothing, and nothing is cut, on any page in any language, width and look.

``make test`` loads each page once at each width, so that all pairs of two (page, language, width,
look) are seen; ``make test-accessibility`` loads every combination.
"""

import re
from collections.abc import Iterator
from itertools import combinations, product

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.registry.web import chromium

PATHS = (
    "", "lieux", "lieux?q=bus", "lieux?q=bus&type=bib", "lieux?q=rsa&ou=draguinan",
    "lieux?q=wifi&ou=st+denis", "lieux?q=zzyzx", "lieux?ou=Draguignan&vue=carte",
    "pole/zinc/place/riche", "pole/ping/place/pi%C3%A8ge", "pole/ping/place/d0",
    "pole/zinc/place/retir%C3%A9", "pole/zinc", "pole/zinc/qualite", "qualite", "moissons",
    "moissons/3", "moissons/5", "moissons/3/differences", "moissons/6", "moissons/6/differences",
    "moissons/en-cours", "moissons/essais/ping", "moissons/essais/ping/differences",
    "moissons/essais/zinc", "vocabulaire", "vocabulaire/services", "vocabulaire/ns/Place",
    "vocabulaire/services/loisirs-et-creations-numeriques",
    "regles", "regles/MED-P005", "regles/MED-H460",
    "couverture/bouches-du-rhone-13", "couverture/provence-alpes-cote-d-azur",
    "couverture/calvados-14", "lieux?q=xyzzyq&ou=13", "lieux?page=x",
    "pole/zinc/place/riche/historique", "pole/zinc/place/riche/historique/1",
    "donnees", "reseau", "couverture",
    "telechargements", "sparql", "a-propos", "mentions-legales",
    "accessibilite", "verifier", "rien",
    "aide", "aide/rejoindre", "aide/tenir-ses-lieux", "aide/repondre",
)  # fmt: skip
LANGUAGES = ("", "en/")
WIDTHS = (320, 390, 768, 1280)
LOOKS = ("light", "dark", "contrast", "forced")
_MEDIA = {
    "light": {"color_scheme": "light", "contrast": "no-preference", "forced_colors": "none"},
    "dark": {"color_scheme": "dark", "contrast": "no-preference", "forced_colors": "none"},
    "contrast": {"color_scheme": "light", "contrast": "more", "forced_colors": "none"},
    "forced": {"color_scheme": "dark", "contrast": "no-preference", "forced_colors": "active"},
}
_OF_COLOURS = ("color-contrast", "link-in-text-block")
_OF_ERROR_PAGES = re.compile("40[04]|410")  # the console tells their status
Visit = tuple[str, str, int, str]

pytestmark = pytest.mark.slow


def pairwise() -> list[Visit]:
    """Each page at each width; the other two turn so that any two values meet (a Latin square)."""
    return [
        (path, LANGUAGES[(turn + page // 4) % 2], width, LOOKS[(turn + page) % 4])
        for page, path in enumerate(PATHS)
        for turn, width in enumerate(WIDTHS)
    ]


def test_each_pair_of_values_is_seen_in_make_test() -> None:
    values = (PATHS, LANGUAGES, WIDTHS, LOOKS)
    for one, other in combinations(range(4), 2):
        seen = {(visit[one], visit[other]) for visit in pairwise()}
        assert seen == set(product(values[one], values[other]))


@pytest.fixture(scope="module")
def context(running: Browser) -> Iterator[BrowserContext]:
    made = running.new_context(locale="fr-FR", reduced_motion="reduce")
    yield made
    made.close()


def faults(context: BrowserContext, address: str, width: int, *looks: str) -> list[str]:
    """Load a page once and look at it as told; gives what axe finds and what sticks out.

    Looks differ in colours and borders alone (``1-tokens.css``, ``8-media.css``), so axe judges
    by all its rules in the first, by those of colours in the others.
    """
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(**_MEDIA[looks[0]])  # type: ignore[arg-type]
    witness = chromium.Witness(address)
    witness.watch(page)
    page.goto(address)
    witness.settle(page)
    found = []
    for look in looks:
        page.emulate_media(**_MEDIA[look])  # type: ignore[arg-type]
        rules = () if look == looks[0] else _OF_COLOURS
        found += [f"{look}: {line}" for line in chromium.violations(page, *rules)]
        if (more := chromium.sideways(page)) > 0:
            found.append(f"{look}: {more} px too wide")
    found += witness.strangers
    found += [text for text in witness.complaints if not _OF_ERROR_PAGES.search(text)]
    page.close()
    return found


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_keep_axe_content_and_fit_the_screen(
    context: BrowserContext, home: str, width: int
) -> None:
    found = {
        (language + path, look): problems
        for path, language, wide, look in pairwise()
        if wide == width and (problems := faults(context, home + language + path, width, look))
    }
    assert found == {}


@pytest.mark.accessibility
@pytest.mark.parametrize("path", PATHS)
def test_every_combination_keeps_axe_content(context: BrowserContext, home: str, path: str) -> None:
    found = {
        (language, width): problems
        for language, width in product(LANGUAGES, WIDTHS)
        if (problems := faults(context, home + language + path, width, *LOOKS))
    }
    assert found == {}


@pytest.mark.parametrize("width", [640, 1280])
def test_text_twice_as_large_cuts_nothing(context: BrowserContext, home: str, width: int) -> None:
    """WCAG 2.2, 1.4.4 and 1.4.10: the page at 200 %, and text alone at 200 %."""
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 512})
    wide = {}
    for path in PATHS:
        page.goto(home + path)
        if width == 1280:
            page.evaluate("document.documentElement.style.fontSize = '34px'")
        cut = page.evaluate(_CUT)
        if cut or chromium.sideways(page) > 0:
            wide[path] = (chromium.sideways(page), cut)
    page.close()
    assert wide == {}


# Texts whose own box hides a part of them, those for screen readers left out.
_CUT = """() => [...document.querySelectorAll("main *, header *, footer *")].filter((element) => {
  const style = getComputedStyle(element), box = element.getBoundingClientRect();
  const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const hides = [style.overflowX, style.overflowY].some((way) => ["hidden", "clip"].includes(way));
  return own && hides && box.width > 2 && box.height > 2 && style.clipPath === "none"
    && !element.closest("svg, .leaflet-container, .CodeMirror, .yasr")
    && (element.scrollWidth > element.clientWidth + 1
      || element.scrollHeight > element.clientHeight + 1);
}).map((element) => element.outerHTML.slice(0, 120))"""
