"""The command on a system that is not POSIX: modules that only POSIX has are taken away."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from maillage.main import cli

# As CPython on Windows: https://docs.python.org/3/library/unix.html
ABSENT = ("fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog", "posix")
WITHOUT = f"""
import sys, subprocess, os, pathlib, socket
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name in {ABSENT!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
for name in {ABSENT!r}:
    if name != "posix":
        sys.modules.pop(name, None)
sys.meta_path.insert(0, Absent())
for name in ("fork", "pidfd_open", "pwrite", "getuid"):
    if hasattr(os, name):
        delattr(os, name)
import maillage.main
sys.argv[0] = "maillage"
maillage.main.main()
"""


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT, *arguments],
        cwd=cwd, capture_output=True, text=True, timeout=60,
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "HOME": str(cwd)},
    )  # fmt: skip


def names() -> list[str]:
    return cli.list_commands(click.Context(cli))


@pytest.mark.parametrize("name", ["", *names(), "source add", "harvest release"])
def test_f8_help_is_told_on_a_system_that_is_not_posix(name: str, tmp_path: Path) -> None:
    done = run(*name.split(), "--help", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "--help" in done.stdout


TURTLE = "<https://p.example/a> a <https://schema.org/Place> .\n"


@pytest.mark.parametrize(
    "arguments",
    [("publish", "site", "--allow-private"), ("validate", "a.ttl"), ("harvest", "tab")],
    ids=["F8-publish", "F8-validate", "F8-harvest"],
)
def test_f8_what_needs_posix_says_so_in_one_sentence(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "a.ttl").write_text(TURTLE)
    data = ("--data", str(tmp_path / "data"))
    if arguments[0] == "harvest":
        add = ("source", "add", "https://p.example/", "--kind", "dump", "--slug", "tab")
        assert run(*data, *add, "--namespace", "https://p.example/", cwd=tmp_path).returncode == 0
    for lang, word in (("fr", "POSIX"), ("en", "POSIX")):
        done = run(*data, "--lang", lang, "--quiet", *arguments, cwd=tmp_path)
        assert done.returncode == 3, done.stderr
        assert "Traceback" not in done.stderr
        (sentence,) = done.stderr.splitlines()
        assert word in sentence
        assert "fcntl" in sentence
