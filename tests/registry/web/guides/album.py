"""Pictures of screens: taken in a browser, kept as WebP, compared with those that are kept."""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

from tests.conftest import ROOT
from tests.registry.web import chromium

GUIDES = ROOT / "docs" / "fr"
KEPT = GUIDES / "images"
LISTED = KEPT / "pictures.json"
_GRAIN = 64
"""Squares beside each other in the mosaics that are compared: smaller than a letter is nothing."""
_RIM = 16
"""What is left around an element, in points."""

# What is secret or a port differs each time; shown is what stands for it.
_HIDE = r"""() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());)
    node.data = node.data
      .replace(/https?:\/\/127\.0\.0\.1(:\d+)?\//g, "https://annuaire.exemple/")
      .replace(/\/(suivi|reponse|correction|invitation)\/[\w-]{20,}/g, "/$1/votre-lien-secret")
      .replace(/^[0-9a-f]{10}$/, "0123456789");
}"""
# The words of a page without the head and the foot of the site; what its controls are called.
_WORDS = r"""() => {
  const main = document.querySelector("main"), menu = document.querySelector(".pole-menu");
  return [menu, main].filter(Boolean).flatMap((part) => part.innerText.split("\n"))
    .map((line) => line.replace(/\s+/g, " ").trim()).filter(Boolean);
}"""
_CONTROLS = r"""() => [...document.querySelectorAll(
  "a, button, option, label, legend, summary, h1, h2, h3, strong"
)].map((one) => one.innerText || one.textContent)"""
_LOAD = """const load = async (address) => {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
};"""
_PACK = f"""async (address) => {{ {_LOAD}
  const image = await load(address), canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", 0.82).split(",")[1];
}}"""
_MOSAIC = f"""async ([address, across, down]) => {{ {_LOAD}
  const image = await load(address), canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  const sums = Array.from({{ length: across * down }}, () => [0, 0, 0, 0]);
  const {{ data }} = pen.getImageData(0, 0, canvas.width, canvas.height);
  for (let y = 0; y < canvas.height; y++) for (let x = 0; x < canvas.width; x++) {{
    const row = Math.floor((y * down) / canvas.height);
    const sum = sums[row * across + Math.floor((x * across) / canvas.width)];
    const at = 4 * (y * canvas.width + x);
    sum[0] += data[at];
    sum[1] += data[at + 1];
    sum[2] += data[at + 2];
    sum[3] += 1;
  }}
  return sums.flatMap(([r, g, b, count]) => [r / count, g / count, b / count]);
}}"""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a page: how large it is shown, the words of the page, the bytes as WebP."""

    width: int
    height: int
    words: tuple[str, ...]
    body: bytes


@dataclass
class Album:
    """The pictures taken on a walk, and what each guide's reader saw on the way, pictured or not.

    A picture is named after its guide: ``repondre-liste`` is one of ``repondre``.
    """

    guide: str = ""
    pictures: dict[str, Picture] = field(default_factory=dict)
    seen: dict[str, set[str]] = field(default_factory=dict)
    helpless: set[str] = field(default_factory=set)
    """Addresses of screens that lead to no guide."""

    def look(self, page: Page) -> None:
        """Note what the reader of the guide sees."""
        page.wait_for_load_state()
        page.evaluate(_HIDE)
        if not page.locator('a[href*="/aide"]').count():
            self.helpless.add(urlsplit(page.url).path)
        noted = self.seen.setdefault(self.guide, set())
        noted.update(page.evaluate(_WORDS))
        noted.update(" ".join(words.split()) for words in page.evaluate(_CONTROLS))

    def take(self, page: Page, name: str, to: str, top: str = "") -> None:
        """Take a picture of a page, whole or from one element to the end of another in it."""
        page.wait_for_load_state("networkidle")
        self.look(page)
        page.evaluate("document.activeElement.blur()")
        left, width, begin, end = 0, page.evaluate("innerWidth"), 0, self._box(page, to)[3] + _RIM
        if top:
            left, begin, width, _ = self._box(page, top)
            left, begin, width = left - _RIM, begin - _RIM, width + 2 * _RIM
        shot = page.screenshot(
            full_page=True,
            animations="disabled",
            style=".save, .skip { display: none }",  # at the window's end, wherever it is
            clip={"x": left, "y": begin, "width": width, "height": end - begin},
        )
        words = tuple(page.evaluate(_WORDS))
        self.pictures[f"{self.guide}-{name}"] = Picture(width, end - begin, words, shot)

    def _box(self, page: Page, selector: str) -> tuple[int, int, int, int]:
        """Return left, top, width and bottom of an element, in whole points of the page."""
        box = page.locator(selector).first.bounding_box()
        assert box, selector
        top = box["y"] + page.evaluate("scrollY")
        return int(box["x"]), int(top), int(box["width"]), int(top + box["height"])


class Workshop:
    """A page of its own in a browser, which packs pictures and looks at them."""

    def __init__(self, browser: Browser) -> None:
        self._page = browser.new_page()
        self._mosaics: dict[tuple[bytes, int], list[float]] = {}

    def packed(self, picture: Picture) -> Picture:
        """Return a picture as WebP."""
        body = base64.b64decode(self._page.evaluate(_PACK, _address(picture.body, "png")))
        return Picture(picture.width, picture.height, picture.words, body)

    def distance(self, one: Picture, other: Picture) -> float:
        """How far two pictures are from each other: 0 the same, 1 black and white.

        Both are seen as mosaics of colours: the shapes of letters, which another machine draws a
        little otherwise, do not count; grounds, frames, columns and blocks of text do.
        """
        tiles = [self._mosaic(each, one.height * _GRAIN // one.width) for each in (one, other)]
        far: float = sum(abs(a - b) for a, b in zip(*tiles, strict=True))
        return far / len(tiles[0]) / 255

    def _mosaic(self, picture: Picture, down: int) -> list[float]:
        key = picture.body, down
        if key not in self._mosaics:
            asked = [_address(picture.body, "webp"), _GRAIN, down]
            self._mosaics[key] = self._page.evaluate(_MOSAIC, asked)
        return self._mosaics[key]

    def close(self) -> None:
        self._page.close()


def _address(body: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(body).decode()}"


def kept() -> dict[str, Picture]:
    """Return the pictures that the guides have."""
    listed: dict[str, Any] = json.loads(LISTED.read_text(encoding="utf-8"))
    return {
        name: Picture(it["width"], it["height"], tuple(it["words"]), path_of(name).read_bytes())
        for name, it in listed.items()
    }


def keep(pictures: dict[str, Picture], changed: Iterable[str]) -> None:
    """Write the pictures that changed, and the list of all; those that are no more go."""
    for path in KEPT.glob("*.webp"):
        if path.stem not in pictures:
            path.unlink()
    for name in changed:
        path_of(name).write_bytes(pictures[name].body)
    listed = {
        name: {"width": it.width, "height": it.height, "words": it.words}
        for name, it in sorted(pictures.items())
    }
    text = json.dumps(listed, ensure_ascii=False, indent=1)
    LISTED.write_text(text + "\n", encoding="utf-8")


def path_of(name: str) -> Path:
    return KEPT / f"{name}.webp"


def desk_of(browser: Browser) -> BrowserContext:
    """Somebody at a desk."""
    return _context(browser, chromium.DESK, 1)


def phone_of(browser: Browser) -> BrowserContext:
    """Somebody with a phone, whose screen has two points where a desk's has one."""
    return _context(browser, chromium.PHONE, 2)


def _context(browser: Browser, size: dict[str, int], points: int) -> BrowserContext:
    context = browser.new_context(
        locale="fr-FR",
        reduced_motion="reduce",
        color_scheme="light",
        viewport=size,  # type: ignore[arg-type]
        device_scale_factor=points,
    )
    context.set_default_timeout(10_000)
    return context
