"""The command as a shell meets it: bare, and asked what may come next."""

import os
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from maillage.main import cli

SHELLS = ("bash", "zsh", "fish")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "import sys; from maillage.main import main; "
         "sys.argv[0] = 'maillage'; main()", *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )  # fmt: skip


def completed(words: str, *, shell: str = "bash") -> list[str]:
    """What a shell would offer after these words; the last one may be unfinished."""
    typed = words.split(" ")
    if shell == "fish":  # hands over what is finished, and the word that is not
        asked = {"COMP_WORDS": words, "COMP_CWORD": typed[-1]}
    else:
        asked = {"COMP_WORDS": words, "COMP_CWORD": str(len(typed) - 1)}
    done = run(_MAILLAGE_COMPLETE=f"{shell}_complete", **asked)
    assert "Traceback" not in done.stderr
    assert not done.stderr
    if shell == "zsh":
        return done.stdout.splitlines()[1::3]
    return [line.partition(",")[2].partition("\t")[0] for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((), "harvest"),
        (("source",), "add"),
        (("--lang", "en"), "Missing command"),
        (("--lang",), "--lang"),
    ],
    ids=["F8-bare", "F8-bare-group", "F8-only-an-option", "F8-option-without-value"],
)
def test_f8_a_command_without_arguments_tells_what_there_is(
    arguments: tuple[str, ...], named: str
) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert named in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("shell", SHELLS)
def test_f8_each_shell_gets_its_script(shell: str) -> None:
    done = run(_MAILLAGE_COMPLETE=f"{shell}_source")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"_MAILLAGE_COMPLETE={shell}_complete" in done.stdout


@pytest.mark.parametrize("shell", SHELLS)
def test_f8_every_command_is_offered_though_families_load_late(shell: str) -> None:
    offered = completed("maillage ", shell=shell)
    assert offered == sorted(cli.list_commands(click.Context(cli)))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("maillage har", {"harvest"}),
        ("maillage --lang en --quiet har", {"harvest"}),
        ("maillage source li", {"list"}),
        ("maillage source grace --", {"--help"}),
        ("maillage harvest re", {"release"}),
        ("maillage harvest --d", {"--dry-run"}),
        ("maillage harvest a-source --d", {"--dry-run"}),
        ("maillage harvest release 3 --r", {"--reason"}),
        ("maillage --lang ", {"fr", "en"}),
    ],
)
def test_f8_what_may_come_next(words: str, expected: set[str]) -> None:
    assert set(completed(words)) >= expected


def test_f8_harvest_offers_its_decisions_and_its_options_once_each() -> None:
    offered = completed("maillage harvest ")
    assert offered == ["cancel", "discard", "release"]
    assert "--all" in completed("maillage harvest --")


def test_f8_asking_for_the_next_word_makes_no_data_folder(tmp_path: object) -> None:
    data = f"{tmp_path}/none"
    completed(f"maillage --data {data} harvest re")
    assert not os.path.exists(data)  # noqa: PTH110  a text is enough


def test_f8_the_help_of_a_command_is_told_as_ever() -> None:
    shown = CliRunner().invoke(cli, ["harvest", "--help"])
    assert shown.exit_code == 0
    assert "--dry-run" in shown.output
