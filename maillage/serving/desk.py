"""Editors' places, judged and entered by the harvester's own rules."""

from collections.abc import Mapping
from datetime import UTC, datetime

from harvester.clean.types import Note
from harvester.run import editing
from harvester.run.proposal import cells_of, proposed
from harvester.tabular.result import REPORT_RULES
from registry.node import Node
from registry.web.workspace.desk import Entry, MovedError, Proposed, Remark
from vocab.mapping import PoleIdentity
from vocab.messages import languages
from vocab.records import Record


class LedgerDesk:
    """The desk of a node (:class:`registry.web.workspace.desk.Desk`)."""

    def __init__(self, node: Node) -> None:
        self._ledger = node.ledger

    def cells(self, record: Record) -> dict[str, str]:
        """Return what a place says, by name of column."""
        return cells_of(record)

    def propose(
        self, local_id: str, cells: Mapping[str, str], pole: PoleIdentity, before: Record | None
    ) -> Proposed:
        """Judge a place as it was typed."""
        found = proposed(local_id, cells, pole, before)
        remarks = tuple(map(_remark, found.notes))
        return Proposed(found.record, remarks, found.findings, found.is_refused)

    def enter(self, source: str, entry: Entry) -> None:
        """Enter a place at once.

        Raises:
            MovedError: the place is no longer what the person saw.
            MaillageError: the contract refuses it, or the source is busy.
        """
        edit = editing.Edit(
            {entry.iri: entry.record}, {entry.iri: entry.seen}, entry.by, entry.reason
        )
        try:
            editing.commit_edit(self._ledger, source, edit, datetime.now(UTC))
        except editing.MovedError as error:
            raise MovedError(error.sentence.template, **error.sentence.values) from error


def _remark(note: Note) -> Remark:
    rule = REPORT_RULES[note.rule]
    sentences = {lang: rule.sentence(lang) for lang in languages()}
    return Remark(note.column, note.level, sentences, note.before, note.after)
