"""Looking after a node: rebuild its projections, prove that it is sound."""

from contextlib import closing

import click

from maillage.terminal.context import Settings
from registry.node import verified
from registry.search.follower import IndexFollower


def register(group: click.Group) -> None:
    """Add these commands to the group."""
    for command in (rebuild, verify):
        group.add_command(command)


@click.command()
@click.pass_obj
def rebuild(settings: Settings) -> None:
    """Make the triple store and the search index again from the ledger; the content is the same."""
    with settings.node() as node, closing(IndexFollower(node.ledger, node.index)) as index:
        head = node.rebuild(lambda name, seq: settings.console.print(f"{name}: {seq}"), index=index)
    click.echo(str(head))


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
