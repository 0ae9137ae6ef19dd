"""From the IRI of a source, a harvest or their graph, as SPARQL gives it, to what it identifies."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Gone, NotFound

from registry.history.provenance import harvest_record, source_record
from registry.store.projected import Naming
from registry.web.answer.negotiate import Form, accepted_form, send_record, split_suffix
from registry.web.harvests.listing import harvest_or_404
from registry.web.site.node import absolute, current_node
from vocab.records import Record

blueprint = Blueprint("provenance", __name__)


@blueprint.get("/source/<name>")
def source(name: str) -> ResponseReturnValue:
    """Send people to the source on its pole's page (303), and machines its description."""
    node = current_node()
    slug, form = split_suffix(name)
    found = node.ledger.source(slug)
    if found is None:
        raise Gone if node.ledger.harvests(slug, 1) else NotFound
    place = f"source-{slug}"
    page = absolute(f"/pole/{found.pole}#{place}")
    pole = next(node.index.resources("Pole", found.pole), None)
    described = source_record(
        found,
        _naming(),
        page=page,
        publisher=pole.iri if pole else "",
        changed=node.ledger.last_changed(slug),
    )
    shown = url_for("poles.pole", slug=found.pole, _anchor=place)
    return _answered(described, form, page, shown)


@blueprint.get("/harvest/<name>")
def harvest(name: str) -> ResponseReturnValue:
    """Send people to the report of a harvest (303), and machines what SPARQL says of it."""
    number, form = split_suffix(name)
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        raise NotFound
    found = harvest_or_404(int(number))
    page = absolute(f"/moissons/{found.id}")
    shown = url_for("harvests.report", harvest_id=found.id)
    return _answered(harvest_record(found, _naming()), form, page, shown)


@blueprint.get("/graph/harvests")
def harvests_graph() -> ResponseReturnValue:
    """Send people from the graph of harvests to their list (303), and machines to its triples."""
    shown = url_for("harvests.listing")
    if accepted_form() is not None:
        shown = url_for("sparql.endpoint", graph=_naming().harvests_graph)
    response = redirect(shown, 303)
    response.vary.add("Accept")
    return response


def _naming() -> Naming:
    return Naming(current_node().config.base_url)


def _answered(record: Record, form: Form | None, page: str, shown: str) -> ResponseReturnValue:
    form = form or accepted_form()
    if form is not None:
        return send_record(record, form, page)
    response = redirect(shown, 303)
    response.vary.add("Accept")
    return response
