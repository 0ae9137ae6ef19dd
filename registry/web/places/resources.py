"""The page of one record, its RDF forms, and the redirections from an IRI to them.

The page of a place holds schema.org JSON-LD for search engines.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import BadRequest, Gone, NotFound

from registry.formats.statements import statements
from registry.ledger.namespaces import origin_of
from registry.ledger.types import Source, Version
from registry.node import pole_description
from registry.publish.pole import agent_record
from registry.search.facts import PlaceFacts, facts_of
from registry.search.hours import Day, OpenState, local_time, open_state, week
from registry.search.query import Resource
from registry.sources.absence import Missing, missing_of
from registry.web.answer.negotiate import (
    Form,
    accepted_form,
    link_forms,
    see_other,
    send_record,
    split_suffix,
)
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.labels import (
    concept_label,
    kind_label,
    pole_title,
    safe_href,
    value_href,
    value_text,
)
from registry.web.site.language import current_lang
from registry.web.site.node import absolute, canonical_url, current_node, page_url
from shapes.quality import quality
from shapes.verdicts import validate
from vocab.labels import is_known, property_label
from vocab.namespaces import RDF, SCHEMES, short
from vocab.properties import group
from vocab.records import Record

blueprint = Blueprint("resources", __name__)

_LIBRARY = SCHEMES + "typologie/bib"


@dataclass(frozen=True, slots=True)
class Origin:
    """Who said a record, through which source, whether it still does, and when it changed.

    ``relayed`` is the namespace of others that the source passes on, empty for its own records.
    """

    pole: str
    pole_name: str
    source: Source | None
    relayed: str
    missing: Missing | None
    history: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """What a place says by one property: its heading, and (words, address to follow) of values."""

    heading: str
    shown: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Hours:
    """The opening hours of a place around now, by its own clock."""

    state: OpenState | None
    week: tuple[Day, ...]
    today: int


@blueprint.get("/pole/<slug>/<path:path>")
def page(slug: str, path: str) -> ResponseReturnValue:
    """Show a record as a page, or send it in the RDF form asked for."""
    resource = current_node().index.by_path(slug, path)
    form: Form | None = None
    if resource is None:
        stem, form = split_suffix(path)
        resource = current_node().index.by_path(slug, stem) if form else None
    if resource is None:
        raise NotFound
    if resource.gone:
        return _gone(resource)
    record, versions = current_node().ledger.record_and_versions(resource.iri)
    if record is None:
        raise NotFound
    form = form or accepted_form()
    if form is not None:
        return send_record(record, form, canonical_url(resource))
    response = make_response(_html(resource, record, versions))
    return link_forms(response, canonical_url(resource), absolute("/regles"))


@blueprint.get("/id/<path:path>")
def thing(path: str) -> ResponseReturnValue:
    """Send from the IRI of a thing that this node named to the page about it (303)."""
    stem, form = split_suffix(path)
    for candidate, suffix in ((path, ""), (stem, form.suffix if form else "")):
        resource = _named(candidate)
        if resource is not None:
            return see_other(page_url(resource.pole, resource.path) + suffix)
    config = current_node().config
    if config.namespace + path == pole_description(config).iri:
        return _publisher()
    raise NotFound


def _named(path: str) -> Resource | None:
    """The record at a path below the node's namespace, however its IRI encodes that path."""
    node = current_node()
    namespace = node.config.namespace
    found = node.index.resource(namespace + path)
    if found is not None:
        return found
    poles = {s.pole for s in node.ledger.sources(cursors=False) if namespace in s.namespaces}
    pages = (node.index.by_path(pole, path) for pole in sorted(poles))
    return next((page for page in pages if page and page.iri.startswith(namespace)), None)


def _publisher() -> ResponseReturnValue:
    """Say who publishes, where no record of the node's own does: ``dct:publisher`` of its feed."""
    config = current_node().config
    form = accepted_form()
    if form is not None:
        return send_record(agent_record(pole_description(config)), form, absolute("/a-propos"))
    return see_other(url_for("texts.about"))


@blueprint.get("/id")
def lookup() -> ResponseReturnValue:
    """Send from any IRI that this node knows to its page; from the namespace itself, home."""
    if request.path.endswith("/"):
        return redirect(url_for("home.home"), 303)
    iri = request.args.get("iri", "").strip().partition("#")[0]
    if not iri:
        raise BadRequest(_("iri: give the IRI of a record, such as /id?iri=https://…"))
    resource = current_node().index.resource(iri)
    if resource is None:
        raise NotFound
    return redirect(page_url(resource.pole, resource.path), 303)


def _html(resource: Resource, record: Record, versions: list[Version]) -> str:
    origin = _origin(resource, versions)
    if resource.kind != "Place":
        return render_template(
            "resource.html",
            resource=resource,
            origin=origin,
            statements=statements_for_people(record, current_lang()),
            kind=kind_label(resource.kind),
        )
    facts = facts_of(record, current_lang())
    return render_template(
        "place.html",
        resource=resource,
        facts=facts,
        hours=_hours(facts),
        origin=origin,
        score=quality(record, validate([record]), clock.now().date()),
        listed=_listed(facts),
        access=_group("access", facts),
        networks=_group("networks", facts),
        # What the card does not show yet: properties that our vocabulary does not know.
        statements=statements_for_people(record, current_lang(), unknown_only=True),
        json_ld=place_json(facts, canonical_url(resource)),
    )


