"""A place being written, and what is said of it: the same on leaving a field as on saving."""

from collections.abc import Mapping
from dataclasses import dataclass

from registry.history.difference import difference
from registry.web.site.difference_words import FieldWords, fields_words
from registry.web.workspace.desk import Proposed
from registry.web.workspace.fields import Typed
from registry.web.workspace.places import WrittenSource
from vocab.positions import POSITION, followed
from vocab.properties import AT_CENTRE, POSITION_KIND
from vocab.records import Record
from vocab.territory import centre_of


@dataclass(frozen=True, slots=True)
class Draft:
    """A place being written.

    Attributes:
        written: where it is written.
        local_id: the pole's identifier; empty for a new place whose name is not known yet.
        before: the place as it is published; None for a new one.
        seen: content hash of the version that the person saw; empty for a new one.
    """

    written: WrittenSource
    local_id: str
    before: Record | None
    seen: str

    @property
    def iri(self) -> str:
        """IRI of the place; empty while it has no identifier."""
        return self.written.iri(self.local_id) if self.local_id else ""

    @property
    def cells(self) -> dict[str, str]:
        """What the place says as it is published."""
        return self.written.desk.cells(self.before) if self.before else {}

    @property
    def has_moved(self) -> bool:
        """Whether the place is no longer what the person saw."""
        return self.seen != (self.before.content_hash if self.before else "")


def judged_of(draft: Draft, typed: Typed) -> Proposed:
    """Judge what was typed; a place that changes is dated of today, unless another day is typed."""
    cells, desk = typed.asked(draft.cells), draft.written.desk
    if typed.is_centred:
        judged = desk.propose(draft.local_id, cells, draft.written.pole, draft.before)
        cells |= _centre(desk.cells(judged.record)) if judged.record else {}
    else:
        cells = followed(cells, draft.cells)
    return draft.written.proposed(draft.local_id, cells, draft.before)


def _centre(cells: Mapping[str, str]) -> dict[str, str]:
    """Return the position of the centre of a place's commune; nothing where none is known."""
    centre = centre_of(cells.get("code_insee", ""))
    if not centre:
        return {}
    return dict(zip(POSITION, centre, strict=True)) | {POSITION_KIND: AT_CENTRE}


def changes_of(iri: str, before: Record | None, after: Record | None) -> tuple[FieldWords, ...]:
    """Return what a version changes of the one before, in words; nothing where there is none."""
    return fields_words(difference(iri, before, after)) if after else ()
