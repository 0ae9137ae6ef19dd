"""A place that somebody else changed while one typed: what each said, and both put together."""

from dataclasses import dataclass, replace
from datetime import datetime

from registry.history.difference import difference
from registry.history.versions import versions_of
from registry.web.site.difference_words import FieldWords, fields_words
from registry.web.site.language import current_lang
from registry.web.site.node import current_node
from registry.web.workspace.fields import FIELD_NAMES, HOURS, Typed, names_and_values, typed_from
from registry.web.workspace.places import WrittenSource
from vocab.records import Record

_LOOKED_AT = 50
"""Versions among which the one that the person saw is looked for."""


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What happened while somebody typed.

    Attributes:
        when: moment of the latest change; None where the place never was.
        why: its reason, in the words of who changed it; empty where none was written down.
        changes: what the others changed, in words; empty where the version seen is not found.
        is_gone: they closed the place.
        typed: what was typed, with the others' values where nothing else was typed.
    """

    when: datetime | None
    why: str
    changes: tuple[FieldWords, ...]
    is_gone: bool
    typed: Typed

    @property
    def sent(self) -> list[tuple[str, str]]:
        """The values of the form, name by name."""
        return names_and_values(self.typed)


def meanwhile(
    written: WrittenSource, iri: str, seen: str, now: Record | None, typed: Typed
) -> Meanwhile:
    """Return what others did to a place since the version that a person saw.

    Args:
        written: where the place is written.
        iri: of the place.
        seen: content hash of the version that the person saw.
        now: the place as it is; None when it is closed.
        typed: what the person typed.
    """
    ledger = current_node().ledger
    versions = versions_of(ledger, iri, _LOOKED_AT)
    records = (one.change.record for one in versions)
    base = next((one for one in records if one is not None and one.content_hash == seen), None)
    acts = ledger.acts(1, about=iri)
    changes = fields_words(difference(iri, base, now)) if base and now else ()
    return Meanwhile(
        versions[0].change.time if versions else None,
        acts[0].why if acts else "",
        changes,
        now is None,
        _together(written, base, now, typed) if base and now else typed,
    )


def _together(written: WrittenSource, base: Record, now: Record, typed: Typed) -> Typed:
    """Return what was typed, with the value of today where the person had changed nothing."""
    old, new = written.desk.cells(base), written.desk.cells(now)
    mine, changed = typed.asked(old), typed.changed(old)
    cells = {name: (mine if name in changed else new).get(name, "") for name in FIELD_NAMES}
    cells = {name: text for name, text in cells.items() if text}
    if typed.wrong or HOURS in changed:
        kept = {name: text for name, text in cells.items() if name != HOURS}
        hours = {HOURS: typed.cells[HOURS]} if HOURS in typed.cells else {}
        return replace(typed, cells=kept | hours)
    return replace(typed_from(cells, current_lang()), is_centred=typed.is_centred)