def _hours(facts: PlaceFacts) -> Hours:
    moment = clock.now()
    return Hours(
        open_state(facts.hours, facts.departement, moment),
        week(facts.hours, facts.departement, moment),
        local_time(moment, facts.departement).weekday(),
    )


def _listed(facts: PlaceFacts) -> dict[str, tuple[tuple[str, str], ...]]:
    """Facet -> (slug, label) of the values chosen from lists."""
    return {
        facet: tuple((iri.rpartition("/")[2], concept_label(iri)) for iri in iris)
        for facet, iris in facts.concepts.items()
        if iris
    }


def _group(name: str, facts: PlaceFacts) -> list[Listed]:
    """What a place says by the properties that a part of its page lists."""
    found = []
    for prop in group(name):
        values = facts.concepts.get(prop.facet) or facts.further.get(prop.name)
        if values:
            shown = tuple((value_text(prop, one), value_href(prop, one)) for one in values)
            found.append(Listed(prop.heading(current_lang()), shown))
    return found


def _origin(resource: Resource, versions: list[Version]) -> Origin:
    source = current_node().ledger.cached_source(resource.source)
    return Origin(
        resource.pole,
        pole_title(resource.pole),
        source,
        origin_of(source, resource.iri) if source else "",
        missing_of(source, resource.iri) if source else None,
        tuple(reversed(versions)),
    )


def _gone(resource: Resource) -> Response:
    if accepted_form() is not None:
        raise Gone
    page = render_template("gone.html", resource=resource, pole=pole_title(resource.pole))
    return Response(page, 410, mimetype="text/html")


@dataclass(frozen=True, slots=True)
class Statement:
    """One triple in words; ``node`` is the fragment of the inner node that carries it, if any.

    ``iri`` is the value where it is one, ``lang`` the language of the text; else they are empty.
    """

    node: str
    property_iri: str
    label: str
    text: str
    iri: str
    lang: str


def statements_for_people(
    record: Record, lang: str, *, unknown_only: bool = False
) -> tuple[Statement, ...]:
    """Return a record's triples, those of the subject first.

    Args:
        record: the record.
        lang: language of the labels.
        unknown_only: leave out what our vocabulary knows.
    """
    found = [
        Statement(
            node=triple.subject.removeprefix(record.iri),
            property_iri=triple.predicate,
            label=property_label(triple.predicate, lang),
            text=_label(triple.iri) if triple.iri else triple.text or "",
            iri=triple.iri or "",
            lang=triple.language or "",
        )
        for triple in statements(record)
        if not (unknown_only and is_known(triple.predicate))
    ]
    return tuple(sorted(found, key=lambda item: (item.node, item.property_iri != RDF + "type")))


def _label(iri: str) -> str:
    return concept_label(iri) if iri.startswith(SCHEMES) else short(iri)


def place_json(facts: PlaceFacts, page: str) -> Markup:
    """Return a place as JSON-LD text in which ``<``, ``>`` and ``&`` are escaped."""
    document = {key: value for key, value in _members(facts, page) if value}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704 (escaped just above)


def _members(facts: PlaceFacts, page: str) -> Iterator[tuple[str, Any]]:
    is_library = _LIBRARY in facts.concepts.get("type", ())
    yield "@context", "https://schema.org"
    yield "@type", "Library" if is_library else "LocalBusiness"
    yield "@id", facts.iri
    yield "name", facts.name
    yield "description", facts.summary or facts.description
    yield "url", page
    yield "sameAs", [site for site in facts.sites if safe_href(site)]
    yield "telephone", list(facts.phones)
    yield "dateModified", facts.modified
    yield "address", _address(facts)
    if facts.latitude is not None and facts.longitude is not None:
        position = {"latitude": facts.latitude, "longitude": facts.longitude}
        yield "geo", {"@type": "GeoCoordinates", **position}
    yield "openingHoursSpecification", list(_opening_hours(facts))


def _address(facts: PlaceFacts) -> dict[str, str]:
    parts = {
        "@type": "PostalAddress",
        "streetAddress": facts.street,
        "postalCode": facts.postcode,
        "addressLocality": facts.commune,
        "addressCountry": "FR",
    }
    return {key: value for key, value in parts.items() if value}


def _opening_hours(facts: PlaceFacts) -> Iterator[dict[str, str]]:
    for day in week(facts.hours, facts.departement, clock.now()):
        for opens, closes in day.spans:
            ends_with_the_day = closes.hour == closes.minute == 0
            yield {
                "@type": "OpeningHoursSpecification",
                "validFrom": day.date.isoformat(),
                "validThrough": day.date.isoformat(),
                "opens": f"{opens:%H:%M}",
                "closes": "23:59" if ends_with_the_day else f"{closes:%H:%M}",
            }
