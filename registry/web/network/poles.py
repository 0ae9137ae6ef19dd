"""The page of a pole: who it is, what it publishes, how complete, how its harvests go."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.history.quality import Measure
from registry.ledger.cursor import Rhythm
from registry.ledger.options import Life, Status
from registry.ledger.types import Harvest, Refusal, Source
from registry.search.facts import Reading
from registry.search.query import EXPECTED, PoleSummary, Query, Resource
from registry.settings.config import Pole
from registry.sources.absence import grace_days_of
from registry.sources.health import EXAMINED_HARVESTS, Cause, Health, health_of
from registry.sources.succession import (
    POLE,
    Side,
    confirmed,
    preceding,
    stated_by,
    successor,
)
from registry.web.answer.negotiate import accepted_form, link_record, see_other, split_suffix
from registry.web.harvests.finding_words import FindingWords, RecordWords, refusal_words
from registry.web.harvests.report import ShownReport
from registry.web.network.measures import cache
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import lazy_gettext, percent
from registry.web.site.labels import contact_link, pole_title, safe_href, site_of
from registry.web.site.language import current_lang
from registry.web.site.node import canonical_url, current_node, page_url, sources_of
from vocab.insee import code_of
from vocab.namespaces import FOAF, MED, SCHEMA
from vocab.records import Record

blueprint = Blueprint("poles", __name__)

_SHOWN = ("Place", "Pole", "Succession", "FormerRecord")
"""Kinds of records that a pole's page shows otherwise, or that only lead on."""
_SHOWN_HARVESTS = 10
_SHOWN_REFUSALS = 20
STATUS_NAMES = {
    Status.PROPOSED: lazy_gettext("proposed, waiting for a decision"),
    Status.PREVIEW: lazy_gettext("on trial: nothing enters yet"),
    Status.ACTIVE: lazy_gettext("in service"),
    Status.PAUSED: lazy_gettext("paused: its records stay as they are"),
    Status.ENDED: lazy_gettext("ended: its records stay as last stated"),
}
CAUSES = {
    Cause.NAME: lazy_gettext("the server’s name cannot be found (DNS)"),
    Cause.REFUSED: lazy_gettext("the server refuses the connection: it is probably stopped"),
    Cause.TIMEOUT: lazy_gettext("the server is too slow or does not answer in time"),
    Cause.CERTIFICATE: lazy_gettext("the secure connection fails (certificate or encryption)"),
    Cause.MISSING: lazy_gettext("the document is no longer at this address (404)"),
    Cause.DENIED: lazy_gettext("the server forbids access to this document"),
    Cause.CREDENTIALS: lazy_gettext("the credentials of the source are missing or will not do"),
    Cause.SERVER: lazy_gettext("the pole’s server is failing (error 5xx)"),
    Cause.ANSWER: lazy_gettext("the server answers with an error"),
    Cause.UNREACHABLE: lazy_gettext("the server does not answer"),
    Cause.ADDRESS: lazy_gettext("the address may not be visited"),
    Cause.INCOMPLETE: lazy_gettext("the document arrives incomplete"),
    Cause.UNREADABLE: lazy_gettext("the document cannot be read (ill-formed RDF or table)"),
    Cause.STREAM: lazy_gettext("the event stream is ill-formed"),
    Cause.DECISION: lazy_gettext("the harvest waits for an operator’s decision"),
    Cause.UNKNOWN: lazy_gettext("unknown cause: see the report"),
}
FRESH_DAYS = 365
_NAMES = {
    "horaires": lazy_gettext("Opening hours"),
    "telephone": lazy_gettext("Phone"),
    "services": lazy_gettext("Services"),
    "coordonnees": lazy_gettext("Coordinates"),
}


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source of the pole: its latest harvest and report, its status, health and measures.

    ``rhythm`` is what it declares about time, ``grace_days`` how long a record stays that it no
    longer lists, ``missing`` how many such.
    """

    source: Source
    latest: Harvest | None
    report: ShownReport
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
        return _record_of(slug)
    if moved := moved_pole(slug):
        return redirect(url_for(".pole", slug=moved), 301)
    own = next(node.index.resources("Pole", slug), None)
    if own and (form := accepted_form()):
        return see_other(page_url(own.pole, own.path) + form.suffix)
    response = make_response(_shown(slug, sources, summary, own))
    return link_record(response, canonical_url(own)) if own else response


def _shown(
    slug: str, sources: list[Source], summary: PoleSummary | None, own: Resource | None
) -> str:
    node = current_node()
    facets = node.index.facets(Query(filters={"pole": (slug,)}))
    refusals = [item for source in sources for item in node.ledger.refusals(source.slug)]
    return render_template(
        "pole.html",
        slug=slug,
        title=pole_title(slug),
        summary=summary,
        own=own,
        identity=identity_of(slug),
        operator=contact_link(node.config.contact),
        states=[state_of(source, summary.places if summary else 0) for source in sources],
        harvests=latest_harvests(sources, _SHOWN_HARVESTS),
        refusals=[_refused(item) for item in refusals[:_SHOWN_REFUSALS]],
        refusal_count=len(refusals),
        stale_count=sum(1 for item in refusals if item.stale),
        services=facets.get("service", ()),
        where=facets.get("departement", ()),
        others=[
            item
            for item in node.index.resources(None, slug)
            if item.kind not in ("Place", "Pole", "FormerRecord")
        ],
        now=clock.now(),
        corrections=node.tickets.counts(slug, clock.now().timestamp()),
        shares=shares(slug, summary.places if summary else 0, clock.now()),
        claims=_claims(sources),
        former=_former(sources),
    )


def _record_of(name: str) -> ResponseReturnValue:
    """Send from the address of a pole with an RDF suffix to that form of its own record."""
    slug, form = split_suffix(name)
    own = next(current_node().index.resources("Pole", slug), None) if form else None
    if own is None or form is None:
        raise NotFound
    return see_other(page_url(own.pole, own.path) + form.suffix)


def moved_pole(slug: str) -> str:
    """Short name of the pole that a pole goes on as; empty unless both sides state that it moved.

    One that has other namespaces as well stays: it did not move as a whole.
    """
    node = current_node()
    found = {_holder(successor(node.ledger, s, s + POLE)) for s in _namespaces(sources_of(slug))}
    return found.pop() if len(found) == 1 else ""


def _holder(iri: str) -> str:
    """Short name of the pole that states a record; empty where none does."""
    ledger = current_node().ledger
    source = ledger.cached_source(ledger.owner(iri) or "") if iri else None
    return source.pole if source else ""


def _claims(sources: list[Source]) -> list[tuple[bool, str]]:
    """What a pole says alone: whether it says that it follows, or goes on as, which site."""
    ledger, found = current_node().ledger, []
    own = current_node().config.namespace  # what is said there is this node's own word
    for namespace in filter(lambda each: each != own, _namespaces(sources)):
        for side in Side:
            stated = stated_by(ledger, namespace, side)
            if stated and not confirmed(ledger, stated):
                follows = side is Side.NEW
                found.append((follows, site_of(stated.former if follows else stated.new)))
    return found


def _former(sources: list[Source]) -> list[str]:
    """The sites that a pole goes on from, as both sides state."""
    ledger = current_node().ledger
    found = (preceding(ledger, namespace) for namespace in _namespaces(sources))
    return [site_of(stated.former) for stated in found if stated]


def _namespaces(sources: list[Source]) -> list[str]:
    return sorted({space for source in sources for space in source.namespaces})


def identity_of(slug: str) -> Pole:
    """Return what a pole says of itself; empty when it says nothing."""
    node = current_node()
    own = next(node.index.resources("Pole", slug), None)
    record = node.ledger.record(own.iri) if own else None
    return _identity(record) if record else Pole("")


def _identity(record: Record) -> Pole:
    reading = Reading(record)
    address = reading.one(SCHEMA + "address") or f"{record.iri}#address"
    lang = current_lang()
    territory = reading.all(MED + "territory")
    return Pole(
        name=reading.one(SCHEMA + "name", lang=lang),
        legal_form=reading.one(MED + "legalForm", lang=lang),
        street=reading.one(SCHEMA + "streetAddress", address),
        postcode=reading.one(SCHEMA + "postalCode", address),
        locality=reading.one(SCHEMA + "addressLocality", address),
        representative_role=reading.one(MED + "representativeRole", lang=lang),
        homepage=safe_href(reading.one(FOAF + "homepage")),
        contact_email=reading.one(SCHEMA + "email"),
        telephone=reading.one(SCHEMA + "telephone"),
        description=reading.one(SCHEMA + "description", lang=lang),
        departements=tuple(sorted(code_of(iri) for iri in territory)),
    )


def state_of(source: Source, places: int) -> SourceState:
    """Return how a source of a pole that has so many places goes."""
    ledger = current_node().ledger
    harvests = ledger.harvests(source.slug, EXAMINED_HARVESTS)
    latest = harvests[0] if harvests else None
    return SourceState(
        source,
        latest,
        ShownReport(latest.report if latest else {}),
        source.options.lifecycle,
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


def _refused(refusal: Refusal) -> tuple[RecordWords, tuple[FindingWords, ...], bool]:
    """A record that was kept out, why, and whether an older version of it stays published."""
    return (*refusal_words(refusal), refusal.stale)


@dataclass(frozen=True, slots=True)
class Share:
    """How many places state something; ``missing_url`` lists the others, empty when none is.

    ``is_of_age``: what the others lack is not a value, but somebody who looks at them again.
    """

    name: str
    stated: int
    total: int
    missing_url: str
    is_of_age: bool = False

    @property
    def percent(self) -> str:
        """The share in whole percent, rounded down: 100 means every place."""
        return percent(100 * self.stated // self.total / 100)

    @property
    def missing(self) -> int:
        """How many places do not state it."""
        return self.total - self.stated


def shares(slug: str, total: int, now: datetime) -> list[Share]:
    """Return the shares of a pole's places; none when it has no place."""
    if not total:
        return []
    index = current_node().index
    facet = index.facets(Query(filters={"pole": (slug,)})).get("manque", ())
    missing = {item.value: item.count for item in facet}
    found = [
        Share(
            str(_NAMES[value]),
            total - missing.get(value, 0),
            total,
            url_for("places.listing", pole=slug, manque=value) if missing.get(value) else "",
        )
        for value in EXPECTED
    ]
    fresh = index.count_recent(slug, now, FRESH_DAYS)
    oldest = url_for("places.listing", pole=slug, tri="ancien") if fresh < total else ""
    return [*found, Share(_("Updated within the last year"), fresh, total, oldest, is_of_age=True)]
