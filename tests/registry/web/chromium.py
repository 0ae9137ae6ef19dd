"""A real browser on a real server: what it logs, and whom it calls."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from waitress.server import create_server

from tests.conftest import ROOT

_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
AXE = ROOT / "tests" / "data" / "vendor" / "axe-core" / "axe.min.js"


def executable() -> str:
    """Return the distribution's Chromium, or the one that MAILLAGE_CHROMIUM names."""
    found = os.environ.get("MAILLAGE_CHROMIUM") or shutil.which("chromium")
    assert found, "no Chromium: install the package `chromium` or set MAILLAGE_CHROMIUM"
    return found


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
    awaited: int = 0

    def watch(self, page: Page) -> Page:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._request(request.url))
        page.on("requestfinished", lambda _: self._answered())
        page.on("requestfailed", lambda _: self._answered())
        return page

    def settle(self, page: Page) -> None:
        """Wait until a loaded page asks for nothing more (``networkidle`` waits half a second)."""
        quiet = 0
        while quiet < 3:
            page.wait_for_timeout(20)
            quiet = 0 if self.awaited else quiet + 1

    def _console(self, message: object) -> None:
        if getattr(message, "type", "") in ("error", "warning"):
            self.complaints.append(getattr(message, "text", ""))

    def _answered(self) -> None:
        self.awaited -= 1

    def _request(self, url: str) -> None:
        self.awaited += 1
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.netloc != urlsplit(self.home).netloc:
            self.strangers.append(url)

    def assert_quiet(self) -> None:
        assert self.strangers == []
        assert self.complaints == []


def violations(page: Page, *rules: str) -> list[str]:
    """Run axe-core on the page as it looks now, by all rules or some: one line a finding."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{item['id']}: {item['help']}: {[node['html'][:160] for node in item['nodes'][:3]]}"
        for item in found["violations"]
    ]


def sideways(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))
