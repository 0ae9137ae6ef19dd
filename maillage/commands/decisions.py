"""What a person decides on a harvest: to let it in as shown, to discard, undo or end it."""

import getpass
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import click
from click.shell_completion import CompletionItem

from harvester.fetch.kept import Kept
from harvester.run import decisions
from harvester.run.revert import revert
from maillage.steps.catching_up import catch_up
from maillage.terminal.context import Settings
from maillage.terminal.descriptions import harvest_text
from registry.ledger.ledger import Ledger
from registry.ledger.types import Harvest, Source
from registry.node import Node
from registry.sources.lifecycle import is_active
from registry.state import Board, state_url
from vocab.errors import UsageError
from vocab.slugs import VALID, slug_of

HELP = """\b
A held harvest waits for a decision, which the ledger keeps with its reason:
  maillage harvest release ID --reason "…"   lets it in as its report shows it
  maillage harvest discard ID --reason "…"   refuses it, also when it comes again

\b
A harvest that runs can be ended:
  maillage harvest cancel SOURCE               the old data stays published
"""


_ID = click.IntRange(1, 2**31 - 1)
"""Numbers of harvests, as every database can hold them."""
_How = Callable[[Ledger, int, str, datetime], Harvest]
_Chooser = Callable[[Node, int], _How]


class _Unnamed(click.Context):
    """That of a command without a name of its own, which is called as its group is."""

    @property
    def command_path(self) -> str:
        """What one types to run the command."""
        return super().command_path.rstrip()


class Decidable(click.Group):
    """The command that harvests sources, and below it the decisions on what it held."""

    def __init__(self, harvest: click.Command) -> None:
        super().__init__(harvest.name, help=harvest.help)
        harvest.context_class = _Unnamed
        self.commands[""] = harvest
        self.add_command(release)
        self.add_command(discard)
        self.add_command(cancel)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take what names no decision as sources to harvest."""
        if ctx.resilient_parsing and not args:  # a shell asks what may come next
            return super().parse_args(ctx, args)
        decides = args[:1] and args[0] in self.commands
        return super().parse_args(ctx, args if decides else ["", *args])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the decisions, and the options of the command that harvests."""
        harvest = self.commands[""]
        with harvest.make_context("", [], parent=ctx, resilient_parsing=True) as inner:
            own = harvest.shell_complete(inner, incomplete)
        found = {item.value: item for item in (*super().shell_complete(ctx, incomplete), *own)}
        return [item for name, item in found.items() if name]


def check_slug(slug: str, known: Source | None) -> None:
    """Refuse a source's name that is no short name, or would be read as a decision.

    Args:
        slug: the name.
        known: the source that has it; what an earlier version registered goes on under its name.

    Raises:
        UsageError: no address can hold it, or ``maillage harvest NAME`` would not harvest it.
    """
    if not (known or VALID.match(slug)):
        raise UsageError(
            "--slug: {slug!r} is no short name: use lower-case letters, digits and hyphens, such "
            "as {example}",
            slug=slug,
            example=slug_of(slug, "source"),
        )
    if slug in {release.name, discard.name, cancel.name}:
        raise UsageError(
            "--slug: {slug!r} is a command of maillage harvest: choose another name", slug=slug
        )


def asleep(source: Source) -> UsageError:
    """Return the error that says that nothing of a source may enter, and how to change that."""
    return UsageError(
        "the source {slug!r} is {status}: nothing of it may enter; see maillage source "
        "activate {slug}",
        slug=source.slug,
        status=source.options.lifecycle.status,
    )


class _Decision(click.Command):
    """Takes a harvest and why; its callback gives how the decision is written down."""

    def __init__(self, *args: Any, callback: _Chooser, **others: Any) -> None:
        params = [
            click.Argument(["harvest_id"], type=_ID, metavar="ID"),
            click.Option(["--reason"], required=True, help="Why; kept in the ledger."),
        ]
        step = click.pass_obj(partial(_decide, callback))
        super().__init__(*args, **others | {"callback": step, "params": params})


def _decide(choose: _Chooser, settings: Settings, harvest_id: int, reason: str) -> None:
    """Write a decision down, show what it did, let the projections follow."""
    with settings.node() as node:
        done = choose(node, harvest_id)(node.ledger, harvest_id, reason, datetime.now(UTC))
        click.echo(harvest_text(done, settings.lang))
        if behind := catch_up(node):
            raise behind


@click.command("release", cls=_Decision)
def release(node: Node, harvest_id: int) -> _How:
    """Apply what the held harvest ID brought, exactly as its report shows it."""
    harvest = node.ledger.harvest(harvest_id)
    source = harvest and node.ledger.source(harvest.source)
    if source and source.kind != "file" and not is_active(source):
        raise asleep(source)
    return decisions.release


@click.command("discard", cls=_Decision)
def discard(_node: Node, _harvest_id: int) -> _How:
    """Refuse what the held harvest ID brought; the same content will not be held again."""
    return decisions.discard


@click.command("revert", cls=_Decision)
def revert_(node: Node, harvest_id: int) -> _How:
    """Bring back the state before harvest ID, as new changes; history stays.

    The source is read whole at its next visit. If it still publishes what was taken back, that
    is held, not obeyed.
    """
    if done := node.ledger.harvest(harvest_id):
        Kept(node.config.kept / done.source).clear()
    return revert


@click.command("cancel")
@click.argument("slug", metavar="SOURCE")
@click.pass_obj
def cancel(settings: Settings, slug: str) -> None:
    """End the running harvest of SOURCE at its next step; the old data stays published."""
    board = Board(state_url(settings.load()))
    try:
        found = board.cancel(slug, _who())
    finally:
        board.close()
    if not found:
        raise UsageError("no harvest of {slug!r} is running or waiting", slug=slug)
    settings.notify("The harvest of {slug} is about to end: its report will tell.", slug=slug)


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in some containers
        return "?"
