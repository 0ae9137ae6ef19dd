"""What the terminal shows while harvests run."""

import io
from dataclasses import dataclass

import pytest
from rich.console import Console

from harvester.run.progress import Stage
from maillage.steps.running import Terminal
from maillage.terminal.context import Settings
from registry.ledger.types import Source
from registry.state import Run


@dataclass(frozen=True, slots=True)
class OfWidth(Settings):
    width: int = 80

    @property
    def console(self) -> Console:
        return Console(file=io.StringIO(), width=self.width, force_terminal=True, color_system=None)


def shown(title: str, *, width: int = 80, stage: Stage = Stage.FETCH) -> list[str]:
    settings = OfWidth(None, None, "fr", quiet=False, width=width)
    terminal = Terminal(settings, [Source("s", "s", title, "u", "feed", ())])
    terminal.show(Run("s", 1, stage, 500_000, 1_000_000, 0, 0.0, 0.0, 1.0))
    console = terminal.shown.console
    console.print(terminal.shown.get_renderable())
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


@pytest.mark.parametrize(
    "title",
    [
        "Court",
        "Le pôle numérique d’une communauté " * 5,
        "日本語の題名" * 20,
        "M" * 300,
    ],
    ids=["F8-short", "F8-long", "F8-wide-letters", "F8-one-word"],
)
@pytest.mark.parametrize("stage", [Stage.FETCH, Stage.HOLD, Stage.COMMIT])
def test_f8_bar_and_stage_stay_in_sight_at_80_columns(title: str, stage: Stage) -> None:
    _, line = shown(title, stage=stage)
    assert "━━━━━" in line
    assert "500000/1000000" in line
    assert {Stage.FETCH: "téléchargement", Stage.HOLD: "mise en attente"}.get(
        stage, "enregistrement"
    ) in line
    assert line[:5] == title[:5]


@pytest.mark.parametrize("title", ["a\nb", "[/red] [bold]x", "\x1b[2J\x1b[1;1H", "\x07\r\t"])
def test_f8_a_title_is_text_and_one_line(title: str) -> None:
    lines = shown(title)
    assert len(lines) == 2
    assert "\x1b[2J" not in lines[1]
    assert "━━━━━" in lines[1]
