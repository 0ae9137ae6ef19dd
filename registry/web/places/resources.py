"""The page of one record, its RDF forms, and the redirections from an IRI to them.

The page of a place holds schema.org JSON-LD for search engines.
"""

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, Gone, NotFound

from registry.find.areas import area_of_commune
from registry.formats.statements import statements
from registry.ledger.namespaces import origin_of
from registry.ledger.types import Source, Version
from registry.node import pole_description
from registry.publish.pole import agent_record
from registry.search.facts import PlaceFacts, Reading, facts_of
from registry.search.query import Resource
from registry.sources.absence import Missing, missing_of
from registry.sources.hosted import hosted_namespace
from registry.sources.succession import successor_of
from registry.web.answer.negotiate import (
    Form,
    accepted_form,
    link_forms,
    see_other,
    send_record,
    split_suffix,
)
from registry.web.places.place_json import place_json
from registry.web.places.place_page import others_near, place_context
from registry.web.places.reading import area_name
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.iri_words import known_words
from registry.web.site.labels import (
    kind_label,
    pole_name,
)
from registry.web.site.language import current_lang
from registry.web.site.node import absolute, canonical_url, current_node, page_url
from shapes.quality import quality
from shapes.verdicts import validate
from vocab.labels import is_known, property_label
from vocab.namespaces import DCT, RDF, short
from vocab.records import Record
from vocab.territory import commune

blueprint = Blueprint("resources", __name__)


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


@blueprint.get("/pole/<slug>/<path:path>")
def page(slug: str, path: str) -> ResponseReturnValue:
    """Show a record as a page, or send it in the RDF form asked for."""
    resource = current_node().index.by_path(slug, path)
    form: Form | None = None
    if resource is None:
        stem, form = split_suffix(path)
        resource = current_node().index.by_path(slug, stem) if form else None
    if resource is None:
        if path.endswith("/") and current_node().index.by_path(slug, path.rstrip("/")):
            return redirect(page_url(slug, path.rstrip("/")), 301)
        raise NotFound
    if moved := moved_to(resource):
        return redirect(page_url(moved.pole, moved.path) + (form.suffix if form else ""), 301)
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


def moved_to(resource: Resource) -> Resource | None:
    """The record that a record goes on as, whose pole moved; both sides have to state it."""
    if resource.kind == "Place" and not resource.gone:
        return None
    node = current_node()
    source = node.ledger.cached_source(resource.source)
    iri = successor_of(node.ledger, resource.iri, source) if source else ""
    return node.index.resource(iri) if iri else None


@blueprint.get("/id/<path:path>")
@blueprint.get("/hote/<slug>/id/<path:path>")
def thing(path: str, slug: str = "") -> ResponseReturnValue:
    """Send from the IRI of a thing that this node, or a pole on it, named to its page (303)."""
    config = current_node().config
    namespace = hosted_namespace(config, slug) if slug else config.namespace
    stem, form = split_suffix(path)
    for candidate, suffix in ((path, ""), (stem, form.suffix if form else "")):
        resource = _named(namespace, candidate)
        if resource is not None:
            return see_other(page_url(resource.pole, resource.path) + suffix)
    if namespace + path == pole_description(config).iri:
        return _publisher()
    raise NotFound


def _named(namespace: str, path: str) -> Resource | None:
    """The record at a path below a namespace of the node, however its IRI encodes that path."""
    node = current_node()
    poles = {s.pole for s in node.ledger.sources(cursors=False) if namespace in s.namespaces}
    pages = (node.index.by_path(pole, path) for pole in sorted(poles))
    found = next((page for page in pages if page and page.iri.startswith(namespace)), None)
    # By its path first: decoded, « a%252Fb » is written as the IRI of « a/b » is.
    return found or node.index.resource(namespace + path)


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
        origin=origin,
        score=quality(record, validate([record]), clock.now().date()),
        # What the card does not show yet: properties that our vocabulary does not know.
        statements=statements_for_people(record, current_lang(), unknown_only=True),
        json_ld=place_json(facts, canonical_url(resource)),
        **place_context(facts),
    )


def _origin(resource: Resource, versions: list[Version]) -> Origin:
    source = current_node().ledger.cached_source(resource.source)
    return Origin(
        resource.pole,
        pole_name(resource.pole),
        source,
        origin_of(source, resource.iri) if source else "",
        missing_of(source, resource.iri) if source else None,
        tuple(reversed(versions)),
    )


def _gone(resource: Resource) -> Response:
    if accepted_form() is not None:
        raise Gone
    record = _last_record(resource)
    facts = facts_of(record, current_lang()) if record else None
    page = render_template(
        "gone.html",
        resource=resource,
        pole=pole_name(resource.pole),
        successor=_successor(record) if record else None,
        others=others_near(facts) if facts else [],
        town=_town(facts) if facts else "",
    )
    return Response(page, 410, mimetype="text/html")


def _last_record(resource: Resource) -> Record | None:
    """What a place said before it was withdrawn; None for other records, or where it is erased."""
    ledger = current_node().ledger
    if resource.kind != "Place":
        return None
    withdrawn = ledger.before(ledger.head(), (resource.iri,)).get(resource.iri)
    last = ledger.before(withdrawn.seq - 1, (resource.iri,)) if withdrawn else {}
    return last[resource.iri].record if resource.iri in last else None


def _successor(record: Record) -> Resource | None:
    """The record that a place said to be replaced by; None for none, or one that is no more."""
    said = Reading(record).one(DCT + "isReplacedBy")
    found = current_node().index.resource(said) if said else None
    return None if found is None or found.gone else found


def _town(facts: PlaceFacts) -> str:
    """The commune of a place as the search box takes it, without its homonyms."""
    found = commune(facts.insee)
    return area_name(area_of_commune(found)) if found else facts.commune


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
    return known_words(iri) or short(iri)
