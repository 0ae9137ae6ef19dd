"""A real browser on a real server: what it logs, and whom it calls."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright
from waitress.server import create_server

from tests.conftest import ROOT

_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
AXE = ROOT / "tests" / "data" / "vendor" / "axe-core" / "axe.min.js"


_PROGRAMS = ("chromium-headless-shell", "chromium")


def executable(*names: str) -> str:
    """Return the distribution's Chromium, or the one that MAILLAGE_CHROMIUM names.

    Without windows it is the same engine, of the same source package, and takes a fifth less.
    """
    kept = map(shutil.which, names or _PROGRAMS)
    found = os.environ.get("MAILLAGE_CHROMIUM") or next(filter(None, kept), None)
    assert found, f"no Chromium: install the package `{_PROGRAMS[0]}` or set MAILLAGE_CHROMIUM"
    return found


def at_widths(first: int, *others: int) -> pytest.MarkDecorator:
    """Give a test a window of each width: `make test` has the first, `test-accessibility` more."""
    more = [pytest.param(width, marks=pytest.mark.accessibility) for width in others]
    return pytest.mark.parametrize("width", [first, *more])


@contextmanager
def browser() -> Iterator[Browser]:
    """Run a headless Chromium."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable(), args=_ARGUMENTS)
        yield running
        running.close()


@contextmanager
def served(app: Flask, port: int = 0) -> Iterator[str]:
    """Serve an application with Waitress on loopback; gives its address, ending in a slash."""
    server = create_server(app, host="127.0.0.1", port=port, threads=6)

    def run() -> None:
        with suppress(OSError):  # closed below while it waits for its sockets
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}/"
    finally:
        server.close()
        thread.join(timeout=5)


@dataclass
class Witness:
    """What a page said to its console, and the other hosts that it called."""

    home: str
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    awaited: set[Request] = field(default_factory=set)

    def watch(self, page: Page) -> Page:
        page.on("console", self._console)
        page.on("pageerror", self._fault)
        page.on("request", self._request)
        page.on("requestfinished", self._answered)
        page.on("requestfailed", self._answered)
        return page

    def leave(self, page: Page) -> None:
        """Watch a page no longer: another witness does."""
        page.remove_listener("console", self._console)
        page.remove_listener("pageerror", self._fault)
        page.remove_listener("request", self._request)
        page.remove_listener("requestfinished", self._answered)
        page.remove_listener("requestfailed", self._answered)

    def settle(self, page: Page) -> None:
        """Wait until a loaded page asks for nothing more (``networkidle`` waits half a second)."""
        quiet = 0
        while quiet < 3:
            page.wait_for_timeout(20)
            quiet = 0 if self.awaited else quiet + 1

    def _console(self, message: object) -> None:
        if getattr(message, "type", "") in ("error", "warning"):
            self.complaints.append(getattr(message, "text", ""))

    def _answered(self, request: Request) -> None:
        self.awaited.discard(request)

    def _fault(self, error: object) -> None:
        self.complaints.append(str(error))

    def _request(self, request: Request) -> None:
        self.awaited.add(request)
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.netloc != urlsplit(self.home).netloc:
            self.strangers.append(request.url)

    def assert_quiet(self) -> None:
        assert self.strangers == []
        assert self.complaints == []


# Only what it finds leaves the page: telling what it did not find takes as long as looking.
_AXE_FINDS = "options => axe.run(document, options).then(({ violations }) => violations)"


def tab(context: BrowserContext) -> Page:
    """The page of a context, which shows one address after the other.

    A page of its own for each would start a process for each, in which the site's scripts and
    axe-core are compiled anew.
    """
    return context.pages[0] if context.pages else context.new_page()


def violations(page: Page, *rules: str) -> list[str]:
    """Run axe-core on the page as it looks now, by all rules or some: one line a finding."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found = page.evaluate(_AXE_FINDS, options)
    return [
        f"{item['id']}: {item['help']}: {[node['html'][:160] for node in item['nodes'][:3]]}"
        for item in found
    ]


def sideways(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))
