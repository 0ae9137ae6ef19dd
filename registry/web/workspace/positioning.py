"""The marker of a place, put where a service says that its address is: proposed, not published."""

from dataclasses import replace

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.accounts.types import Access
from registry.web.access.declared import access
from registry.web.site.i18n import gettext as _
from registry.web.workspace.addresses import (
    Address,
    Located,
    PositionSaid,
    address_service,
    located,
)
from registry.web.workspace.draft import Draft, judged_of
from registry.web.workspace.editing import form_page
from registry.web.workspace.fields import Typed, typed_of
from registry.web.workspace.places import written_source_or_404
from registry.web.workspace.verdict import draft_of
from vocab.errors import MaillageError
from vocab.positions import POSITION
from vocab.properties import POSITION_KIND

blueprint = Blueprint("place_position", __name__)


@blueprint.post("/espace/pole/<slug>/position")
@access(Access.EDITOR)
def propose(slug: str) -> ResponseReturnValue:
    """Show the form again with the position of its address; ``lieu`` is the place.

    What was typed stays, whatever the service does.
    """
    service = address_service()
    if service is None:
        raise NotFound
    draft, typed = draft_of(written_source_or_404(slug)), typed_of(request.form)
    address = _address(draft, typed)
    if address is None:
        said = _("Fill in the street address and the commune first: the position is found by them.")
        return _answered(draft, typed, said)
    try:
        found = located(service, address)
    except MaillageError:
        said = _(
            "The address service does not answer just now. What you typed is below: put the "
            "marker on the map yourself, or try again later."
        )
        return _answered(draft, typed, said)
    if found is None:
        said = _(
            "The address service found nothing certain enough in {commune}. Check the address, or "
            "put the marker on the map yourself.",
            commune=address.commune,
        )
        return _answered(draft, typed, said)
    return _answered(draft, _placed(typed, found), _sentence(found), is_found=True)


def _answered(draft: Draft, typed: Typed, said: str, is_found: bool = False) -> ResponseReturnValue:
    position = PositionSaid(said, is_found)
    return form_page(draft, typed, judged_of(draft, typed), position=position)


def _address(draft: Draft, typed: Typed) -> Address | None:
    """Return the address that was typed, as it would be published; None while it is none."""
    judged = judged_of(draft, typed)
    if judged.record is None:
        return None
    names = ("adresse", "code_postal", "commune", "code_insee")
    cells = draft.written.desk.cells(judged.record)
    address = Address(*(cells.get(name, "") for name in names))
    return address if address.street and address.insee else None


def _placed(typed: Typed, found: Located) -> Typed:
    position = dict(zip(POSITION, (found.latitude, found.longitude), strict=True))
    cells = typed.cells | position | {POSITION_KIND: found.kind}
    return replace(typed, cells=cells, is_centred=False)


def _sentence(found: Located) -> str:
    return _(
        "The marker stands where the address service finds “{label}” ({kind}, certainty {percent} "
        "%). Check it on the map: nothing is published yet.",
        label=found.label,
        kind=found.kind_in_words,
        percent=found.percent,
    )
