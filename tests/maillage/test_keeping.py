"""The drill: a node in use is saved, lost, made again, and its readers follow."""

import json
import os
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from registry.settings.config import Config
from registry.tickets.store import Tickets
from tests.maillage.command import maillage
from tests.maillage.test_commands import ROWS, pole, published, registry, site, table
from tests.registry.publish.feed_reader import read_folder
from tests.registry.tickets.test_tickets_store import proposal

__all__ = ["pole", "registry", "site"]  # fixtures


def saved(folder: Path, *arguments: str) -> Path:
    """Save the node of a folder; give the archive."""
    told = maillage(folder, "--quiet", "backup", *(arguments or ("..",)))
    return folder / told.strip()


def sound(folder: Path, *options: str) -> None:
    assert maillage(folder, *options, "--lang", "en", "verify").split().count("sound") >= 3


def test_f1_a_lost_pole_is_made_again_and_its_registry_follows(
    pole: Path, registry: Path, site: tuple[Path, str]
) -> None:
    maillage(pole, "import", "places.csv")
    published(pole, site)
    maillage(registry, "source", "add", site[1] + "feed/", "--slug", "essai", "--allow-private")
    maillage(registry, "harvest", "--all")
    archive = saved(pole)

    # After the backup: a change and a new place, which the registry sees. Then the disk is lost.
    later = [("alpha", "Oméga", *ROWS[0][2:]), *ROWS[1:], ("delta", *ROWS[1][1:])]
    (pole / "places.csv").write_text(table(later), encoding="utf-8")
    maillage(pole, "import", "places.csv")
    published(pole, site)
    maillage(registry, "harvest", "--all")
    (pole / "data").rename(pole / "lost")

    told = maillage(pole, "--lang", "en", "restore", str(archive))
    assert "2 sources" in told
    sound(pole)
    published(pole, site)
    feed = read_folder(site[0] / "feed", site[1] + "feed/")
    assert feed.stream.value != f"{site[1]}feed/stream.trig#stream"
    done = json.loads(maillage(registry, "harvest", "--all", "--json"))
    assert not done.get("holds")
    assert {"MED-H546"} <= {finding["code"] for finding in done["findings"]}
    assert done["counts"]["deleted"] == 0  # delta is missing, and waits
    # alpha goes back to what the pole states now; the pole's own record names the new stream.
    assert (done["counts"]["created"], done["counts"]["changed"]) == (0, 2)
    sound(registry)

    # The pole's file is still there: imported again, all is as it was, nothing doubled.
    maillage(pole, "import", "places.csv")
    published(pole, site)
    done = json.loads(maillage(registry, "harvest", "--all", "--json"))
    assert (done["counts"]["created"], done["counts"]["deleted"]) == (0, 0)
    sound(registry)


def test_f1_a_moved_node_goes_on_in_the_same_stream(pole: Path, site: tuple[Path, str]) -> None:
    maillage(pole, "import", "places.csv")
    published(pole, site)
    archive = saved(pole)
    (pole / "data").rename(pole / "old")
    maillage(pole, "restore", "--same-stream", str(archive))
    assert maillage(pole, "publish", str(site[0] / "feed"), "--allow-private") == ""


def test_f1_a_registry_is_saved_while_it_harvests(
    pole: Path, registry: Path, site: tuple[Path, str]
) -> None:
    maillage(pole, "import", "places.csv")
    published(pole, site)
    maillage(registry, "source", "add", site[1] + "feed/", "--slug", "essai", "--allow-private")
    stop = threading.Event()

    def harvests() -> None:
        while not stop.is_set():
            maillage(registry, "--quiet", "harvest", "--all")

    thread = threading.Thread(target=harvests)
    thread.start()
    try:
        time.sleep(1)
        archives = [saved(registry, f"../{number}.zip") for number in range(3)]
    finally:
        stop.set()
        thread.join()
    maillage(registry, "--data", "again", "restore", str(archives[-1]))
    assert (
        maillage(registry, "--data", "again", "--lang", "en", "verify").split().count("sound") >= 3
    )
    maillage(registry, "--data", "again", "publish", "site", "--allow-private")
    maillage(registry, "--data", "again", "harvest", "--all")


def test_f1_settings_are_saved_without_their_secrets(registry: Path, tmp_path: Path) -> None:
    (registry / "maillage.toml").write_text(
        '[node]\ndata = "data" # before: postgresql://eva:s3cr3t@db/x\n'
        'store_authorization = "Bearer s3cr3t"\n'
    )
    maillage(registry, "source", "list")
    archive = saved(registry, "b.zip")
    with zipfile.ZipFile(archive) as content:
        assert b"s3cr3t" not in content.read("maillage.toml")
    maillage(registry, "--data", "d2", "restore", "b.zip", "--settings", "saved.toml")
    assert "***" in (registry / "saved.toml").read_text()
    assert "s3cr3t" not in (registry / "saved.toml").read_text()
    told = maillage(
        registry, "--data", "d3", "restore", "b.zip", "--settings", "saved.toml", code=2
    )
    assert "saved.toml" in told
    assert not (registry / "d3").exists()


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_f1_refusals_are_one_sentence(registry: Path, lang: str) -> None:
    command = ("--lang", lang)
    told = maillage(registry, *command, "backup", "b.zip", code=2)
    assert len(told.splitlines()) == 1
    assert not (registry / "data").exists()  # asking for a backup makes no ledger
    maillage(registry, "source", "list")
    maillage(registry, "--quiet", "backup", "b.zip")
    told = maillage(registry, *command, "backup", "b.zip", code=2)
    assert len(told.splitlines()) == 1
    told = maillage(registry, *command, "restore", "b.zip", code=2)
    assert "data" in told
    assert len(told.splitlines()) == 1
    (registry / "no.zip").write_text("x")
    told = maillage(registry, *command, "--data", "other", "restore", "no.zip", code=3)
    assert len(told.splitlines()) == 1
    assert "no.zip" in told


def test_f1_an_empty_ledger_made_too_early_is_no_hindrance(registry: Path) -> None:
    maillage(registry, "source", "list")
    maillage(registry, "--quiet", "backup", "b.zip")
    early = (
        "from registry.ledger.ledger import Ledger; Ledger.open('sqlite:///early/ledger.sqlite')"
    )
    subprocess.run(
        [sys.executable, "-c", early], cwd=registry, check=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    maillage(registry, "--data", "early", "restore", "b.zip")


@pytest.mark.parametrize("more", [(), ("--without-corrections",)])
def test_mailboxes_and_corrections_come_back(registry: Path, more: tuple[str, ...]) -> None:
    maillage(registry, "source", "list")  # makes the ledger
    config = Config(data=registry / "data")
    with closing(Tickets(config)) as tickets:
        tickets.propose(proposal(evidence="devant la mairie"), time.time())
        box = tickets.mailboxes.renew("ping", time.time())
    archive = saved(registry, *more, "..")
    with zipfile.ZipFile(archive) as kept:
        assert (b"mairie" in kept.read("corrections.jsonl")) is not bool(more)
    (registry / "data").rename(registry / "lost")
    told = maillage(registry, "--lang", "en", "restore", str(archive))
    assert f"1 mailboxes, {0 if more else 1} corrections" in told
    with closing(Tickets(config)) as tickets:
        tickets.mailboxes.open("ping", box)
        assert len(tickets.listed(time.time())) == (0 if more else 1)
