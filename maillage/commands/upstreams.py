"""The nodes above this one: where corrections of its places are fetched."""

import json

import click

from harvester.fetch import check_name, checked_url
from harvester.grants import normal
from maillage.terminal.context import Settings
from registry.tickets.outbox import SendState
from registry.tickets.upstreams import Upstream
from vocab.errors import UsageError
from vocab.redaction import public


@click.group("upstream")
def upstream_() -> None:
    """Name the nodes above: corrections of this node's places are fetched from them."""


@upstream_.command("add")
@click.argument("url")
@click.option("--namespace", required=True, help="IRI prefix of what that node states itself.")
@click.option(
    "--mailbox-variable",
    "variable",
    required=True,
    help="Variable (MAILLAGE_CREDENTIALS_…) with the address of the mailbox it gave you.",
)
@click.option("--allow-private", is_flag=True, help="It lives on this machine or network.")
@click.pass_obj
def add(settings: Settings, url: str, namespace: str, variable: str, allow_private: bool) -> None:
    """Fetch corrections from the node at URL every quarter of an hour, and answer them there.

    Nothing enters the ledger by this. The address of the mailbox opens it: it stands in the
    environment of the node, never on the command line.
    """
    url = checked_url(url, allow_private=allow_private)
    try:
        normal(namespace)
    except ValueError as error:
        raise UsageError(
            "--{option}: {error}", option="namespace", error=error, iri=namespace
        ) from error
    with settings.node() as node:
        added = Upstream(url, namespace, check_name(variable, "mailbox-variable"), allow_private)
        node.tickets.upstreams.add(added)
    click.echo(_line(added))


@upstream_.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.pass_obj
def list_(settings: Settings, as_json: bool) -> None:
    """List the nodes above, with why the last look into a mailbox failed, and what waits to go."""
    with settings.node() as node:
        found = node.tickets.upstreams.all()
        sent = node.tickets.outbox.all()
    waiting = [each.address for each in sent if each.state is SendState.WAITING]
    if as_json:
        names = ("url", "namespace", "variable", "asked", "fault")
        rows = [
            {name: getattr(each, name) for name in names} | {"waiting": waiting.count(each.url)}
            for each in found
        ]
        click.echo(public(json.dumps(rows, ensure_ascii=False)))
        return
    for each in found:
        click.echo(f"{_line(each)}\t{waiting.count(each.url)}\t{each.fault or 'ok'}")


@upstream_.command("remove")
@click.argument("url")
@click.pass_obj
def remove(settings: Settings, url: str) -> None:
    """Ask a node above no more; answers that were not sent yet are forgotten."""
    with settings.node() as node:
        if not node.tickets.upstreams.remove(url):
            raise UsageError("no node above has the address {url}", url=public(url))


def _line(upstream: Upstream) -> str:
    return f"{public(upstream.url)}\t{upstream.namespace}\t{upstream.variable}"
