"""axe-core finds nothing, and nothing is cut, on any page in any language, width and look.

``make test`` loads each page once: language, width and look turn so that any two of their values
meet. ``make test-accessibility`` sees every combination.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, product

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

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


def in_turns() -> list[Visit]:
    """Each page once; the other three turn so that any two of their values meet."""
    return [
        (path, LANGUAGES[page % 2], WIDTHS[page // 2 % 4], LOOKS[(page + page // 8) % 4])
        for page, path in enumerate(PATHS)
    ]


def test_each_pair_of_values_is_seen_in_make_test() -> None:
    values = (LANGUAGES, WIDTHS, LOOKS)
    for one, other in combinations(range(3), 2):
        seen = {(visit[one + 1], visit[other + 1]) for visit in in_turns()}
        assert seen == set(product(values[one], values[other]))


@pytest.fixture(scope="module")
def context(running: Browser) -> Iterator[BrowserContext]:
    made = running.new_context(locale="fr-FR", reduced_motion="reduce")
    yield made
    made.close()


def faults(context: BrowserContext, address: str, width: int, *looks: str) -> list[str]:
    """Load a page and look at it as told; gives what axe finds and what sticks out."""
    return faults_at(context, address, (width,), *looks).get(width, [])


def faults_at(
    context: BrowserContext, address: str, widths: Sequence[int], *looks: str
) -> dict[int, list[str]]:
    """Load a page once, in the first width, and look at it in each, as told.

    Looks differ in colours and borders alone (``1-tokens.css``, ``8-media.css``), so axe judges
    by all its rules in the first, by those of colours in the others.

    Returns:
        What axe finds and what sticks out, at the widths where there is something.
    """
    page, witness = chromium.tab(context), chromium.Witness(address)
    page.set_viewport_size({"width": widths[0], "height": 844})
    page.emulate_media(**_MEDIA[looks[0]])  # type: ignore[arg-type]
    witness.watch(page)
    page.goto(address)
    found = {}
    for width in widths:
        page.set_viewport_size({"width": width, "height": 844})
        witness.settle(page)
        found[width] = [fault for look in looks for fault in _seen(page, look, looks[0])]
    witness.leave(page)
    found[widths[0]] += witness.strangers
    found[widths[0]] += [it for it in witness.complaints if not _OF_ERROR_PAGES.search(it)]
    return {width: problems for width, problems in found.items() if problems}


def _seen(page: Page, look: str, first: str) -> Iterator[str]:
    page.emulate_media(**_MEDIA[look])  # type: ignore[arg-type]
    for line in chromium.violations(page, *(() if look == first else _OF_COLOURS)):
        yield f"{look}: {line}"
    if (more := chromium.sideways(page)) > 0:
        yield f"{look}: {more} px too wide"


def test_pages_keep_axe_content_and_fit_the_screen(context: BrowserContext, home: str) -> None:
    found = {
        (language + path, width, look): problems
        for path, language, width, look in in_turns()
        if (problems := faults(context, home + language + path, width, look))
    }
    assert found == {}


@pytest.mark.accessibility
@pytest.mark.parametrize("path", PATHS)
def test_every_combination_keeps_axe_content(context: BrowserContext, home: str, path: str) -> None:
    """In French it is loaded at each width; in English made wider, as a window is."""
    found = {
        width: problems
        for width in WIDTHS
        if (problems := faults(context, home + path, width, *LOOKS))
    }
    assert found == {}
    assert faults_at(context, home + "en/" + path, WIDTHS, *LOOKS) == {}


def test_text_twice_as_large_cuts_nothing(context: BrowserContext, home: str) -> None:
    """WCAG 2.2, 1.4.4 and 1.4.10: the page at 200 %, and text alone at 200 %."""
    page, wide = chromium.tab(context), {}
    for path in PATHS:
        page.set_viewport_size({"width": 640, "height": 512})
        page.goto(home + path)
        wide[path, "page"] = (chromium.sideways(page), page.evaluate(_CUT))
        page.set_viewport_size({"width": 1280, "height": 512})
        page.evaluate("document.documentElement.style.fontSize = '34px'")
        wide[path, "text"] = (chromium.sideways(page), page.evaluate(_CUT))
    assert {key: found for key, found in wide.items() if found[0] > 0 or found[1]} == {}


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
