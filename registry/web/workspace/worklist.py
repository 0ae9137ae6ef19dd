"""The list that somebody works through: kept in the address, with the places before and after."""

from dataclasses import dataclass
from typing import Any

from flask import request

from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import number
from registry.web.site.labels import MISSING_NAMES
from registry.web.site.node import current_node
from registry.web.workspace.draft import Draft
from registry.web.workspace.filtering import PlaceFilter, asked_places, kind_name

_MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class WorkList:
    """Places that somebody looks through one after the other.

    Attributes:
        wanted: what is looked for.
        rank: where the place stands, or stood, from 1.
        total: how many places are on it.
        previous: the pole's identifier of the place before; empty for the first.
        next: that of the place after; empty for the last.
    """

    wanted: PlaceFilter
    rank: int
    total: int
    previous: str
    next: str

    @property
    def where(self) -> dict[str, Any]:
        """The list, as it stands in addresses."""
        return self.wanted.parameters

    @property
    def here(self) -> dict[str, Any]:
        """The list and the rank of this place in it, as they stand in addresses."""
        return self.where | {"rang": str(self.rank)}

    @property
    def label(self) -> str:
        """Which list it is, and where one stands: « Lieux sans horaires, 12 sur 3 061 »."""
        wanted = self.wanted
        if wanted.missing:
            name = _("Places {lacking}", lacking=MISSING_NAMES[wanted.missing])
        elif wanted.words:
            name = _("Places found by “{words}”", words=wanted.words)
        elif wanted.kind:
            name = kind_name(wanted) or wanted.kind
        else:
            name = _("Places, the oldest record first")
        at = {"number": number(self.rank), "total": number(self.total)}
        return _("{list}, {number} of {total}", list=name, **at)


def worklist_of(draft: Draft) -> WorkList | None:
    """Return the list that the address names; None where it names none, or for a new place.

    A place that has what it lacked leaves the list: its rank is then that of the address.
    """
    wanted = asked_places(draft.written.source.pole)
    if not wanted.parameters or not draft.local_id:
        return None
    iris = current_node().index.iris(wanted.query())
    ids = [local_id for iri in iris if (local_id := draft.written.local_id(iri))]
    if draft.local_id in ids:
        at = ids.index(draft.local_id)
        after = at + 1
    else:
        at = after = min(_rank(request.args.get("rang", "")) - 1, len(ids))
    before = ids[at - 1] if at else ""
    following = ids[after] if after < len(ids) else ""
    return WorkList(wanted, at + 1, max(len(ids), at + 1), before, following)


def _rank(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return max(int(text), 1) if is_number else 1
