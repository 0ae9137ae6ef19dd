"""Poles that this node hosts: those without a server of their own."""

from dataclasses import replace
from typing import Any

import click

from harvester.fetch import policy_of
from maillage.steps.catching_up import followed
from maillage.steps.hosting import host_pole
from maillage.steps.moving import lead_on, state_move, take_back, take_over
from maillage.terminal.context import Settings
from maillage.terminal.descriptions import harvest_text, line_of
from registry.ledger.acts import COMMAND
from registry.settings.config import Pole
from registry.sources.hosted import hosted_root
from registry.sources.succession import in_force
from vocab.errors import UsageError


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


@pole_.command("move")
@click.argument("slug")
@click.option("--to", "namespace", help="Beginning of its new IRIs: https://pole.example/id/")
@click.option("--undo", is_flag=True, help="It stays after all.")
@click.option("--reason", required=True, help="Why; the ledger keeps it.")
@click.pass_obj
def move(settings: Settings, slug: str, namespace: str | None, undo: bool, reason: str) -> None:
    """State that the hosted pole SLUG goes on at a node of its own.

    Nothing changes until that node states it too, and this one has read it; but the places are no
    longer edited here.
    """
    if bool(namespace) is undo:
        raise UsageError("give --to NAMESPACE, or --undo")
    with settings.node() as node, followed(node):
        if namespace is None:
            take_back(node, slug, COMMAND, reason)
            return
        stated = state_move(node, slug, namespace, COMMAND, reason)
        click.echo(f"{stated.former}\t{stated.new}")
        if in_force(node.ledger, stated.former) is None:
            feed = f"{hosted_root(node.config, slug)}feed/"
            settings.notify("Stated. Now, at the new node: maillage pole take {feed}", feed=feed)
        for each in lead_on(node):  # as a serving node does by itself
            settings.notify(
                "{pole}: {moved} records lead on, {kept} stay",
                pole=each.slug,
                moved=each.moved,
                kept=each.kept,
            )


@pole_.command("take")
@click.argument("url")
@click.option("--allow-private", is_flag=True, help="The host is on this machine or network.")
@click.pass_obj
def take(settings: Settings, url: str, allow_private: bool) -> None:
    """Take all that a hosted pole states in its feed URL, under this node's own addresses."""
    with settings.node() as node, followed(node):
        policy = replace(policy_of(node.config), allow_private=allow_private)
        taken = take_over(node, url, policy)
        click.echo(harvest_text(taken.harvest, settings.lang))
        for iri in taken.left:
            settings.notify("Left at the host, which cannot give it on: {iri}", iri=iri)
        settings.notify(
            "Publish, then have the host read this node: maillage source add {feed}",
            feed=node.config.feed_url,
        )
