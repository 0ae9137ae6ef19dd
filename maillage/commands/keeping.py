"""Keeping a node safe: backups, a node made again from one, projections made again, proofs."""

import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from maillage.terminal.context import Settings
from registry.accounts.backup import lines as lines_of_accounts
from registry.accounts.backup import restore as restore_accounts
from registry.accounts.database import is_there
from registry.accounts.store import Accounts
from registry.ledger.backup import Backup, name_of, write
from registry.ledger.ledger import Ledger
from registry.node import Node, verified
from registry.search.follower import IndexFollower
from registry.settings.config import Config
from registry.tickets.backup import Restored
from registry.tickets.backup import lines as lines_of_corrections
from registry.tickets.backup import restore as restore_corrections
from vocab.errors import UsageError
from vocab.redaction import HIDDEN, public

_ARCHIVE = click.Path(exists=True, dir_okay=False, path_type=Path)
_ACCOUNTS, _CORRECTIONS = "accounts.jsonl", "corrections.jsonl"
_OF_A_LEDGER = ("ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm", "ledger.sqlite.locks")


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--without-corrections",
    is_flag=True,
    help="Leave out what visitors proposed: for a copy that is kept longer than thirty days.",
)
@click.pass_obj
def backup(settings: Settings, target: Path, without_corrections: bool) -> None:
    """Save the ledger and the settings to TARGET, a new file or a folder, while the node runs.

    Passwords and keys of the settings are left out; addresses of sources are kept as they are, so
    keep the file to yourself. Accounts are in it too, with names, mail addresses and secrets of
    two-step verification, and so are mailboxes and the corrections that visitors proposed. Prints
    its path. Exit code 3: the ledger is damaged, nothing saved.
    """
    config, now = settings.load(), datetime.now(UTC)
    # Opening a ledger that nobody ever made would make an empty one.
    if not config.ledger_url and not (config.data / "ledger.sqlite").is_file():
        raise UsageError(
            "{folder} holds no ledger: name the data folder with --data or in the settings",
            folder=config.data,
        )
    file = target / name_of(config.slug, now) if target.is_dir() else target
    with closing(Ledger.open(config.ledger_address)) as ledger, ExitStack() as opened:
        others: dict[str, Iterable[bytes]] = {}
        if is_there(config):
            accounts = opened.enter_context(closing(Accounts.open(config, ledger)))
            others[_ACCOUNTS] = lines_of_accounts(accounts)
            settings.notify(
                "Accounts are in the backup, with names, mail addresses and secrets of two-step "
                "verification."
            )
        if sent := list(_corrections(config, now, not without_corrections, settings)):
            others[_CORRECTIONS] = sent
        contents = write(ledger, file, _settings_text(settings), now, others)
    settings.notify(
        "{source} sources, {harvest} harvests, {head} changes",
        source=contents.rows["source"],
        harvest=contents.rows["harvest"],
        head=contents.head,
    )
    click.echo(str(file))


@click.command()
@click.argument("file", type=_ARCHIVE)
@click.option(
    "--same-stream",
    is_flag=True,
    help="Nothing was published since the backup: readers go on in the same stream.",
)
@click.option(
    "--settings",
    "settings_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="New file for the settings that the backup holds.",
)
@click.pass_obj
def restore(settings: Settings, file: Path, same_stream: bool, settings_file: Path | None) -> None:
    """Make a node again from the backup FILE, in an empty data folder and an empty ledger.

    Every sum and every hash is checked first. Readers of the feed may have seen changes that the
    backup lacks, so the node publishes a new stream, which they read whole. Then SPARQL and search
    are made again. Nothing is ever overwritten: exit code 2 where something is there already.
    """
    config, now = settings.load(), datetime.now(UTC)
    _check_empty(config)
    if settings_file is not None and settings_file.exists():
        raise UsageError(
            "--settings {file}: exists and is not overwritten; give another name",
            file=settings_file,
        )
    generation = "" if same_stream else f"{now:%Y%m%d-%H%M%S-%f}"
    with Backup.opened(file) as saved:
        with closing(saved.restore(config.ledger_address, generation)) as ledger:
            if accounts := saved.lines(_ACCOUNTS):
                count = restore_accounts(config, ledger, accounts)
                settings.notify("{count} accounts; everybody signs in again", count=count)
            if sent := saved.lines(_CORRECTIONS):
                _notify_of_corrections(settings, restore_corrections(config, sent, now.timestamp()))
        contents, text = saved.contents, saved.settings
    if settings_file is not None and text is None:
        settings.notify("The backup holds no settings.")
    elif settings_file is not None:
        with settings_file.open("x", encoding="utf-8") as stream:
            stream.write(text or "")
    settings.notify(
        "Backup of {made}: {source} sources, {head} changes",
        made=contents.made,
        source=contents.rows["source"],
        head=contents.head,
    )
    if config.store_query_url:
        settings.notify("Remote triple store: run maillage rebuild.")
        return
    _project(settings, Node.follow)


