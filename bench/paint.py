"""``paint``: when a phone on a slow network sees the first words of a page.

First contentful paint in Chromium, its processor four times slower, with 150 ms of round trip and
1.6 Mbit/s, nothing kept from before. The node keeps its answers as by default. The peer is the
smallest text that the same node answers, ``/robots.txt``, in the same browser: what is above is the
page's own. Medians of :data:`TURNS`, taken in turn.
"""

import statistics
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, sync_playwright

from bench._network import sample_records
from bench.pages import KEPT_MB, filled, served
from tests.registry.web.chromium import executable

TURNS = 9
_PEER = "/robots.txt"
_ASKED = urlencode({"q": "payer mes impôts en ligne", "ou": "Draguignan"})
_PAGES = {"home": "/", "results": f"/lieux?{_ASKED}"}
_SLOW = {"offline": False, "latency": 150, "downloadThroughput": 2e5, "uploadThroughput": 93_750}
_PAINTED = """() => new Promise((done) => new PerformanceObserver((list) => {
  const paint = list.getEntriesByName("first-contentful-paint")[0];
  if (paint) done(paint.startTime);
}).observe({type: "paint", buffered: true}))"""


def run() -> dict[str, Any]:
    """Measure; the page of a place is that of the first result."""
    with tempfile.TemporaryDirectory() as name:
        filled(Path(name), sample_records(), 1)
        with served(Path(name), KEPT_MB) as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=executable("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            pages = _PAGES | {"place": _first_result(browser, site.address)}
            painted = _painted(browser, site.address, [_PEER, *pages.values()])
            browser.close()
    peer, *own = painted
    milliseconds = dict(zip(pages, own, strict=True))
    return {
        "milliseconds": milliseconds,
        "peer_ms": peer,
        "slowest_ms": max(own),
        "ratio": round(max(own) / peer, 2),
    }


def _first_result(browser: Browser, address: str) -> str:
    page = browser.new_page()
    page.goto(address + _PAGES["results"])
    path = page.locator("ol.places h2 a").first.get_attribute("href") or ""
    page.close()
    return path


def _painted(browser: Browser, address: str, paths: list[str]) -> list[int]:
    taken: list[list[float]] = [[] for _ in paths]
    for _turn in range(TURNS):
        for times, path in zip(taken, paths, strict=True):
            times.append(_first_paint_ms(browser, address + path))
    return [round(statistics.median(times)) for times in taken]


def _first_paint_ms(browser: Browser, address: str) -> float:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="fr-FR")
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", _SLOW)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(address)
    milliseconds = float(page.evaluate(_PAINTED))
    context.close()
    return milliseconds
