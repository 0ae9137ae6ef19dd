"""The corrections of a pole's places as data: place, field, state and fingerprints."""

import json

from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.formats.jsonld import CONTEXT, jsonld_nodes
from registry.formats.turtle import header, turtle_body
from registry.node import pole_description
from registry.tickets.published import correction_record
from registry.web.answer.negotiate import FORMS, LICENCE, content_type
from registry.web.site import clock
from registry.web.site.node import current_node, sources_or_404
from vocab.records import Record

blueprint = Blueprint("correction_records", __name__)


@blueprint.before_request
def refuse_where_none_are_published() -> None:
    """Have no such data where the settings say so."""
    if not current_node().config.publishes_corrections:
        raise NotFound


@blueprint.get("/pole/<slug>/corrections.<suffix>")
def of_pole(slug: str, suffix: str) -> Response:
    """Return the corrections that visitors proposed here of a pole's places."""
    sources_or_404(slug)
    if suffix not in _WRITERS:
        raise NotFound
    config, now = current_node().config, clock.now().timestamp()
    stated_by = pole_description(config).iri
    records = [
        correction_record(config.namespace, stated_by, each)
        for each in current_node().tickets.published(slug, now)
    ]
    body = _WRITERS[suffix](records)
    response = Response(body, content_type=content_type(FORMS[f".{suffix}"]))
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers.add("Link", f'<{LICENCE}>; rel="license"')
    return response


@blueprint.get("/id/correction/<name>")
def thing(name: str) -> ResponseReturnValue:
    """Send from the IRI of a correction to the data that holds it (303)."""
    for each in current_node().tickets.published(None, clock.now().timestamp()):
        if each.name == name:
            return redirect(
                url_for("correction_records.of_pole", slug=each.ticket.pole, suffix="ttl"), 303
            )
    raise NotFound


def _turtle(records: list[Record]) -> str:
    bodies = "".join(f"\n{turtle_body(each)}" for each in records)
    return f"{header()}{bodies}"


def _ntriples(records: list[Record]) -> str:
    return "".join(each.body for each in records)


def _jsonld(records: list[Record]) -> str:
    nodes = [node for each in records for node in jsonld_nodes(each)]
    return json.dumps({"@context": CONTEXT, "@graph": nodes}, ensure_ascii=False, indent=1) + "\n"


_WRITERS = {"ttl": _turtle, "nt": _ntriples, "jsonld": _jsonld}
