"""The places of a pole, for its editors: found by name or commune, or by what they lack."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.accounts.types import Access
from registry.search.query import PlaceView, Query
from registry.web.access.declared import access
from registry.web.access.judge import actor
from registry.web.corrections.words import shown
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.labels import MISSING_NAMES, pole_name, site_of
from registry.web.site.node import current_node, sources_of, sources_or_404
from registry.web.site.notices import notice
from registry.web.workspace.filtering import asked_places, kinds
from registry.web.workspace.places import (
    WrittenSource,
    moves_to,
    source_here,
    written_source_of,
)

blueprint = Blueprint("pole_places", __name__)


@blueprint.get("/espace/pole/<slug>/lieux")
@access(Access.EDITOR)
def listing(slug: str) -> ResponseReturnValue:
    """Show the places that the address asks for, page by page (``page``)."""
    sources_or_404(slug)
    written, index, wanted = written_source_of(slug), current_node().index, asked_places(slug)
    number = request.args.get("page", 1, type=int)
    if number < 1:
        raise NotFound
    found = index.search(wanted.query(number))
    if number > max(found.pages, 1):
        raise NotFound
    own = source_here(slug)
    leaves = moves_to(own) if own else ""
    state = request.args.get("etat", "")
    special = {"fermes": _closed(written, slug), "attente": _waiting(slug)}
    counts = index.facets(Query(filters={"pole": (slug,)})).get("manque", ())
    return render_template(
        "pole_places.html",
        actor=actor(),
        slug=slug,
        title=pole_name(slug),
        found=found,
        rows=[(place, _local_id(written, place)) for place in found.places],
        wanted=wanted,
        state=state if state in special else "",
        special=special,
        whole=index.search(Query(filters={"pole": (slug,)}, size=1)).total,
        kinds=kinds(slug),
        missing_names=MISSING_NAMES,
        counts={one.value: one.count for one in counts},
        is_written_here=written is not None,
        leaves=site_of(leaves),
        sources=[
            one
            for one in sources_of(slug)
            if own is None or one.slug != own.slug or not (written or leaves)
        ],
        notice=notice(),
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """A place of a list that the index does not make.

    Attributes:
        name: for people; empty where it states none.
        href: where one goes on with it.
        said: what there is to say of it.
        day: of that, ISO 8601.
    """

    name: str
    href: str
    said: str
    day: str


def _closed(written: WrittenSource | None, slug: str) -> list[Listed]:
    """Return the places written here that were closed for good, each with its history.

    A place that is read from elsewhere may be gone for other reasons, and is put back there.
    """
    if written is None:
        return []
    gone = current_node().index.withdrawn("Place", slug)
    named = [(one, local) for one in gone if (local := written.local_id(one.iri))]
    return [
        Listed(
            one.title,
            url_for("place_past.history", slug=slug, local=local),
            _("This place is closed for good"),
            one.time,
        )
        for one, local in named
    ]


def _waiting(slug: str) -> list[Listed]:
    """Return the places about which a correction waits."""
    now, node = clock.now().timestamp(), current_node()
    if not node.config.corrections_enabled:
        return []
    waiting = [shown(one) for one in node.tickets.listed(now, pole=slug) if one.is_waiting]
    return [
        Listed(
            one.title,
            url_for("correction_desk.page", slug=slug, number=one.ticket.number),
            str(one.about),
            datetime.fromtimestamp(one.ticket.made, UTC).isoformat(),
        )
        for one in waiting
    ]


def _local_id(written: WrittenSource | None, place: PlaceView) -> str:
    """Return the pole's identifier of a place that is written here; empty for one that is not."""
    local_id = written.local_id(place.iri) if written else ""
    return local_id if written and local_id and written.record(local_id) else ""
