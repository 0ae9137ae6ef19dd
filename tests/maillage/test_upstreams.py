"""Mailboxes and nodes above by command: shown once, named by variable, never by secret."""

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from maillage.main import cli
from registry.ledger.types import Source
from registry.node import Node
from registry.settings.config import Config
from registry.tickets.types import TicketError

ABOVE, NAME = "https://n.example/", "MAILLAGE_CREDENTIALS_N"
GOOD = ("--namespace", "https://n.example/id/", "--mailbox-variable", NAME)


def maillage(folder: Path, *arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(cli, ["--data", str(folder / "data"), *arguments])
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    config = Config(data=tmp_path / "data", base_url="https://r.example/")
    with Node.open(config) as node:
        node.ledger.put_source(Source("p", "p", "P", "https://p.example/feed/", "feed", ()))
    return tmp_path


def test_a_mailbox_is_shown_once_and_renewed(folder: Path) -> None:
    first, second = (maillage(folder, "source", "mailbox", "renew", "p").strip() for _ in "ab")
    assert first != second
    assert "/avis/p/" in first
    with Node.open(Config(data=folder / "data")) as node:
        boxes = node.tickets.mailboxes
        boxes.open("p", second.rpartition("/")[2])
        with pytest.raises(TicketError):
            boxes.open("p", first.rpartition("/")[2])
    kept = (folder / "data" / "tickets.sqlite").read_bytes()
    assert second.rpartition("/")[2].encode() not in kept
    assert stat.S_IMODE((folder / "data" / "tickets.sqlite").stat().st_mode) == 0o600
    assert "nul" in maillage(folder, "source", "mailbox", "renew", "nul", code=2)
    maillage(folder, "source", "mailbox", "remove", "p")
    assert "'p'" in maillage(folder, "source", "mailbox", "remove", "p", code=2)


def test_a_node_above_is_named_listed_and_forgotten(folder: Path) -> None:
    assert maillage(folder, "upstream", "list") == ""
    for _ in range(2):
        said = maillage(folder, "upstream", "add", ABOVE, *GOOD).strip()
        assert said == "\t".join((ABOVE, "https://n.example/id/", NAME))
    assert maillage(folder, "upstream", "list").strip() == f"{said}\t0\tok"
    (row,) = json.loads(maillage(folder, "upstream", "list", "--json"))
    assert row == {"url": ABOVE, "namespace": "https://n.example/id/", "variable": NAME,
                   "asked": 0.0, "fault": "", "waiting": 0}  # fmt: skip
    maillage(folder, "upstream", "remove", ABOVE)
    assert ABOVE in maillage(folder, "upstream", "remove", ABOVE, code=2)


BAD = [
    (ABOVE, ("--namespace", "n", "--mailbox-variable", NAME), "--namespace"),
    (ABOVE, ("--namespace", "https://n.example/id/", "--mailbox-variable", "SECRET"), "SECRET"),
]


@pytest.mark.parametrize(("url", "options", "about"), BAD)
def test_what_is_no_node_above_is_refused(
    folder: Path, url: str, options: tuple[str, ...], about: str
) -> None:
    said = maillage(folder, "upstream", "add", url, *options, code=2)
    assert (about in said) is (about != "SECRET"), "a secret given by mistake is not repeated"
    assert maillage(folder, "upstream", "list") == ""
