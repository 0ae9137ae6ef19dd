"""The life of a source, as its operator decides it."""

from collections.abc import Iterable
from datetime import UTC, datetime

import click

from harvester.fetch import checked_url, origin_of
from maillage.terminal.context import Settings
from maillage.terminal.descriptions import line_of
from registry.ledger.options import Status
from registry.ledger.types import Harvest, Source
from registry.node import Node
from registry.sources.absence import MAX_GRACE_DAYS, grace_days_of, with_grace
from registry.sources.lifecycle import moved, with_status
from registry.state.inbox import Proposal
from vocab.errors import UsageError
from vocab.messages import Message
from vocab.redaction import HIDDEN, public

_COMMANDS = (
    (
        "propose",
        Status.PROPOSED,
        Message("Keep a source for a later decision: only dry runs look at it."),
    ),
    (
        "preview",
        Status.PREVIEW,
        Message("Let a source be looked at by dry runs: nothing of it enters."),
    ),
    ("activate", Status.ACTIVE, Message("Harvest a source, on demand and on schedule.")),
    (
        "pause",
        Status.PAUSED,
        Message("Visit a source no more for now: its records stay as they are."),
    ),
    ("end", Status.ENDED, Message("Visit a source no more: its records stay until it is removed.")),
)


@click.group("source")
def source_() -> None:
    """Name the feeds that this node harvests."""


def _add_status_command(name: str, status: Status, help_text: str) -> None:
    @source_.command(name, help=help_text)
    @click.argument("slug")
    @click.option("--note", default="", help="Why, kept with the source.")
    @click.pass_obj
    def set_status(settings: Settings, slug: str, note: str) -> None:
        with settings.node() as node:
            changed = with_status(registered(node, slug), status, datetime.now(UTC), note)
            node.ledger.put_source(changed)
        click.echo(line_of(changed))


for _command in _COMMANDS:
    _add_status_command(*_command)


@source_.command("moved")
@click.argument("slug")
@click.option("--to", "url", default="", help="New address (default: as the last harvest found).")
@click.pass_obj
def moved_(settings: Settings, slug: str, url: str) -> None:
    """Approve the move of a source: new address, same records, same cursor."""
    with settings.node() as node:
        source = registered(node, slug)
        latest = next(iter(node.ledger.harvests(slug, 1)), None)
        found = url or _reported_move(source, latest)
        found = checked_url(found, allow_private=source.allow_private)
        _refuse_other_origin(source, found)
        changed = moved(source, found)
        node.ledger.put_source(changed)
    click.echo(line_of(changed))


@source_.command("grace")
@click.argument("slug")
@click.argument("days", required=False, type=click.IntRange(0, MAX_GRACE_DAYS))
@click.pass_obj
def grace(settings: Settings, slug: str, days: int | None) -> None:
    """Say for how many DAYS a record stays that a source no longer lists; without DAYS, tell it.

    What the source itself says to be deleted goes at once. 0 deletes what is absent at once too.
    """
    with settings.node() as node:
        source = registered(node, slug)
        if days is not None:
            if source.kind == "file":
                raise UsageError(
                    "{slug!r} is a file of this node: what leaves it goes at once", slug=slug
                )
            source = with_grace(source, days)
            node.ledger.put_source(source)
    click.echo(f"{slug}\t{grace_days_of(source)}")


def _refuse_other_origin(source: Source, url: str) -> None:
    if source.options.credentials and origin_of(url) != origin_of(source.url):
        raise UsageError(
            "{url} is at another site, which would be sent the credentials of {slug!r}: register "
            "it again with maillage source add --slug, with or without --credentials",
            url=url,
            slug=source.slug,
        )


def _reported_move(source: Source, latest: Harvest | None) -> str:
    """Where the last harvest saw the registered address lead for good."""
    is_same = latest is not None and latest.report.url == source.shown_url
    target = latest.report.moved_to if latest and is_same else ""
    if not target:
        raise UsageError(
            "the last harvest of {slug!r} met no permanent redirect: give the new address with "
            "--to ADDRESS",
            slug=source.slug,
        )
    if HIDDEN in target:
        raise UsageError(
            "the new address of {slug!r} holds a secret, which no report keeps ({target}): give "
            "it with --to ADDRESS",
            slug=source.slug,
            target=target,
        )
    return target


@source_.command("dismiss")
@click.argument("url")
@click.pass_obj
def dismiss(settings: Settings, url: str) -> None:
    """Forget an address that somebody announced and nobody wants."""
    with settings.node() as node:
        if not node.state.inbox.dismiss(url):
            raise UsageError("nobody announced {url}: see maillage source list", url=url)


@source_.group("mailbox")
def mailbox() -> None:
    """Give the node of a source a mailbox, where it fetches corrections of its places."""


@mailbox.command("renew")
@click.argument("slug")
@click.pass_obj
def renew(settings: Settings, slug: str) -> None:
    """Give a source a mailbox, or its mailbox another address, which is shown once.

    Hand it over by a way that others do not read: who has it reads the corrections, and answers.
    """
    with settings.node() as node:
        source = registered(node, slug)
        token = node.tickets.mailboxes.renew(source.slug, datetime.now(UTC).timestamp())
        address = f"{node.config.base_url}avis/{source.slug}/{token}"
    click.echo(address)


@mailbox.command("remove")
@click.argument("slug")
@click.pass_obj
def remove_mailbox(settings: Settings, slug: str) -> None:
    """Take the mailbox of a source away, with what waits in it; corrections then go by mail."""
    with settings.node() as node:
        if not node.tickets.mailboxes.remove(slug):
            raise UsageError("the source {slug!r} has no mailbox", slug=slug)


def proposal_fields(waiting: Proposal) -> dict[str, object]:
    """Return an announced address as the list of sources does in JSON: it has no name yet."""
    return {
        "slug": None,
        "url": public(waiting.url),
        "status": Status.PROPOSED,
        "since": waiting.said,
    }


def line_of_proposal(waiting: Proposal) -> str:
    """Return an announced address in one line, in the columns of a source."""
    return f"-\t-\t{public(waiting.url)}\t-\t{Status.PROPOSED}\t-"


def registered(node: Node, slug: str) -> Source:
    """Return a source by its name.

    Raises:
        UsageError: there is none of that name.
    """
    source = node.ledger.source(slug)
    if source is None:
        raise unknown_source(slug, (each.slug for each in node.ledger.sources()))
    return source


def unknown_source(slug: str, known: Iterable[str]) -> UsageError:
    """Return the error that says that no source bears this name, and which names there are."""
    names = ", ".join(known) or Message("none", "feminine")
    return UsageError("no source is called {slug!r}; known: {names}", slug=slug, names=names)
