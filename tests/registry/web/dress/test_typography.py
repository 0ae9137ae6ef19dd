"""French typography: what each rule writes, what is left alone, and every page of a node."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from registry.node import Node
from registry.settings.config import Config
from registry.web.app import create_app
from registry.web.dress.typography import french
from tests.registry.web.network_of_tests import BASE_URL, small_network

NARROW, WHOLE = "\u202f", "\u00a0"
HEARD = ("title", "aria-label", "alt", "placeholder", "data-text-")
LEFT_ALONE = {"script", "style", "pre", "code", "textarea", "kbd"}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Où ? Là ; ici !", f"Où{NARROW}? Là{NARROW}; ici{NARROW}!"),
        ("Source : ici", f"Source{WHOLE}: ici"),
        ("« là »", f"«{WHOLE}là{WHOLE}»"),
        ("75 %, 20 km", f"75{WHOLE}%, 20{WHOLE}km"),
        ("à 9 h 30", f"à 9{WHOLE}h{WHOLE}30"),
        ("à 16 h 00", f"à 16{WHOLE}h"),
        ("3 lieux, 1 fiche", f"3{WHOLE}lieux, 1{WHOLE}fiche"),
        ("n° 48, M. Blanc", f"n°{WHOLE}48, M.{WHOLE}Blanc"),
        ("l'aide d&#39;ici", "l’aide d’ici"),
        ("le 1er décembre", "le 1<sup>er</sup> décembre"),
        ("tri='DROP' : non", f"tri='DROP'{WHOLE}: non"),
        ("https://a.example/?q=1;b:c", "https://a.example/?q=1;b:c"),
        ("83300 Draguignan", "83300 Draguignan"),
        ("04 94 67 15 87", "04 94 67 15 87"),
    ],
)
def test_a_rule(written: str, shown: str) -> None:
    assert french(f"<p>{written}</p>") == f"<p>{shown}</p>"


@pytest.mark.parametrize(
    "page",
    [
        '<a href="/lieux?q=où ?" data-points="/carte.json?q=a : b">x</a>',
        '<input value="Où ? l\'aide" name="a : b">',
        "<pre>a ? b : c<b>d ; e</b></pre>",
        "<code>a : b</code>",
        "<textarea>SELECT ?s ; l'eau</textarea>",
        '<script type="application/ld+json">{"a": "Où ?"}</script>',
    ],
)
def test_code_and_what_is_typed_are_left_alone(page: str) -> None:
    assert french(page) == page


def test_a_title_takes_spaces_but_no_element() -> None:
    assert (
        french("<title>1er mars : Où ?</title>") == f"<title>1er mars{WHOLE}: Où{NARROW}?</title>"
    )


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('<a title="Où ? l&#39;aide">x</a>', f'<a title="Où{NARROW}? l’aide">x</a>'),
        ('<nav aria-label="Menu : 3 lieux">', f'<nav aria-label="Menu{WHOLE}: 3{WHOLE}lieux">'),
        ('<img src="a?b" alt="« là »">', f'<img src="a?b" alt="«{WHOLE}là{WHOLE}»">'),
        ('<textarea placeholder="Où ?">Où ?', f'<textarea placeholder="Où{NARROW}?">Où ?'),
        ('<div data-text-close="Fermer !">', f'<div data-text-close="Fermer{NARROW}!">'),
        ('<input placeholder="le 1er : ici">', f'<input placeholder="le 1er{WHOLE}: ici">'),
        (
            '<meta name="description" content="L&#39;annuaire : là">',
            f'<meta name="description" content="L’annuaire{WHOLE}: là">',
        ),
        ('<meta name="viewport" content="a : b">', '<meta name="viewport" content="a : b">'),
    ],
)
def test_attributes_that_are_read_or_heard_are_typeset(written: str, shown: str) -> None:
    assert french(written) == shown
    assert french(shown) == shown


@given(st.text(alphabet="a1'«» ;?!:%h0&<>/\n\u00a0\u202f", max_size=60))
def test_what_was_typeset_comes_back_unchanged(text: str) -> None:
    once = french(text)
    assert french(once) == once


class Texts(HTMLParser):
    """The text nodes of a page that people read, code left out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [text for name, text in attrs if text and name.startswith(HEARD)]
        if tag == "meta" and ("name", "description") in attrs:
            self.found += [text for name, text in attrs if text and name == "content"]
        if tag in LEFT_ALONE:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._open:
            self.found.append(data)


def every_page(visitor: FlaskClient) -> dict[str, str]:
    """Follow the links of the site from its home, each kind of address a few times."""
    waiting, pages, kinds = ["/"], dict[str, str](), dict[str, int]()
    while waiting:
        path = waiting.pop(0)
        kind = re.sub(r"[^/]*\d[^/]*|(?<=place/).*|(?<=\?).*", "N", path)
        kinds[kind] = kinds.get(kind, 0) + 1
        if path in pages or kinds[kind] > 4 or path.startswith("/sparql?"):
            continue
        answer = visitor.get(path, headers={"Accept": "text/html"})
        if answer.mimetype != "text/html":
            continue
        pages[path] = answer.text
        found = re.findall(r'href="(/[^"#]*)', answer.text)
        waiting += [each.replace("&amp;", "&") for each in found if not each.startswith("/en")]
    return pages


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[FlaskClient]:
    """Somebody who visits a node that answers queries too."""
    small_network(tmp_path).close()
    with Node.open(Config(data=tmp_path, base_url=BASE_URL, sample_notice=True)) as node:
        node.follow()
        yield create_app(node).test_client()


def test_every_page_keeps_the_dress(whole: FlaskClient) -> None:
    """No sign begins a line, no style is inline, and one action is the main one."""
    pages = every_page(whole)
    assert len(pages) > 40
    broken: dict[str, list[str]] = {}
    for path, page in pages.items():
        reader = Texts()
        reader.feed(page)
        found = [text for text in reader.found if re.search(r" [:;?!»%](?:\s|$)|« ", text)]
        if found:
            broken[path] = found
        if " style=" in page:
            broken.setdefault(path, []).append("inline style")
        if len(re.findall('class="(?:button )?main"', page)) > 1:
            broken.setdefault(path, []).append("two main actions")
    assert broken == {}


def test_english_pages_take_apostrophes_and_nothing_of_french(visitor: FlaskClient) -> None:
    network, place = (
        visitor.get(f"/en/{path}").text for path in ("reseau", "pole/zinc/place/riche")
    )
    assert NARROW not in network
    assert "<sup>" not in place
    reader = Texts()
    reader.feed(network + place + visitor.get("/en/accessibilite").text)
    said = " ".join(reader.found)
    assert re.search(r"\w’\w", said)
    assert not re.search(r"[^\W\d_]'[^\W\d_]", said)
