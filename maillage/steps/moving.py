"""A hosted pole moves to a node of its own, with everything: each side does its part.

The host states that it goes on elsewhere (:func:`state_move`); the new node takes what the host's
feed says and states that it follows (:func:`take_over`); when the host has read that, it leaves
what leads there in the place of each record (:func:`lead_on`).
"""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from harvester.fetch import Policy
from harvester.run.editing import Edit, commit_edit
from harvester.run.pipeline import Options, harvest, import_into
from harvester.sources.discover import discover
from registry.ledger.acts import COMMAND
from registry.ledger.ledger import Ledger
from registry.ledger.types import Harvest, Outcome, Source
from registry.node import Node, pole_description
from registry.publish.pole import is_web_address, pole_of, pole_record
from registry.settings.config import Pole
from registry.sources.hosted import is_hosted
from registry.sources.succession import (
    POLE,
    Side,
    Succession,
    carried,
    former_record,
    in_force,
    stated_by,
    succession_record,
)
from vocab.errors import UsageError
from vocab.namespaces import DCT, MED
from vocab.records import Record

CARRIED = "carried"
"""Source of what a node took over."""
_FORMER = f"{MED}FormerRecord"


def state_move(node: Node, slug: str, namespace: str, by: str, reason: str) -> Succession:
    """State, for a hosted pole, under which addresses it goes on; nothing changes by that alone.

    From now on its places are not edited here any more: they are about to be taken.

    Args:
        node: the host.
        slug: the pole.
        namespace: prefix of the IRIs of its own node, ending in ``/``.
        by: number of the account that decides.
        reason: why; kept for good.

    Raises:
        UsageError: no such pole is hosted here, or the namespace is none.
    """
    source = _hosted(node, slug)
    if not (is_web_address(namespace) and namespace.endswith("/")):
        raise UsageError(
            "{namespace!r} is no namespace: give the beginning of the pole’s new IRIs, which ends "
            "in a slash, such as https://pole.example/id/",
            namespace=namespace[:200],
        )
    stated = Succession(source.namespaces[0], namespace)
    if stated.former == stated.new:
        raise UsageError("a pole moves to other addresses than its own")
    record = succession_record(stated, Side.FORMER)
    _commit(node.ledger, slug, [record], by, reason)
    return stated


