"""Editors' places, judged and entered by the harvester's own rules."""

from collections.abc import Mapping
from datetime import UTC, datetime

from harvester.checking.checker import Dropped, SheetJudge
from harvester.clean.phone import clean_phones
from harvester.clean.text import clean_text
from harvester.clean.types import Note
from harvester.run import editing
from harvester.run.proposal import cells_of, proposed
from harvester.tabular.result import REPORT_RULES
from registry.node import Node
from registry.web.checks.checker import Document
from registry.web.workspace.desk import (
    Batch,
    DroppedSheet,
    Entry,
    MovedError,
    Proposed,
    Remark,
)
from vocab.mapping import PoleIdentity
from vocab.messages import languages
from vocab.records import Record


class LedgerDesk:
    """The desk of a node (:class:`registry.web.workspace.desk.Desk`)."""

    def __init__(self, node: Node) -> None:
        self._ledger = node.ledger
        self._judge = SheetJudge()

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

    def telephone(self, text: str) -> str:
        """Return one telephone number in international form; empty where it is none."""
        numbers = clean_phones("telephone", clean_text("telephone", text).value).values
        return numbers[0] if len(numbers) == 1 else ""

    def enter(self, source: str, entry: Entry) -> None:
        """Enter a place at once.

        Raises:
            MovedError: the place is no longer what the person saw.
            MaillageError: the contract refuses it, or the source is busy.
        """
        self.enter_all(
            source,
            Batch({entry.iri: entry.record}, {entry.iri: entry.seen}, entry.by, entry.reason),
        )

    def enter_all(self, source: str, batch: Batch) -> int:
        """Enter several places at once; return the number of the harvest.

        Raises:
            MovedError: one of them is no longer what the person saw.
            MaillageError: the contract refuses one, or the source is busy.
        """
        edit = editing.Edit(batch.places, batch.seen, batch.by, batch.reason)
        try:
            return editing.commit_edit(self._ledger, source, edit, datetime.now(UTC)).id
        except editing.MovedError as error:
            raise MovedError(error.sentence.template, **error.sentence.values) from error

    def judge(
        self, sheet: DroppedSheet, pole: PoleIdentity, published: Mapping[str, Record]
    ) -> Document:
        """Say what a dropped file would publish."""
        return self._judge.judge(_dropped(sheet), pole, published)

    def rewritten(
        self, sheet: DroppedSheet, pole: PoleIdentity, published: Mapping[str, Record]
    ) -> bytes | Document:
        """Return a dropped file with its ids and what was typed."""
        return self._judge.rewritten(_dropped(sheet), pole, published)


def _dropped(sheet: DroppedSheet) -> Dropped:
    meanings = [[name, said, meant] for (name, said), meant in sheet.meanings.items()]
    asked = {
        "chosen": dict(sheet.chosen), "cells": list(sheet.cells), "meanings": meanings,
        "is_centred": sheet.is_centred, "day": sheet.day, "taken": sorted(sheet.taken),
    }  # fmt: skip
    return Dropped(sheet.name, sheet.data, asked)


def _remark(note: Note) -> Remark:
    rule = REPORT_RULES[note.rule]
    sentences = {lang: rule.sentence(lang) for lang in languages()}
    return Remark(note.column, note.level, sentences, note.before, note.after)
