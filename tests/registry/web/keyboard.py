"""Somebody without a mouse in a browser: every action is counted, tabulators are counted beside.

An action is a key that does something (Enter, Space), a field that is filled in, a choice of a
list, a file that is chosen. The focus moves by the tabulator and the arrows alone.
"""

from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

from tests.registry.web.network_of_tests import plain

_MOST_TABS = 200
_WORDS = """(selector) => {
  const one = document.activeElement;
  return one.matches(selector) ? one.closest("tr, label")?.textContent || one.textContent : null;
}"""
_IS_SEEN = """() => {
  const box = document.activeElement.getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight && box.width > 0;
}"""


@dataclass
class Count:
    """What a journey took."""

    actions: int = 0
    tabs: int = 0
    parts: dict[str, tuple[int, int]] = field(default_factory=dict)

    def part(self, name: str) -> None:
        """End a part of the journey."""
        actions = self.actions - sum(a for a, _ in self.parts.values())
        self.parts[name] = (actions, self.tabs - sum(t for _, t in self.parts.values()))

    def __str__(self) -> str:
        parts = (f"{name}: {actions} + {tabs} Tab" for name, (actions, tabs) in self.parts.items())
        return f"{self.actions} actions, {self.tabs} Tab; " + "; ".join(parts)


@dataclass
class Keyboard:
    """The keys of one page.

    Attributes:
        page: what they act on.
        count: what was done so far; several pages may share it.
    """

    page: Page
    count: Count = field(default_factory=Count)

    def __post_init__(self) -> None:
        # Before the first key: Chromium is asked for it in the background, and would open its own.
        self.page.on("filechooser", lambda _: None)

    def open(self, address: str) -> None:
        """Follow a link of a mail, or type an address."""
        self.page.goto(address)
        self.count.actions += 1

    def reach(self, selector: str, text: str = "") -> None:
        """Press the tabulator until something that is seen, and says the text, has the focus."""
        for _ in range(_MOST_TABS):
            self.page.keyboard.press("Tab")
            self.count.tabs += 1
            words = self.page.evaluate(_WORDS, selector)
            if words is not None and text in " ".join(plain(words).split()):
                assert self.page.evaluate(_IS_SEEN), f"{selector} has the focus out of sight"
                return
        raise AssertionError(f"{selector} {text} cannot be reached by keyboard on {self.page.url}")

    def press(self, selector: str, text: str = "", key: str = "Enter") -> None:
        """Go to a link, a button or a box and use it."""
        self.reach(selector, text)
        self.page.keyboard.press(key)
        self.count.actions += 1

    def enter(self) -> None:
        """Press Enter where the focus is."""
        self.page.keyboard.press("Enter")
        self.count.actions += 1

    def go(self, selector: str, text: str = "") -> None:
        """Use what leads to another page, and wait for that."""
        with self.page.expect_navigation():
            self.press(selector, text)

    def type(self, selector: str, text: str) -> None:
        """Fill in a field in place of what it holds (a tabulator selects that)."""
        self.reach(selector)
        self.page.keyboard.type(text)
        self.count.actions += 1

    def choose(self, selector: str, letters: str) -> None:
        """Choose of a list by the first letters of its words."""
        self.reach(selector)
        self.page.keyboard.type(letters)
        self.count.actions += 1

    def pick(self, row: str, choice: str) -> None:
        """Unfold the choices of a row of a table, and check one."""
        self.press("details.pick summary", row)
        self.press("details[open].pick input", choice, key="Space")

    def give(self, selector: str, file: Path) -> None:
        """Choose a file: Enter opens the system's own window."""
        self.reach(selector)
        with self.page.expect_file_chooser() as asked:
            self.page.keyboard.press("Enter")
        asked.value.set_files(file)
        self.count.actions += 1