def take_back(node: Node, slug: str, by: str, reason: str) -> None:
    """State no more that a hosted pole moves: it is edited here again.

    Raises:
        UsageError: it does not move, or has moved already.
    """
    source = _hosted(node, slug)
    stated = stated_by(node.ledger, source.namespaces[0], Side.FORMER)
    if stated is None:
        raise UsageError("the pole {slug!r} does not say that it moves", slug=slug)
    if in_force(node.ledger, stated.former):
        raise UsageError("the pole {slug!r} has moved: its new node says so too", slug=slug)
    iri = stated.former + Side.FORMER
    edit = Edit({iri: None}, node.ledger.known_of(slug, [iri]), by, reason)
    commit_edit(node.ledger, slug, edit, datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Taken:
    """What a node took over.

    Attributes:
        stated: the succession that it states from now on.
        harvest: how the records entered.
        left: IRIs of records that the host could not give on whole.
    """

    stated: Succession
    harvest: Harvest
    left: tuple[str, ...]


def take_over(node: Node, url: str, policy: Policy) -> Taken:
    """Take all that a hosted pole states in its feed, under this node's addresses, once.

    Args:
        node: the pole's own, new node.
        url: address of the feed that the host publishes of the pole.
        policy: limits of the fetches.

    Raises:
        MaillageError: the feed cannot be read.
        UsageError: the host does not say that the pole goes on here, or it was taken already.
    """
    own = node.config.namespace
    if stated_by(node.ledger, own, Side.NEW):
        raise UsageError("this node took over a pole already: what it took is its own now")
    with tempfile.TemporaryDirectory(prefix="maillage-") as folder:
        address = f"sqlite:///{Path(folder, 'taken.sqlite')}"
        with closing(Ledger.open(address)) as ledger:
            source = _read(ledger, url, policy)
            stated = stated_by(ledger, source.namespaces[0], Side.FORMER)
            if stated is None or stated.new != own:
                raise UsageError(
                    "{url} does not say that its pole goes on under {own}: have its host say so "
                    "first (maillage pole move SLUG --to {own})",
                    url=url,
                    own=own,
                )
            records = tuple(_taken(node, ledger, source, stated))
            left = tuple(each.subject for each in ledger.refusals(source.slug))
    target = Source(CARRIED, node.config.slug, node.config.title, url, "file", (own,), every_s=0)
    node.ledger.put_source(target)
    return Taken(stated, import_into(node.ledger, target, records), left)


def _read(ledger: Ledger, url: str, policy: Policy) -> Source:
    """Harvest the feed of a pole into a ledger of its own."""
    found = discover(url, policy)
    if len(found.namespaces) != 1:
        raise UsageError(
            "{url} is no feed of one pole: give the address that its host publishes of it, such "
            "as https://host.example/hote/SLUG/feed/",
            url=url,
        )
    source = Source(
        CARRIED, CARRIED, found.title, found.url, found.kind, found.namespaces,
        allow_private=policy.allow_private,
    )  # fmt: skip
    ledger.put_source(source)
    done = harvest(ledger, source, options=Options(policy=policy))
    if done.outcome is not Outcome.COMMITTED:
        problem = next(iter(done.report.problems), None)
        raise UsageError("{url} could not be read whole: {why}", url=url, why=problem or "")
    return source


def _taken(node: Node, ledger: Ledger, source: Source, stated: Succession) -> Iterator[Record]:
    """Return what a node states from now on: all that the pole stated, and that it follows it."""
    for record in ledger.records(source.slug):
        if record.iri == stated.former + POLE:
            if node.config.pole is None:  # else its own settings say who it is
                yield _own_pole(node, pole_of(record))
        elif record.iri != stated.former + Side.FORMER:
            yield carried(record, stated)
    yield succession_record(stated, Side.NEW)


def _own_pole(node: Node, said: Pole) -> Record:
    values = {each.name: getattr(said, each.name) for each in fields(Pole)}
    return pole_record(replace(pole_description(node.config), **values))


@dataclass(frozen=True, slots=True)
class LedOn:
    """What a host handed over: the pole, how many records lead on, how many have no successor."""

    slug: str
    moved: int
    kept: int


def lead_on(node: Node) -> tuple[LedOn, ...]:
    """Leave, of each hosted pole whose move both sides state, what leads to its new addresses.

    A record stays as it is until this node has read the one that follows it.
    """
    hosted = (s for s in node.ledger.sources(cursors=False) if is_hosted(node.config, s))
    found = (_led_on(node.ledger, source) for source in hosted)
    return tuple(each for each in found if each and each.moved)


def _led_on(ledger: Ledger, source: Source) -> LedOn | None:
    stated = in_force(ledger, source.namespaces[0])
    if stated is None:
        return None
    changed, kept = [], 0
    for record in ledger.records(source.slug):
        if record.iri == stated.former + POLE:
            if (left := _leading_on(record, stated)) != record:
                changed.append(left)
        elif record.iri != stated.former + Side.FORMER and not record.is_a(_FORMER):
            if ledger.record(stated.following(record.iri)) is None:
                kept += 1
            else:
                changed.append(former_record(stated, record.iri))
    if changed:
        reason = f"goes on under {stated.new}, as both sides state"
        _commit(ledger, source.slug, changed, COMMAND, reason)
    return LedOn(source.slug, len(changed), kept)


def _leading_on(record: Record, stated: Succession) -> Record:
    """Return the record of a pole with where it goes on."""
    line = f"<{record.iri}> <{DCT}isReplacedBy> <{stated.following(record.iri)}> ."
    return Record(record.iri, tuple(sorted({*record.lines, line})))


def _commit(ledger: Ledger, slug: str, records: list[Record], by: str, reason: str) -> None:
    iris = [record.iri for record in records]
    edit = Edit({r.iri: r for r in records}, ledger.known_of(slug, iris), by, reason)
    commit_edit(ledger, slug, edit, datetime.now(UTC))


def _hosted(node: Node, slug: str) -> Source:
    source = node.ledger.source(slug)
    if source is None or not is_hosted(node.config, source):
        raise UsageError("no pole {slug!r} is hosted here", slug=slug[:80])
    return source
