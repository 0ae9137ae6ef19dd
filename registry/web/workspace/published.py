"""What an editor has just published of many places, and the way to it."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.accounts.types import Access
from registry.history.changes import changed_by, count_of
from registry.web.access.declared import access
from registry.web.access.judge import actor
from registry.web.harvests.difference import PER_PAGE
from registry.web.site.difference_words import difference_words
from registry.web.site.labels import pole_name
from registry.web.site.node import current_node
from registry.web.workspace.places import written_source_or_404

blueprint = Blueprint("sheet_done", __name__)


@blueprint.get("/espace/pole/<slug>/publie/<int:harvest_id>")
@access(Access.EDITOR)
def done(slug: str, harvest_id: int) -> ResponseReturnValue:
    """Say what was published, with links to the places."""
    written, ledger = written_source_or_404(slug), current_node().ledger
    harvest = ledger.harvest(harvest_id)
    if harvest is None or harvest.source != written.source.slug:
        raise NotFound
    changes = [difference_words(one) for one in changed_by(ledger, harvest, 0, PER_PAGE)]
    return render_template(
        "sheet_done.html",
        actor=actor(),
        slug=slug,
        pole_name=pole_name(slug),
        harvest=harvest,
        total=count_of(ledger, harvest),
        changes=[(one, written.local_id(one.subject)) for one in changes],
    )
