"""What a dropped file would do to the places of a pole: which are new, changed, or not in it."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from flask import current_app, request

from registry.history.difference import RecordDifference, difference
from registry.state.drops import Drop
from registry.web.access.judge import actor
from registry.web.answer.admission import CHECKS
from registry.web.checks.checker import Document
from registry.web.site import clock
from registry.web.site.node import current_node
from registry.web.workspace.desk import Batch, DroppedSheet
from registry.web.workspace.places import WrittenSource
from vocab.export import stated_values
from vocab.namespaces import MED
from vocab.records import Record

_TRIES = 3
"""How often new ids are chosen anew where a place that is closed bore them."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A dropped file beside what is published.

    Attributes:
        document: the report on the file.
        before: IRI -> place, as it is published.
        places: IRI -> place of the file that may be published.
        refused: IRIs of places of the file that stay out.
        held: IRIs of published places whose rows are refused: they stay as they are.
    """

    document: Document
    before: Mapping[str, Record]
    places: Mapping[str, Record]
    refused: frozenset[str]
    held: frozenset[str]

    @property
    def new(self) -> list[str]:
        """Places that would be added."""
        return [iri for iri in self.places if iri not in self.before]

    @property
    def changed(self) -> list[str]:
        """Places that would change."""
        before = self.before
        return [iri for iri, one in self.places.items() if iri in before and before[iri] != one]

    @property
    def unchanged(self) -> int:
        """How many places say what is published already."""
        return len(self.places) - len(self.new) - len(self.changed)

    @property
    def absent(self) -> list[str]:
        """Published places that the file does not name."""
        return [one for one in self.before if one not in self.places and one not in self.held]

    def lacking(self, field: str) -> int:
        """Return how many places of the file would say nothing in a field."""
        return sum(field not in stated_values(one) for one in self.places.values())

    @property
    def rows_refused(self) -> int:
        """How many rows of the file stay out."""
        return int(self.document["counts"].get("refused_rows", 0))

    @property
    def can_withdraw(self) -> bool:
        """Whether it is sure which places the file does not name: a refused row may be any."""
        return bool(self.absent) and not self.rows_refused

    @property
    def mark(self) -> str:
        """What was seen: another one once the file, what was said of it, or a place has changed."""
        seen = hashlib.sha256()
        for iri in sorted({*self.places, *self.before}):
            for version in (self.before.get(iri), self.places.get(iri)):
                seen.update(f"{iri} {version.content_hash if version else '-'}\n".encode())
        return seen.hexdigest()

    @property
    def moving(self) -> list[str]:
        """Places that would change or be added, in that order."""
        return [*self.changed, *self.new]

    def differences(self, page: int, size: int) -> list[RecordDifference]:
        """Return a page, from 1, of what would change."""
        shown = self.moving[(page - 1) * size :][:size]
        return [difference(iri, self.before.get(iri), self.places[iri]) for iri in shown]

    def batch(self, *, withdraws: bool) -> dict[str, Record | None]:
        """Return what is to be entered.

        Args:
            withdraws: places that the file does not name are withdrawn, where they are known.
        """
        found: dict[str, Record | None] = {iri: self.places[iri] for iri in self.moving}
        gone = self.absent if withdraws and self.can_withdraw else ()
        return found | dict.fromkeys(gone)


def enter(
    written: WrittenSource,
    found: Comparison,
    places: Mapping[str, Record | None],
    reason: str,
    what: str,
) -> int:
    """Enter places that were compared, all or none, and write the act down.

    Args:
        written: where they are written.
        found: the comparison that the person saw.
        places: of :meth:`Comparison.batch`.
        reason: why; kept for good.
        what: the act.

    Returns:
        the number of the harvest.

    Raises:
        MovedError: one of them is no longer what the person saw.
        MaillageError: they cannot be entered.
    """
    seen = {iri: found.before[iri].content_hash for iri in places if iri in found.before}
    source, by = written.source, actor().number
    harvest = written.desk.enter_all(source.slug, Batch(places, seen, by, reason))
    current_node().ledger.record_act(what, reason, by, source.pole)
    return harvest


def slot() -> Callable[[], None]:
    """Take one of the node's slots for files that are read; give what frees it.

    Raises:
        TooManyRequests: the client has its share.
        ServiceUnavailable: all stay taken for a while.
    """
    release: Callable[[], None] = current_app.extensions[CHECKS].take(request.remote_addr or "")
    return release


def published(written: WrittenSource) -> dict[str, Record]:
    """Return local id -> place, as it is published."""
    records = current_node().ledger.records(written.source.slug)
    found = ((written.local_id(one.iri), one) for one in records if one.is_a(MED + "Place"))
    return {local_id: record for local_id, record in found if local_id}


def sheet_of(written: WrittenSource, drop: Drop, data: bytes) -> DroppedSheet:
    """Return a dropped file with all that is known of it."""
    known = current_node().state.sheet_words.of(written.source.pole)
    today = clock.now().date().isoformat()
    chosen = {**known.columns, **drop.chosen}
    return DroppedSheet(drop.name, data, chosen, drop.cells, known.values, drop.is_centred, today)


def compared(written: WrittenSource, sheet: DroppedSheet) -> Comparison:
    """Have a dropped file judged, and compare it with what is published.

    Raises:
        UnreachableError: it cannot be read now.
    """
    before = published(written)
    document = written.desk.judge(sheet, written.pole, before)
    for _ in range(_TRIES):
        used = _used(written, document, before)
        if not used:
            break
        sheet = _without(sheet, used)
        document = written.desk.judge(sheet, written.pole, before)
    records = {
        one["iri"]: Record(one["iri"], tuple(one["lines"])) for one in document.get("places", ())
    }
    refused = frozenset(one["iri"] for one in document.get("places", ()) if one["is_refused"])
    known = {written.iri(local_id) for local_id in document.get("known", ())}
    kept = {iri: record for iri, record in records.items() if iri not in refused}
    return Comparison(
        document, {one.iri: one for one in before.values()}, kept, refused,
        frozenset(known - kept.keys()),
    )  # fmt: skip


def _used(
    written: WrittenSource, document: Document, before: Mapping[str, Record]
) -> frozenset[str]:
    """Return the ids of new places that a place bore which is closed.

    One that the file itself states may name it again.
    """
    made = {written.local_id(one["iri"]) for one in document.get("places", ())}
    fresh = set(document.get("fresh", ()))
    return frozenset(one for one in (made & fresh) - before.keys() if written.is_used(one))


def _without(sheet: DroppedSheet, used: frozenset[str]) -> DroppedSheet:
    return replace(sheet, taken=sheet.taken | used)
