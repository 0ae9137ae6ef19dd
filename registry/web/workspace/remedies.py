"""A dropped file mended on the page: what each column is, and another text in the place of a cell.

A text of a list, of hours or of a contact is mended once for all rows that say the same; any other
in its own row.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count, groupby

from werkzeug.datastructures import MultiDict

from registry.find.needs import MISTYPED, find_needs
from registry.state.drops import Drop
from registry.web.checks.at_source import parted
from registry.web.checks.checker import Document
from registry.web.checks.verdict import BETTER, REFUSED, TO_ROWS, Group, Row, Verdict, field_title
from registry.web.site.language import current_lang
from registry.web.workspace.sheet_positions import taken
from vocab.needs import Strength
from vocab.order import SEPARATOR
from vocab.properties import FIELDS, FURTHER, SHORT, is_meant
from vocab.schemes import concept, concepts
from vocab.text import capitalised, words

_CELL = re.compile(r"c\.(\d{1,7})\.([a-z_]{1,60})\.(\d{1,4})\Z")
_COLUMN = re.compile(r"k\.(\d{1,4})\Z")
_LONGEST = 2_000
_MOST_CELLS = 2_000
"""Cells that may be written anew of one file; larger repairs are for a spreadsheet."""
_MOST_COLUMNS = 500
"""Columns of which somebody may say what they are."""
_MOST_INPUTS = 60
"""Inputs that one finding has on the page."""
_SHORTENED = "…"
EMPTIED = "-"
"""Chosen in the place of a value that is not to be published."""
_FEW = 6
"""Choices of a long list that are seen at once."""
_PROPERTIES = {one.name: one for one in (*FIELDS, *FURTHER)}
COLUMN_FIELDS = tuple(one.name for one in (*FIELDS, *FURTHER) if one.standard or one.column)
"""What a column of a file may be."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """A cell that can be written anew.

    Attributes:
        row: the first row that it stands in, with what was found there.
        others: how many other rows say the same.
        number: tells it from others of the same cell.
        widget: ``one``, ``several`` or ``text``.
        choices: value and words, of a list, the likely ones first.
        likely: values that the words of the cell mean to who searches; they are ticked.
    """

    row: Row
    others: int
    number: int
    widget: str
    choices: tuple[tuple[str, str], ...]
    likely: tuple[str, ...] = ()

    @property
    def first(self) -> tuple[tuple[str, str], ...]:
        """The choices that are seen at once, where the list is long."""
        few = len(self.choices) <= _FEW + 2
        return self.choices if few else self.choices[: max(_FEW, len(self.likely))]

    @property
    def rest(self) -> tuple[tuple[str, str], ...]:
        """The other choices."""
        return self.choices[len(self.first) :]

    @property
    def key(self) -> str:
        """What its field is called in the form."""
        return f"{self.row.row}.{self.row.field}.{self.number}"

    @property
    def old(self) -> str:
        """The value as typed, where the report has all of it."""
        return "" if self.row.before.endswith(_SHORTENED) else self.row.before


@dataclass(frozen=True, slots=True)
class RemedyGroup:
    """What broke one rule, with what can be mended here and what cannot."""

    group: Group
    remedies: tuple[Remedy, ...]
    others: tuple[Row, ...]

    @property
    def is_proposing(self) -> bool:
        """Whether something is ticked beforehand, which reading the file again confirms."""
        return any(one.likely for one in self.remedies)

    @property
    def said(self) -> str:
        """What was found, beyond the title."""
        return parted(self.group.advice)[0]

    @property
    def in_the_file(self) -> str:
        """What to do in the spreadsheet, so that it does not come back."""
        return parted(self.group.advice)[1]


def sections(verdict: Verdict) -> list[tuple[str, str, list[RemedyGroup]]]:
    """Return what was found in a dropped file: key, heading, groups.

    What proposes something comes first: nobody is to confirm what was folded away.
    """
    numbers = count()
    found = [
        (key, heading, [_group(one, key, numbers) for one in groups])
        for key, heading, groups in verdict.sections
    ]
    for _key, _heading, groups in found:
        groups.sort(key=lambda group: not group.is_proposing)
    return found


def _group(group: Group, key: str, numbers: Iterator[int]) -> RemedyGroup:
    curable = [row for row in group.rows if _is_curable(row, key)]
    remedies = tuple(_remedies(curable))[:_MOST_INPUTS]
    remedies = tuple(replace(one, number=next(numbers)) for one in remedies)
    shown = {(one.row.field, one.row.before) for one in remedies if is_meant(one.row.field)}
    rows = {(one.row.row, one.row.field) for one in remedies}
    others = tuple(
        row
        for row in group.rows
        if (row.field, row.before) not in shown and (row.row, row.field) not in rows
    )
    return RemedyGroup(group, remedies, others)


def _is_curable(row: Row, key: str) -> bool:
    """Whether another text would help: a refusal, or a value that is lost or doubtful."""
    if not row.row or row.field not in COLUMN_FIELDS or row.field == "id" or row.code in TO_ROWS:
        return False
    return key == REFUSED or (key == BETTER and bool(row.before))


def _remedies(rows: Iterable[Row]) -> Iterator[Remedy]:
    alone = [row for row in rows if not (is_meant(row.field) and row.before)]
    alike = sorted(
        (row for row in rows if is_meant(row.field) and row.before),
        key=lambda row: (row.field, row.before, row.row),
    )
    for _key, found in groupby(alike, key=lambda row: (row.field, row.before)):
        same = list(found)
        yield _remedy(same[0], len({row.row for row in same}) - 1)
    yield from (_remedy(row, 0) for row in alone)


def _remedy(row: Row, others: int) -> Remedy:
    prop, lang = _PROPERTIES[row.field], current_lang()
    if prop.kind != "concept":
        return Remedy(row, others, 0, "text", ())
    listed = (one for one in concepts(prop.scheme or "") if not one.replaced_by)
    choices = [(one.notation, one.label(lang)) for one in listed]
    meant = _meant(row.before, prop.scheme or "")
    likely = tuple(notation for notation, _label in choices if notation in meant)
    near_first = sorted(
        choices, key=lambda one: (one[0] not in meant, -_likeness(row.before, one[1]))
    )
    if prop.multiple:
        return Remedy(row, others, 0, "several", tuple(near_first), likely)
    return Remedy(row, others, 0, "one", tuple(near_first), likely[:1])


def _meant(text: str, scheme: str) -> frozenset[str]:
    """Return the values of a list that a text means, as who searches says it.

    What a need means are alternatives: where the rest of the text means one of them, it is that.
    """
    if not text:
        return frozenset()
    needs = [
        {
            meaning.iri
            for meaning in match.need.means
            if meaning.strength is not Strength.PROBABLE
            and meaning.concept.startswith(f"{scheme}/")
        }
        for match in find_needs(tuple(words(text)))
        if match.sureness < MISTYPED
    ]
    plain = set[str]().union(*(each for each in needs if len(each) == 1))
    found = plain.union(*(each for each in needs if not each & plain))
    return frozenset(one.notation for iri in found if (one := concept(iri)) is not None)


def _likeness(typed: str, label: str) -> int:
    """Return how many words of what was typed a label has: a list may be a hundred long.

    >>> _likeness("Médiathèque municipale", "Bibliothèque / Médiathèque")
    1
    """
    return len(set(words(typed)) & set(words(label)))


def column_choices() -> list[tuple[str, str]]:
    """Return what a column may be: name of the field, words."""
    found = ((name, field_title(name)) for name in COLUMN_FIELDS)
    return [(name, capitalised(title)) for name, title in found]


def with_remedies(drop: Drop, form: MultiDict[str, str]) -> Drop:
    """Return a dropped file with what a form says of it: columns, cells, positions.

    ``kn.N`` is the name of the column that ``k.N`` is about, ``kb.N`` what it was read as, ``kp.N``
    what was proposed, which only reading again confirms; ``b.…`` the value in the report that the
    field ``c.ROW.FIELD.N`` is about, ``l.…`` what was ticked beforehand, which only reading again
    confirms, and ``t.…`` marks a text that may be emptied. ``p.ROW`` is a position that was
    proposed.
    """
    cells = {(row, name, old): text for row, name, old, text in drop.cells}
    cells |= dict(_cells(form)) | dict(taken(form))
    kept = [(*where, text) for where, text in cells.items()]
    return replace(
        drop,
        chosen=dict([*{**drop.chosen, **dict(_columns(form))}.items()][-_MOST_COLUMNS:]),
        cells=tuple(kept[-_MOST_CELLS:]),
        is_centred=bool(form.get("centre")) if "centre-vu" in form else drop.is_centred,
    )


def _cells(form: MultiDict[str, str]) -> Iterator[tuple[tuple[int, str, str], str]]:
    for key in form:
        found = _CELL.match(key)
        if found is None or found[2] not in COLUMN_FIELDS:
            continue
        number = ".".join(found.groups())
        values = [" ".join(text.replace("\0", " ").split()) for text in form.getlist(key)]
        text = SEPARATOR.join(filter(None, values))[:_LONGEST]
        old = " ".join(form.get(f"b.{number}", "").split())
        if EMPTIED in values or (not text and old and f"t.{number}" in form):
            yield (int(found[1]), found[2], old), ""
            continue
        is_confirmed = form.get("faire") == "relire" or text != form.get(f"l.{number}", "")
        if text and text != old and is_confirmed:
            yield (int(found[1]), found[2], old), text


def _columns(form: MultiDict[str, str]) -> Iterator[tuple[str, str]]:
    for key in form:
        found = _COLUMN.match(key)
        if found is None:
            continue
        name, field = form.get(f"kn.{found[1]}", "")[:SHORT], form[key]
        is_known = field in COLUMN_FIELDS or not field
        is_confirmed = form.get("faire") == "relire" or field != form.get(f"kp.{found[1]}", "")
        if name and is_known and is_confirmed and field != form.get(f"kb.{found[1]}", ""):
            yield name, field


def meanings_of(document: Document) -> Mapping[tuple[str, str], str]:
    """Return what was said to mean what, of a report, to be remembered."""
    return {(name, said): meant for name, said, meant in document.get("meanings", ())}
