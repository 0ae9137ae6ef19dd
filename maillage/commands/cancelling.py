"""Ending a harvest that runs."""

import getpass

import click

from maillage.terminal.context import Settings
from registry.state import Board, board_url
from vocab.errors import UsageError


@click.command("cancel")
@click.argument("slug", metavar="SOURCE")
@click.pass_obj
def cancel(settings: Settings, slug: str) -> None:
    """End the running harvest of SOURCE at its next step; the old data stays published."""
    board = Board(board_url(settings.load()))
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