def _corrections(
    config: Config, now: datetime, with_words: bool, settings: Settings
) -> Iterator[bytes]:
    found = lines_of_corrections(config, now.timestamp(), with_words=with_words)
    for number, line in enumerate(found):
        if with_words and not number:
            settings.notify(
                "Corrections that visitors proposed are in the backup, with mail addresses: keep "
                "it no longer than thirty days, or give --without-corrections."
            )
        yield line


def _notify_of_corrections(settings: Settings, came: Restored) -> None:
    settings.notify(
        "{mailboxes} mailboxes, {corrections} corrections; {left_out} left out, because they were "
        "to be erased by now",
        mailboxes=came.mailboxes,
        corrections=came.corrections,
        left_out=came.left_out,
    )
    if came.corrections:
        settings.notify(
            "A correction that its author withdrew after the backup was made is back: erase it if "
            "you know of one."
        )


def _project(settings: Settings, how: Callable[..., int]) -> None:
    """Bring the projections to the ledger's head, showing how far they are; print it."""
    with settings.node() as node, closing(IndexFollower(node.ledger, node.index)) as index:
        head = how(node, lambda name, seq: settings.console.print(f"{name}: {seq}"), index=index)
    click.echo(str(head))


def _check_empty(config: Config) -> None:
    """Refuse a data folder in use; an empty ledger there does no harm."""
    if not config.data.exists():
        return
    mine = {config.data / name for name in _OF_A_LEDGER}
    used = sorted(each.name for each in config.data.iterdir() if each not in mine)
    if used:
        raise UsageError(
            "the data folder {folder} is in use ({used}): give an empty one with --data, or move "
            "this one away",
            folder=config.data,
            used=", ".join(used[:5]),
        )


def _settings_text(settings: Settings) -> str | None:
    file = settings.config or Path("maillage.toml")
    try:
        text = _without_secrets(file)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None  # none, or read before and gone since
    if text is None:
        settings.notify(
            "{file} holds a secret that could not be taken out: the settings are not in the "
            "backup. Give that secret by the environment (MAILLAGE_…)",
            file=file,
        )
    return text


@click.command()
@click.pass_obj
def rebuild(settings: Settings) -> None:
    """Make the triple store and the search index again from the ledger; the content is the same."""
    _project(settings, Node.rebuild)


@click.command()
@click.pass_obj
def verify(settings: Settings) -> None:
    """Check the ledger's hash chain, that every projection equals the ledger, and what is served.

    Exit code 0: sound; 1: something differs, and each place is named.
    """
    checks = verified(settings.load())
    for check in checks:
        word = settings.text("sound") if not check.defects else str(len(check.defects))
        click.echo(f"{check.name}: {word}")
        for defect in check.defects:
            click.echo(f"  {defect.message(settings.lang)}")
    raise SystemExit(1 if any(check.defects for check in checks) else 0)


_SECRET = frozenset({"store_authorization"})


def _without_secrets(file: Path) -> str | None:
    """Return the text of a settings file; None where a secret in it could not be taken out.

    Comments stay, for they say why a setting is what it is; each secret that is written in them as
    well is taken out too.

    Raises:
        OSError, UnicodeDecodeError, tomllib.TOMLDecodeError: it is no settings file.
    """
    text = file.read_text("utf-8")
    for secret, shown in _secrets(tomllib.loads(text)):
        text = text.replace(secret, shown)
    text = public(text)
    left = list(_secrets(tomllib.loads(text)))
    return None if left else text


def _secrets(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Return each secret of the settings, with what replaces it."""
    for name, value in found.items():
        if isinstance(value, dict):
            yield from _secrets(value)
        elif isinstance(value, str) and value:
            shown = HIDDEN if name in _SECRET else public(value)
            if shown != value:
                yield value, shown
