"""The vocabulary for people, with the same address for machines."""

from collections.abc import Callable
from urllib.parse import urldefrag

import rdflib
from flask import Blueprint, Response, make_response, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.search.query import Query
from registry.web.answer.negotiate import FORMS, Form, accepted_form, link_forms, split_suffix
from registry.web.site.node import absolute, current_node
from vocab.namespaces import MED, MED_ONTOLOGY
from vocab.properties import facets
from vocab.schemes import Scheme, concepts, scheme, schemes
from vocab.terms import ontology, scheme_graph, term, terms

blueprint = Blueprint("vocabulary", __name__)

_RDFLIB = {".ttl": "turtle", ".jsonld": "json-ld", ".nt": "nt", ".rdf": "pretty-xml"}
_DEPTH = 2


@blueprint.get("/vocabulaire")
def overview() -> ResponseReturnValue:
    """Show the classes, properties and lists, or send the ontology."""
    return _negotiated(
        None,
        ontology,
        "/vocabulaire",
        lambda: render_template(
            "vocabulary.html", iri=MED_ONTOLOGY, terms=terms(), schemes=schemes(),
            sizes={item.slug: len(concepts(item.slug)) for item in schemes()},
        ),
    )  # fmt: skip


@blueprint.get("/vocabulaire.<suffix>")
def overview_in(suffix: str) -> ResponseReturnValue:
    """Send the ontology in a form."""
    form = FORMS.get(f".{suffix}")
    if form is None:
        raise NotFound
    return _negotiated(form, ontology, "/vocabulaire", str)


@blueprint.get("/vocabulaire/ns/<name>")
def one_term(name: str) -> ResponseReturnValue:
    """Show one term, or send what the ontology says of it."""
    stem, form = split_suffix(name)
    found = term(MED + stem)
    if found is None:
        raise NotFound
    listed = scheme(found.scheme)
    return _negotiated(
        form,
        lambda: _cut(ontology(), rdflib.URIRef(found.iri)),
        f"/vocabulaire/ns/{stem}",
        lambda: render_template(
            "term.html", term=found, used=len(_counts(listed)) if listed else 0, scheme=listed,
            properties=[item for item in terms() if found.iri in item.domain],
        ),
    )  # fmt: skip


@blueprint.get("/vocabulaire/<slug>")
def one_list(slug: str) -> ResponseReturnValue:
    """Show a list of values with how many places use each, or send it in SKOS."""
    stem, form = split_suffix(slug)
    found = scheme(stem)
    if found is None:
        raise NotFound
    return _negotiated(
        form,
        lambda: scheme_graph(stem),
        f"/vocabulaire/{stem}",
        lambda: render_template(
            "scheme.html", scheme=found, concepts=concepts(stem), counts=_counts(found),
            facet=_facet_of(found),
        ),
    )  # fmt: skip


@blueprint.get("/vocabulaire/<slug>/<name>")
def one_concept(slug: str, name: str) -> ResponseReturnValue:
    """Show one value of a list, or send it in SKOS."""
    stem, form = split_suffix(name)
    listed = scheme(slug)
    found = next((item for item in concepts(slug) if item.slug == stem), None) if listed else None
    if listed is None or found is None:
        raise NotFound
    return _negotiated(
        form,
        lambda: _cut(scheme_graph(slug), rdflib.URIRef(found.iri)),
        f"/vocabulaire/{slug}/{stem}",
        lambda: render_template(
            "concept.html", scheme=listed, concept=found, facet=_facet_of(listed),
            count=_counts(listed).get(found.slug, 0),
        ),
    )  # fmt: skip


def _negotiated(
    form: Form | None,
    graph: Callable[[], rdflib.Graph],
    path: str,
    page: Callable[[], str],
) -> Response:
    chosen = form or accepted_form()
    if chosen is not None:
        return _send(graph(), chosen, absolute(path))
    return link_forms(make_response(page()), absolute(path), MED_ONTOLOGY)


def _send(graph: rdflib.Graph, form: Form, page: str) -> Response:
    body = graph.serialize(format=_RDFLIB.get(form.suffix, "json-ld"), encoding="utf-8")
    response = Response(body, content_type=f"{form.media_type}; charset=utf-8")
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers.add("Link", f'<{page}>; rel="canonical"')
    response.vary.add("Accept")
    return response


def _cut(graph: rdflib.Graph, subject: rdflib.term.Node, depth: int = _DEPTH) -> rdflib.Graph:
    """What a graph says of one subject, with its blank nodes."""
    found = rdflib.Graph(namespace_manager=graph.namespace_manager)
    for triple in graph.triples((subject, None, None)):
        found.add(triple)
        if isinstance(triple[2], rdflib.BNode) and depth:
            found += _cut(graph, triple[2], depth - 1)
    return found


def _facet_of(found: Scheme) -> str:
    """The facet whose values are of this list, or an empty string."""
    return next((facet for facet, prop in facets().items() if prop.scheme == found.slug), "")


def _counts(found: Scheme) -> dict[str, int]:
    values = current_node().index.facets(Query().real).get(_facet_of(found), ())
    return {value.value: value.count for value in values}


def page_of_iri(iri: str) -> str | None:
    """Return the path of our page about an IRI of the vocabulary or its lists, else None."""
    base, fragment = urldefrag(iri)
    if base == MED_ONTOLOGY:
        return f"/vocabulaire/ns/{fragment}" if term(iri) else "/vocabulaire"
    for listed in schemes():
        if iri == listed.iri:
            return f"/vocabulaire/{listed.slug}"
        if iri.startswith(listed.iri + "/"):
            return f"/vocabulaire/{listed.slug}/{iri.removeprefix(listed.iri + '/')}"
    return None
