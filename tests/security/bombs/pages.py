"""Sitemaps and web pages: lists without end, HTML and JSON-LD built to be read for ever."""

import json
from collections.abc import Callable

from tests.security.bombs.bomb import PATH, Bomb, served
from tests.simulator import SimulatedPole, written

_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XML = "application/xml"
_MANY = "MED-H532"
_PAGE = "MED-H533"
_OPEN = '<script type="application/ld+json">'


def _index(items: str) -> str:
    return f'<sitemapindex xmlns="{_SPACE}">{items}</sitemapindex>'


def _urls(items: str) -> str:
    return f'<urlset xmlns="{_SPACE}">{items}</urlset>'


def _loc(url: str, item: str = "url") -> str:
    return f"<{item}><loc>{url}</loc></{item}>"


def _list(code: str, text: Callable[[SimulatedPole], str]) -> Bomb:
    return served("sitemap", code, _XML, lambda pole: text(pole).encode())


def _page(body: str | Callable[[], str], code: str = _PAGE) -> Bomb:
    """A sitemap of one page, which is the bomb."""

    def lay(pole: SimulatedPole) -> None:
        pole.put(PATH, _urls(_loc(pole.url("/page"))), _XML)
        pole.put("/page", body if isinstance(body, str) else body(), "text/html")

    return Bomb("sitemap", code, lay)


def _block(text: str) -> str:
    return f"<!doctype html>{_OPEN}{text}</script>"


def _places(count: int) -> str:
    node = {"@context": "https://schema.org", "@type": "Library", "name": "x"}
    return _block(json.dumps([node] * count))


def _index_without_end(pole: SimulatedPole) -> None:
    def answer(path: str) -> tuple[str, bytes]:
        links = "".join(_loc(pole.url(f"{path}x{n}"), "sitemap") for n in range(2))
        return _XML, _index(links).encode()

    pole.answer(PATH, written(answer))


def _pages_that_fail(pole: SimulatedPole) -> None:
    pole.put(PATH, _urls("".join(_loc(pole.url(f"/none{n}")) for n in range(4_000))), _XML)


def _robots(pole: SimulatedPole) -> None:
    pole.put(PATH, _urls(_loc(pole.url("/page"))), _XML)
    pole.put("/page", _places(1), "text/html")
    rules = "User-agent: *\n" + "Disallow: /" + "*a" * 2_000 + "$\n"
    pole.put("/robots.txt", (rules * 100 + "Disallow: /page\n").encode(), "text/plain")


def _page_elsewhere(pole: SimulatedPole) -> None:
    pole.put(PATH, _urls(_loc("http://169.254.169.254/")), _XML)


PAGES: dict[str, Bomb] = {
    "sitemap of itself": _list("MED-H401", lambda p: _index(_loc(p.url(PATH), "sitemap"))),
    "index of indexes without end": Bomb("sitemap", _MANY, _index_without_end),
    "index of 100,000 lists": _list(
        _MANY, lambda p: _index("".join(_loc(p.url(f"/s{n}"), "sitemap") for n in range(60_000)))
    ),
    "sitemap of 100,000 pages": _list(
        _MANY, lambda p: _urls("".join(_loc(p.url(f"/p{n}")) for n in range(100_000)))
    ),
    "sitemap of a million pages": _list(
        "MED-H106", lambda p: _urls("".join(_loc(p.url(f"/p{n}")) for n in range(1_000_000)))
    ),
    "sitemap of an address of 5 MB": _list(
        "MED-H205", lambda p: _urls(_loc(p.url("/" + "x" * 5_000_000)))
    ),
    "sitemap of comments without end": _list("MED-H530", lambda _: _urls("<!--" * 1_000_000)[:-9]),
    "sitemap of sections without end": _list(
        "MED-H530", lambda _: _urls("<![CDATA[" * 500_000)[:-9]
    ),
    "sitemap of 200,000 attributes": _list(
        "MED-H205",
        lambda _: "<urlset " + " ".join(f'a{n}="x"' for n in range(200_000)) + "/>",
    ),
    "sitemap of 200,000 namespaces": _list(
        "MED-H205",
        lambda _: "<urlset " + " ".join(f'xmlns:a{n}="x"' for n in range(200_000)) + "/>",
    ),
    "sitemap of 3 million elements": _list("MED-H106", lambda _: _urls("<url/>" * 3_000_000)),
    "sitemap of a million elements": _list("MED-H401", lambda _: _urls("<url/>" * 1_000_000)),
    "sitemap of another host": Bomb("sitemap", "MED-H302", _page_elsewhere),
    "pages that all fail": Bomb("sitemap", "MED-H109", _pages_that_fail),
    "robots.txt of stars": Bomb("sitemap", _PAGE, _robots),
    "page of 2 MB": _page(lambda: "<p>" * 700_000),
    "page of 100,000 blocks": _page(lambda: _block("{}") * 15_000),
    "page of tags without end": _page(lambda: "<a " * 300_000, "MED-H401"),
    "page of attributes without end": _page(lambda: "<a" + " b=" * 300_000, "MED-H401"),
    "page of quotes without end": _page(lambda: "<a b='" * 160_000, "MED-H401"),
    "page of comments without end": _page(lambda: "<!--" * 240_000, "MED-H401"),
    "page of declarations": _page(lambda: "<![" * 300_000, "MED-H401"),
    "page of instructions": _page(lambda: "<?" * 490_000, "MED-H401"),
    "page of ends": _page(lambda: "</" * 490_000, "MED-H401"),
    "page of ends with spaces": _page(lambda: "</a " * 240_000, "MED-H401"),
    "page of references": _page(lambda: "&" * 900_000, "MED-H401"),
    "page of angles": _page(lambda: "<" * 900_000, "MED-H401"),
    "page of a block without end": _page(lambda: _OPEN + "{" * 900_000, "MED-H401"),
    "page of pieces": _page(lambda: _OPEN + "[" + "1,<" * 300_000, "MED-H401"),
    "page of nested elements": _page(lambda: "<div>" * 190_000, "MED-H401"),
    "block of nested arrays": _page(lambda: _block("[" * 400_000)),
    "block of nested graphs": _page(lambda: _block('{"@graph":' * 50_000)),
    "block of nesting that ends": _page(lambda: _block("[" * 900 + "]" * 900)),
    "block of closed nesting": _page(lambda: _block("[" * 50_000 + "]" * 50_000)),
    "block of a context elsewhere": _page(_block('{"@context":"http://10.0.0.1/","@type":"Library"}')),
    "block of 20,000 contexts": _page(
        lambda: _block('{"@context":[' + ",".join(['"https://schema.org"'] * 40_000) + "]}"),
        "MED-H401",
    ),
    "block of half characters": _page(
        _block('{"@context":"https://schema.org","@type":"Library","name":"\\ud800"}')
    ),
    "block of a number": _page(lambda: _block("9" * 500_000), "MED-H401"),
    "block of 10,000 places of one name": _page(lambda: _places(10_000)),
    "block of a text of 900 kB": _page(
        lambda: _block(
            json.dumps(
                {"@context": "https://schema.org", "@type": "Library", "name": "x" * 900_000}
            )
        )
    ),
}  # fmt: skip
