"""The public notice of what waits at a pole: place and field as Atom, never a value or a word."""

from datetime import UTC, datetime

from flask import Blueprint, Response, render_template
from werkzeug.exceptions import NotFound

from registry.tickets.types import Ticket
from registry.web.corrections.words import FIELDS
from registry.web.network.feeds import atom_of
from registry.web.site import clock
from registry.web.site.labels import pole_title
from registry.web.site.node import absolute, absolute_link, current_node, page_url, sources_or_404

blueprint = Blueprint("correction_notices", __name__)
_MOST = 100


@blueprint.get("/pole/<slug>/avis.xml")
def notices(slug: str) -> Response:
    """Return the corrections that wait at a pole: which place, which field, since when."""
    node, now = current_node(), clock.now()
    if not node.config.corrections_enabled:
        raise NotFound
    sources_or_404(slug)
    kept = node.tickets.listed(now.timestamp(), pole=slug)
    waiting = sorted((item for item in kept if item.is_waiting), key=lambda item: -item.made)
    entries = [_entry(item) for item in waiting[:_MOST]]
    page = render_template(
        "avis.xml",
        updated=entries[0][0] if entries else now.replace(hour=0, minute=0, second=0),
        title=pole_title(slug),
        address=absolute(f"/pole/{slug}/avis.xml"),
        home=absolute(f"/pole/{slug}"),
        entries=entries,
    )
    return atom_of(page)


def _entry(ticket: Ticket) -> tuple[datetime, str, str, str, str]:
    """When, identity, field, title and page of a ticket's place; its number stays private."""
    resource = current_node().index.resource(ticket.place)
    page = absolute_link(page_url(resource.pole, resource.path)) if resource else ticket.place
    title = (resource.title if resource else "") or ticket.place
    made = datetime.fromtimestamp(ticket.made, UTC).replace(microsecond=0)
    identity = f"{page}#{ticket.about}-{int(ticket.made)}"
    return made, identity, str(FIELDS[ticket.about]), title, page
