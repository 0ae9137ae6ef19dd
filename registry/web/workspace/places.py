"""The places of a pole that its editors may write, and those that are read from elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import unquote

from flask import current_app
from werkzeug.exceptions import NotFound

from registry.ledger.types import Source
from registry.sources.hosted import KIND
from registry.sources.succession import Side, stated_by
from registry.web.site import clock
from registry.web.site.node import current_node, sources_of
from registry.web.workspace.desk import DESK, Desk, Proposed
from vocab.mapping import PoleIdentity, place_iri
from vocab.namespaces import MED
from vocab.records import Record
from vocab.slugs import MOST, slug_of

_PLACE = "place/"
_DATE = "date_maj"
_FALLBACK = "lieu"
_MOST_ALIKE = 1_000


@dataclass(frozen=True, slots=True)
class WrittenSource:
    """A source of a pole that this node states itself."""

    source: Source
    desk: Desk

    @property
    def pole(self) -> PoleIdentity:
        """Who states its places."""
        return PoleIdentity(self.source.pole, self.source.namespaces[0])

    def iri(self, local_id: str) -> str:
        """Return the IRI of a place by its pole's identifier."""
        return place_iri(self.pole.namespace, local_id)

    def local_id(self, iri: str) -> str:
        """Return the pole's identifier of a place; empty for one that has another kind of IRI."""
        start = self.pole.namespace + _PLACE
        local_id = unquote(iri.removeprefix(start)) if iri.startswith(start) else ""
        return local_id if local_id.strip() and self.iri(local_id) == iri else ""

    def record(self, local_id: str) -> Record | None:
        """Return a place as the ledger has it now; None where it has none of this source."""
        ledger, iri = current_node().ledger, self.iri(local_id)
        record = ledger.record(iri) if ledger.owner(iri) == self.source.slug else None
        return record if record is not None and record.is_a(MED + "Place") else None

    def is_used(self, local_id: str) -> bool:
        """Whether an identifier names a place, or did once."""
        return current_node().ledger.count_of_changes(self.iri(local_id)) > 0

    def proposed(self, local_id: str, cells: Mapping[str, str], before: Record | None) -> Proposed:
        """Judge a place; one that changes is dated of today, unless another day is typed.

        Args:
            local_id: the pole's identifier of the place.
            cells: text by name of column.
            before: the place as it is published; None for a new one.
        """
        judged = self.desk.propose(local_id, cells, self.pole, before)
        date = self.desk.cells(before).get(_DATE, "") if before else ""
        if judged.record == before or cells.get(_DATE, "") != date:
            return judged
        today = {**cells, _DATE: clock.now().date().isoformat()}
        return self.desk.propose(local_id, today, self.pole, before)

    def new_id(self, name: str) -> str:
        """Return an identifier for a new place, made of its name; nothing ever bore it."""
        start = slug_of(name, _FALLBACK, MOST - 5)
        ids = (start if n == 1 else f"{start}-{n}" for n in range(1, _MOST_ALIKE))
        return next(found for found in ids if not self.is_used(found))


def written_source_of(slug: str) -> WrittenSource | None:
    """Return where the places of a pole are written; None where all are read from elsewhere.

    One that says that it goes on under other addresses is written there.
    """
    desk = cast("Desk | None", current_app.extensions.get(DESK))
    own = source_here(slug)
    if own is None or desk is None or moves_to(own):
        return None
    return WrittenSource(own, desk)


def source_here(slug: str) -> Source | None:
    """Return the source of a pole that this node states itself; None where it states none."""
    return next((one for one in sources_of(slug) if one.kind == KIND and one.namespaces), None)


def moves_to(source: Source) -> str:
    """Return the namespace under which a source says that it goes on; empty where it stays."""
    found = stated_by(current_node().ledger, source.namespaces[0], Side.FORMER)
    return found.new if found else ""


def written_source_or_404(slug: str) -> WrittenSource:
    """Return where the places of a pole are written.

    Raises:
        NotFound: nowhere here.
    """
    if found := written_source_of(slug):
        return found
    raise NotFound
