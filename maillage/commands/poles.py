"""Poles that this node hosts: those without a server of their own."""

from typing import Any

import click

from maillage.steps.catching_up import followed
from maillage.steps.hosting import host_pole
from maillage.terminal.context import Settings
from maillage.terminal.descriptions import line_of
from registry.ledger.acts import COMMAND
from registry.settings.config import Pole


@click.group("pole")
def pole_() -> None:
    """Host poles that have no server: their places lie under this node's address."""


@pole_.command("add")
@click.argument("slug")
@click.option("--name", required=True, help="Name for people.")
@click.option("--email", "contact_email", default="", help="Address of a service, never a person.")
@click.option("--homepage", default="", help="The pole's own site.")
@click.option("--legal-form", default="", help="Such as “association loi 1901”.")
@click.option("--street", default="", help="Seat: street.")
@click.option("--postcode", default="", help="Seat: postcode.")
@click.option("--locality", default="", help="Seat: commune.")
@click.option("--departement", "departements", multiple=True, help="Code of a département of its.")
@click.option("--reason", required=True, help="Why it is hosted; the ledger keeps it.")
@click.pass_obj
def add(settings: Settings, /, slug: str, reason: str, **said: Any) -> None:
    """Host a pole under the short name SLUG; its places enter by the pages of its editors."""
    with settings.node() as node, followed(node):
        click.echo(line_of(host_pole(node, slug, Pole(**said), COMMAND, reason)))
