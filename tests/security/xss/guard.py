"""A browser that notices whatever runs: calls, dialogs, strange markup, what the policy stops."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Dialog, Page

_HOOKS = """() => {
  const tell = (kind, ...words) => window.maillageRan?.(`${kind} ${words.join(" ").slice(0, 300)}`);
  for (const name of ["alert", "prompt", "confirm", "print", "open"]) {
    window[name] = (...given) => { tell("ran", name, ...given.map(String)); return ""; };
  }
  addEventListener("securitypolicyviolation", (event) =>
    tell("policy", event.effectiveDirective, event.blockedURI, event.sourceFile), true);
}"""
_AUDIT = r"""() => {
  const found = [];
  const tell = (kind, text) => found.push(`${kind} ${text.slice(0, 200)}`);
  const bare = (value) => value.replace(/[\x00-\x20]/g, "");
  const runs = (value) => /^(javascript|vbscript|data:text|blob:)/i.test(bare(value));
  const leads = /^(href|src|action|formaction|xlink:href|data|poster|ping)$/i;
  const foreign = "iframe, frame, object, embed, base, applet, portal, meta[http-equiv], math,"
    + " foreignObject, animate, set, marquee, xmp, plaintext, noembed, x,"
    + " template[shadowrootmode]";
  for (const item of document.querySelectorAll(foreign)) tell("element", item.outerHTML);
  for (const item of document.querySelectorAll("*")) {
    if (item.localName === "script" && !item.src && item.type !== "application/ld+json") {
      tell("script", item.outerHTML);
    }
    for (const { name, value } of item.attributes) {
      if (/^on/i.test(name) || name === "srcdoc") tell("attribute", `${name}=${value}`);
      else if (leads.test(name) && runs(value)) tell("address", `${name}=${value}`);
    }
  }
  return found;
}"""


@dataclass
class Guard:
    """What ran, or came near it, since it was last asked."""

    home: str
    context: BrowserContext
    found: list[str] = field(default_factory=list)

    def page(self) -> Page:
        """Open a page that is watched."""
        page = self.context.new_page()
        page.on("dialog", self._asked_by)
        page.on("popup", self._popped_up)
        page.on("pageerror", lambda error: self.found.append(f"error {error}"))
        page.on("request", lambda request: self._asked(request.url))
        return page

    def _asked_by(self, dialog: Dialog) -> None:
        if dialog.type == "beforeunload":  # a form with unsaved text, which the test leaves
            dialog.accept()
            return
        self.found.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _popped_up(self, page: Page) -> None:
        self.found.append(f"popup {page.url}")
        page.close()

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.netloc != urlsplit(self.home).netloc:
            self.found.append(f"request {url}")

    def look(self, page: Page) -> None:
        """Note markup of a page that its own templates never write."""
        self.found += [f"{finding} at {page.url}" for finding in page.evaluate(_AUDIT)]

    def open(self, page: Page, path: str) -> None:
        """Show a page, and look at it."""
        page.goto(self.home + path.lstrip("/"), wait_until="load")
        self.look(page)


@contextmanager
def guarded(running: Browser, home: str, *, policy: bool = True) -> Iterator[Guard]:
    """Give a context of a browser whose pages are watched.

    Args:
        running: the browser.
        home: address of the site.
        policy: the browser enforces the site's Content-Security-Policy; without it, whatever got
            into a page would really run.
    """
    context = running.new_context(
        locale="fr-FR", reduced_motion="reduce", bypass_csp=not policy, accept_downloads=False
    )
    guard = Guard(home, context)
    context.expose_binding("maillageRan", lambda _source, words: guard.found.append(words))
    context.add_init_script(f"({_HOOKS})()")
    yield guard
    context.close()
