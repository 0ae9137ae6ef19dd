"""What a registry does: name its sources, harvest them, read the reports."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import starmap
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from harvester.fetch import (
    check_name,
    checked_url,
    credentials_of,
    origin_of,
    policy_of,
)
from harvester.fetch.kept import Kept
from harvester.grants import normal
from harvester.run.executor import Round
from harvester.run.progress import Progress
from harvester.run.worker import Order, options_of
from harvester.sources.discover import Proposal, discover
from maillage.commands import decisions, lifecycle
from maillage.commands.lifecycle import source_
from maillage.steps.catching_up import catch_up
from maillage.steps.naming import source_of_address, warn_of_overlaps
from maillage.steps.running import harvest_all
from maillage.terminal import ending
from maillage.terminal.context import Settings
from maillage.terminal.descriptions import harvest_text, health_word, is_refused_again, line_of
from registry.ledger.options import SourceOptions
from registry.ledger.types import Outcome, Source
from registry.node import Node
from registry.settings.config import LONGEST_PERIOD_S, Config
from registry.sources.absence import MAX_GRACE_DAYS, grace_days_of
from registry.sources.health import EXAMINED_HARVESTS, Health, health_of
from registry.sources.lifecycle import allows_dry_run, is_active
from vocab.errors import UsageError
from vocab.messages import Message
from vocab.redaction import public

_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
_KINDS = ("feed", "dump", "table", "dcat", "sparql", "sitemap")
_OPTIONS_OF = {
    "feed": frozenset({"relays"}),
    "dump": frozenset({"relays"}),
    "table": frozenset({"mapping", "segments"}),
    "dcat": frozenset({"mapping", "segments", "dataset"}),
    "sparql": frozenset({"classes"}),
}
_ANY_KIND = frozenset({"credentials", "grace_days"})


@dataclass
class _Asked:
    """What the operator says of a source that is to be registered: each is an option of ``add``."""

    url: str
    slug: str | None
    title: str | None
    namespaces: tuple[str, ...]
    relays: tuple[str, ...]
    every_s: int | None
    grace_days: int | None
    allow_private: bool
    kind: str | None
    mapping: Path | None
    segments: bool
    dataset: str
    classes: tuple[str, ...]
    credentials: str


@source_.command("add")
@click.argument("url")
@click.option("--slug", help="Short name (default: from the publisher's name).")
@click.option("--title", help="Name shown to people (default: the publisher's).")
@click.option("--namespace", "namespaces", multiple=True, help="IRI prefix it may speak for.")
@click.option("--relays", multiple=True, help="IRI prefix of others whose records it passes on.")
@click.option(
    "--every",
    "every_s",
    type=click.IntRange(0, LONGEST_PERIOD_S),
    help="Seconds between harvests.",
)
@click.option(
    "--grace-days",
    type=click.IntRange(0, MAX_GRACE_DAYS),
    help="Days before what it no longer lists is deleted (default: 7).",
)
@click.option("--allow-private", is_flag=True, help="It lives on this machine or network.")
@click.option("--kind", type=click.Choice(_KINDS), help="What URL is (default: look at it).")
@click.option("--mapping", type=_EXISTING, help="Mapping file (TOML) for a table; a copy is kept.")
@click.option("--segments", is_flag=True, help="A table whose ids are national ids A__B__C.")
@click.option("--dataset", default="", help="IRI of the dataset to take in a catalogue.")
@click.option("--classes", multiple=True, help="IRI of a class to ask a SPARQL endpoint for.")
@click.option("--credentials", default="", help="Variable with “Bearer …” or “Basic user:…”.")
@click.pass_obj
def add(settings: Settings, /, **given: Any) -> None:
    """Look at URL (a feed, its catalogue, its page, a table) and register what is found there.

    The namespace is taken from the catalogue when it lies at the same origin as URL; otherwise
    grant it with --namespace. The places of a table are named under the first one.
    """
    asked = _Asked(**given)
    options = _options(asked)
    url = asked.url = checked_url(asked.url, allow_private=asked.allow_private)
    for space in asked.namespaces:
        _web_iri(space, "namespace")
    with settings.node() as node:
        found = _found(asked, node.config)
        _check_found(found, asked, options)
        name = asked.title or found.title or urlsplit(found.url).netloc
        slug = asked.slug or source_of_address(node.ledger, name, found.url)
        source = Source(
            *(slug, slug, name, found.url, found.kind),
            namespaces=(*_own(asked, found), *asked.relays),
            allow_private=asked.allow_private,
            every_s=node.config.harvest_every_s if asked.every_s is None else asked.every_s,
            options=options,
        )
        click.echo(line_of(_registered(settings, node, source, {url, found.url})))


def _registered(settings: Settings, node: Node, source: Source, announced: set[str]) -> Source:
    """Put a source into the ledger, with what is known of it; announcements of it are answered."""
    known = node.ledger.source(source.slug)
    decisions.check_slug(source.slug, known)
    if known:
        options = source.options.after(known.options)
        source = replace(source, cursor=known.cursor, options=options)
    warn_of_overlaps(settings, source, node.ledger.sources(cursors=False))
    node.ledger.put_source(source)
    for address in announced:
        node.state.inbox.dismiss(address)
    return source


def _found(asked: _Asked, config: Config) -> Proposal:
    """Return what the address offers; nothing is asked of it when its kind is given."""
    if asked.kind:
        return Proposal(asked.kind, asked.url, "", (), ())
    private = asked.allow_private
    given = credentials_of(asked.credentials, asked.url, allow_private=private)
    return discover(asked.url, replace(policy_of(config), allow_private=private, credentials=given))


def _options(asked: _Asked) -> SourceOptions:
    """Return what the operator decided, the mapping checked and as text."""
    options = SourceOptions(
        segments=asked.segments,
        dataset=asked.dataset,
        classes=tuple(_web_iri(iri, "classes") for iri in asked.classes),
        relays=tuple(_web_iri(iri, "relays") for iri in asked.relays),
        credentials=asked.credentials and check_name(asked.credentials),
        grace_days=asked.grace_days,
    )
    if asked.mapping is not None:
        from harvester.tabular.mapping_file import load_mapping  # a tenth of the start of a harvest

        load_mapping(asked.mapping)
        options = replace(options, mapping=asked.mapping.read_text("utf-8"))
    return options


def _web_iri(iri: str, option: str) -> str:
    try:
        normal(iri)
    except ValueError as error:
        raise UsageError("--{option}: {error}", option=option, error=error, iri=iri) from error
    return iri


def _check_found(found: Proposal, asked: _Asked, options: SourceOptions) -> None:
    """Refuse credentials that would go to another site, and options that the kind does not know."""
    if options.credentials and origin_of(found.url) != origin_of(asked.url):
        raise UsageError(
            "--credentials would go to {url}, at another site: register that", url=found.url
        )
    kind = found.kind
    wrong = options.to_json().keys() - _OPTIONS_OF.get(kind, frozenset()) - _ANY_KIND
    if wrong:
        raise UsageError(
            "--{option} is of no use for a source of kind {kind!r}", option=min(wrong), kind=kind
        )
    if kind in {"table", "sitemap"} and not all(space.endswith("/") for space in asked.namespaces):
        raise UsageError("--namespace: places are named under it, so it must end in /")


def _own(asked: _Asked, found: Proposal) -> tuple[str, ...]:
    """Return the namespaces that a source speaks for itself; a pure relay may have none."""
    granted = asked.namespaces or found.namespaces
    if not (granted or asked.relays):
        raise UsageError(
            "{url} claims no namespace at its own origin (claimed: {claimed}): grant one with "
            "--namespace PREFIX",
            url=asked.url,
            claimed=", ".join(found.claimed) or Message("none"),
        )
    return tuple(space for space in granted if space not in asked.relays)


@source_.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.pass_obj
def list_(settings: Settings, as_json: bool) -> None:
    """List the sources, then the addresses that strangers announced.

    The last column: never when it was not harvested yet, failing when the last harvest failed,
    held when it waits for a decision or brings again what was refused, late when a source was not
    harvested well for more than two periods, stale when it did not change for more than two of
    the periods that it declares, else ok.
    """
    with settings.node() as node:
        sources = [(source, _health(node, source)) for source in node.ledger.sources()]
        waiting = node.state.inbox.proposals()
    if as_json:
        rows = [*starmap(_source_fields, sources), *map(lifecycle.proposal_fields, waiting)]
        click.echo(public(json.dumps(rows, ensure_ascii=False, default=datetime.isoformat)))
        return
    lines = (f"{line_of(source)}\t{health_word(health)}" for source, health in sources)
    for line in (*lines, *map(lifecycle.line_of_proposal, waiting)):
        click.echo(line)


def _health(node: Node, source: Source) -> Health:
    ledger = node.ledger
    harvests = ledger.harvests(source.slug, EXAMINED_HARVESTS)
    return health_of(source, harvests, datetime.now(UTC), ledger.last_changed(source.slug))


def _source_fields(source: Source, health: Health) -> dict[str, object]:
    names = ("slug", "title", "url", "kind", "namespaces", "every_s")
    return {name: getattr(source, name) for name in names} | {
        "options": source.options.to_json(),
        "status": source.options.lifecycle.status,
        "grace_days": grace_days_of(source),
        "declared": asdict(source.cursor.declared),
        "health": asdict(health),
    }


@source_.command("remove")
@click.argument("slug")
@click.pass_obj
def remove(settings: Settings, slug: str) -> None:
    """Forget a source and delete its records, as new changes: history stays."""
    with settings.node() as node:
        if node.ledger.source(slug) is None:
            raise UsageError("no source is called {slug!r}", slug=slug)
        node.ledger.remove_source(slug)
        Kept(node.config.kept / slug).clear()
        if behind := catch_up(node):
            raise behind


@decisions.Decidable
@click.command("harvest", epilog=decisions.HELP)
@click.argument("slugs", nargs=-1, metavar="[SOURCE]...")
@click.option("--all", "everything", is_flag=True, help="Every source.")
@click.option("--force", default="", help="Let a held harvest through: say why.")
@click.option(
    "--afresh", "full_read", is_flag=True, help="Read all again, whatever the server says changed."
)
@click.option("--dry-run", is_flag=True, help="Tell what would change; nothing enters.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Sources at a time (one per core).")
@click.option("--json", "as_json", is_flag=True, help="Reports as JSON lines.")
@click.pass_obj
def harvest_(
    settings: Settings,
    slugs: tuple[str, ...],
    everything: bool,
    force: str,
    full_read: bool,
    dry_run: bool,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Fetch, validate and commit what the sources publish; then bring SPARQL and search up to it.

    Exit code 0: all went in; 1: something was refused or held; 2: somebody else is harvesting one
    of them; 3: a source could not be read.
    """
    with settings.node() as node:
        chosen = _chosen(node, slugs, everything, dry_run=dry_run)
        if dry_run:
            from maillage.steps.dry_run import dry_run_sources

            options = options_of(node.config, Progress())
            options = replace(options, forced=force, full_read=full_read)
            came = dry_run_sources(node, chosen, settings, options, as_json=as_json)
        else:
            order = Order(forced=force, full_read=full_read)
            came = harvest_all(node, chosen, settings, order, jobs)
            for one in came.done:
                report = json.dumps(one.report, ensure_ascii=False)
                click.echo(report if as_json else harvest_text(one, settings.lang))
    for busy in came.busy:
        click.echo(f"maillage: {busy.message(settings.lang)}", err=True)
    for slug, error in came.failed:
        click.echo(f"maillage: {slug}: {ending.sentence(error, settings, settings.lang)}", err=True)
    if came.behind:
        raise came.behind
    raise SystemExit(_exit_code(came))


def _chosen(
    node: Node, slugs: tuple[str, ...], everything: bool, *, dry_run: bool = False
) -> list[Source]:
    if bool(slugs) == everything:
        raise UsageError("name sources, or give --all")
    known = {source.slug: source for source in node.ledger.sources()}
    unknown = [slug for slug in slugs if slug not in known]
    if unknown:
        raise lifecycle.unknown_source(unknown[0], known)
    chosen = [known[slug] for slug in slugs] if slugs else list(filter(is_active, known.values()))
    sleeping = [s for s in chosen if not (is_active(s) or (dry_run and allows_dry_run(s)))]
    if sleeping:
        raise decisions.asleep(sleeping[0])
    return [source for source in chosen if source.kind != "file"]


def _exit_code(came: Round) -> int:
    outcomes = {one.outcome for one in came.done}
    if Outcome.FAILED in outcomes or came.failed:
        return 3
    if came.busy:
        return 2
    refused = any(one.report.counts.get("refused") for one in came.done)
    again = any(map(is_refused_again, came.done))
    return 1 if refused or again or Outcome.HELD in outcomes else 0
