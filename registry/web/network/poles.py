"""The page of a pole: who it is, what it publishes, how its harvests go; and its Atom feed."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.history.quality import Measure
from registry.ledger.cursor import Rhythm
from registry.ledger.types import Change, Harvest, Refusal, Source
from registry.search import Query, Resource
from registry.search.facts import Reading
from registry.sources.absence import grace_days_of
from registry.sources.health import EXAMINED_HARVESTS, Health, health_of
from registry.sources.lifecycle import Life, life_of
from registry.web.answer.xml import xml_response
from registry.web.harvests.report import HarvestReport, read_report
from registry.web.network.completeness import shares
from registry.web.network.measure_cache import cache
from registry.web.site import clock
from registry.web.site.labels import pole_title, safe_href
from registry.web.site.language import current_lang
from registry.web.site.links import page_url
from registry.web.site.node import absolute, absolute_link, current_node
from vocab.insee import code_of
from vocab.messages import stored
from vocab.namespaces import FOAF, MED, SCHEMA
from vocab.records import Record

blueprint = Blueprint("poles", __name__)

_SHOWN_HARVESTS = 10
_SHOWN_REFUSALS = 20
_FEED_ENTRIES = 100


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a pole says that it is; empty where it says nothing."""

    legal_form: str = ""
    street: str = ""
    postcode: str = ""
    locality: str = ""
    representative_role: str = ""
    homepage: str = ""
    email: str = ""
    departements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source of the pole: its latest harvest and report, its status, health and measures.

    ``rhythm`` is what it declares about time, ``grace_days`` how long a record stays that it no
    longer lists, ``missing`` how many such.
    """

    source: Source
    latest: Harvest | None
    report: HarvestReport
    life: Life
    health: Health
    rhythm: Rhythm
    measure: Measure | None
    grace_days: int
    missing: int


@blueprint.get("/pole/<slug>")
def pole(slug: str) -> ResponseReturnValue:
    """Show a pole."""
    node = current_node()
    sources = sources_of(slug)
    summary = next((item for item in node.index.poles() if item.slug == slug), None)
    if not sources and summary is None:
        raise NotFound
    own = next(node.index.resources("Pole", slug), None)
    record = node.ledger.record(own.iri) if own else None
    refusals = [item for source in sources for item in node.ledger.refusals(source.slug)]
    return render_template(
        "pole.html",
        slug=slug,
        title=pole_title(slug),
        summary=summary,
        own=own,
        identity=_identity(record) if record else Identity(),
        states=[_state(source, summary.places if summary else 0) for source in sources],
        harvests=latest_harvests(sources, _SHOWN_HARVESTS),
        refusals=refusals[:_SHOWN_REFUSALS],
        refusal_count=len(refusals),
        stale_count=sum(1 for item in refusals if item.stale),
        services=node.index.facets(Query(filters={"pole": (slug,)})).get("service", ()),
        others=[item for item in node.index.resources(None, slug) if _is_other(item)],
        findings=_first_findings(refusals),
        now=clock.now(),
        shares=shares(slug, summary.places if summary else 0, clock.now()),
    )


@blueprint.get("/pole/<slug>/atom.xml")
def atom(slug: str) -> ResponseReturnValue:
    """Return the latest changes of a pole as Atom (RFC 4287)."""
    sources = sources_of(slug)
    if not sources:
        raise NotFound
    changes = _latest_changes(sources)
    entries = [(change, current_node().index.resource(change.subject)) for change in changes]
    page = render_template(
        "atom.xml",
        title=pole_title(slug),
        address=absolute(f"/pole/{slug}/atom.xml"),
        home=absolute(f"/pole/{slug}"),
        entries=[
            (change, item, absolute_link(page_url(slug, item.path)))
            for change, item in entries
            if item
        ],
        updated=changes[0].time if changes else _last_harvested(sources),
    )  # fmt: skip
    return xml_response(page, "application/atom+xml")


def sources_of(slug: str) -> list[Source]:
    """Return the sources in force that speak for a pole."""
    return [source for source in current_node().ledger.sources() if source.pole == slug]


def _identity(record: Record) -> Identity:
    reading = Reading(record)
    address = reading.one(SCHEMA + "address") or f"{record.iri}#address"
    lang = current_lang()
    territory = reading.all(MED + "territory")
    return Identity(
        legal_form=reading.one(MED + "legalForm", lang=lang),
        street=reading.one(SCHEMA + "streetAddress", address),
        postcode=reading.one(SCHEMA + "postalCode", address),
        locality=reading.one(SCHEMA + "addressLocality", address),
        representative_role=reading.one(MED + "representativeRole", lang=lang),
        homepage=safe_href(reading.one(FOAF + "homepage")),
        email=reading.one(SCHEMA + "email"),
        departements=tuple(sorted(code_of(iri) for iri in territory)),
    )


def _state(source: Source, places: int) -> SourceState:
    ledger = current_node().ledger
    harvests = ledger.harvests(source.slug, EXAMINED_HARVESTS)
    latest = harvests[0] if harvests else None
    return SourceState(
        source,
        latest,
        read_report(latest.report if latest else {}, current_lang()),
        life_of(source),
        health_of(source, harvests, clock.now(), ledger.last_changed(source.slug)),
        source.cursor.declared,
        cache().latest(source.slug, places),
        grace_days_of(source),
        len(source.cursor.missing),
    )


def latest_harvests(sources: list[Source], limit: int) -> list[Harvest]:
    """Return the latest harvests of sources, newest first."""
    ledger = current_node().ledger
    found = [item for source in sources for item in ledger.harvests(source.slug, limit)]
    return sorted(found, key=lambda item: -item.id)[:limit]


def _latest_changes(sources: list[Source]) -> list[Change]:
    ledger = current_node().ledger
    found = [item for one in sources for item in ledger.latest_changes(one.slug, _FEED_ENTRIES)]
    return sorted(found, key=lambda change: -change.seq)[:_FEED_ENTRIES]


def _last_harvested(sources: list[Source]) -> datetime:
    """When a feed without changes was last known to have none."""
    harvests = latest_harvests(sources, 1)
    return harvests[0].ended if harvests else clock.now()


def _first_findings(refusals: list[Refusal]) -> dict[str, str]:
    """Subject -> the first reason for its refusal, in the language of the page."""
    lang = current_lang()
    return {
        item.subject: next((text for f in item.findings if (text := stored(f, lang))), "")
        for item in refusals
    }


def _is_other(resource: Resource) -> bool:
    return resource.kind not in ("Place", "Pole")
