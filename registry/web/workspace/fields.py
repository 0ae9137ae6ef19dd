"""The fields of a place, made of the property table: their names, and what was typed in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from registry.hours.closure import Closure, closed, closure_of
from registry.hours.reading import schedule_of
from registry.hours.schedule import Period
from registry.hours.yearly import closed_yearly, yearly_of
from registry.web.workspace.closing import (
    CLOSURE_NAMES,
    closure_cells,
    typed_closure,
    typed_yearly,
    yearly_cells,
)
from registry.web.workspace.hours_grid import NAMES, names_hours, schedule_cells, typed_schedule
from vocab.order import SEPARATOR
from vocab.properties import SHORT, Property, properties_of
from vocab.schemes import Concept, concepts
from vocab.shares import share_column

_UNASKED = frozenset({"id"})
"""What no form asks for: what a place is called never changes."""
HOURS = "horaires"
CENTRE = "centre"
"""Name of the box that puts the place at the centre of its commune."""


@dataclass(frozen=True, slots=True)
class Column:
    """One field of the form.

    Attributes:
        name: of the column, and of the field.
        prop: the property that it fills.
        share: the value of the list whose share it gives, where it gives one.
    """

    name: str
    prop: Property
    share: Concept | None = None

    @property
    def widget(self) -> str:
        """How it is filled in: ``several``, ``one``, ``lines``, ``long``, ``hours`` or ``text``."""
        kind = self.prop.kind
        if kind in {"concept", "boolean"}:
            return "several" if self.prop.multiple else "one"
        if kind == "hours":
            return "hours"
        if self.share is None and self.prop.is_several():
            return "lines"
        return "long" if kind == "text" and self.prop.longest > SHORT else "text"


def _columns() -> Iterator[Column]:
    for prop in properties_of("Place"):
        if prop.kind == "shares":
            for value in concepts(prop.scheme or ""):
                yield Column(share_column(prop, value), prop, value)
        elif not prop.derived and prop.name not in _UNASKED:
            yield Column(prop.name, prop)


COLUMNS: tuple[Column, ...] = tuple(_columns())
"""Every field of the form of a place, in the order of the table."""
_WITH_ORDER = frozenset(one.name for one in COLUMNS if one.widget == "lines" and one.prop.standard)
"""Fields in which the first value is the one that people call, write to, open."""
FIELD_NAMES = frozenset({column.name for column in COLUMNS} | {*NAMES, *CLOSURE_NAMES, CENTRE})
"""Every name that the form sends about the place."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form.

    Attributes:
        cells: text by name of column.
        week: text by name of field of the opening hours and of a closure.
        wrong: those that cannot be read, and why (:func:`.hours_grid.typed_schedule`,
            and in :mod:`.closing`).
        is_centred: the place is to stand at the centre of its commune.
    """

    cells: dict[str, str]
    week: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    is_centred: bool = False

    def asked(self, before: Mapping[str, str]) -> dict[str, str]:
        """Return the cells to judge, with the hours of the weeks where one was filled in.

        Args:
            before: what the place says; what means the same stays as it is written there.
        """
        cells = dict(self.cells)
        if names_hours(self.week):
            schedule, wrong = typed_schedule(self.week)
            now = _parted(before.get(HOURS, ""))[0]
            # What cannot be read is told; the place would not lose its hours by it.
            cells[HOURS] = now if wrong or schedule == schedule_of(now) else schedule.hours
        hours = closed_yearly(cells.get(HOURS, ""), typed_yearly(self.week)[0])
        if hours := closed(hours, typed_closure(self.week)[0]):
            cells[HOURS] = hours
        return {name: _as_before(name, text, before.get(name, "")) for name, text in cells.items()}

    def changed(self, before: Mapping[str, str]) -> frozenset[str]:
        """Return the fields that say something else than before, emptied ones too."""
        mine = self.asked(before)
        return frozenset(n for n in FIELD_NAMES if mine.get(n, "") != before.get(n, ""))


def typed_of(form: MultiDict[str, str]) -> Typed:
    """Return what was sent."""
    cells = {column.name: _sent(column, form) for column in COLUMNS}
    week = {name: form.get(name, "").strip() for name in (*NAMES, *CLOSURE_NAMES)}
    return Typed(
        {name: text for name, text in cells.items() if text},
        {name: text for name, text in week.items() if text},
        typed_schedule(week)[1] | typed_closure(week)[1] | typed_yearly(week)[1],
        bool(form.get(CENTRE)),
    )


def typed_from(cells: dict[str, str], lang: str) -> Typed:
    """Return a form filled in with what a place says; its hours as a week where they fit."""
    cells = {name: text for name, text in cells.items() if name in FIELD_NAMES}
    rest, yearly, closure = _parted(cells.get(HOURS, ""))
    week = closure_cells(closure) | yearly_cells(yearly)
    schedule = schedule_of(rest)
    shown = schedule_cells(schedule, lang) if schedule else None
    kept = {name: text for name, text in cells.items() if name != HOURS}
    if shown is None:
        return Typed(kept | ({HOURS: rest} if rest else {}), week)
    return Typed(kept, shown | week)


def _sent(column: Column, form: MultiDict[str, str]) -> str:
    if column.widget == "several":
        return SEPARATOR.join(text for text in map(str.strip, form.getlist(column.name)) if text)
    text = form.get(column.name, "").replace("\r\n", "\n").strip()
    if column.widget == "lines":
        return SEPARATOR.join(part.strip() for part in text.split("\n") if part.strip())
    return text


def _as_before(name: str, text: str, before: str) -> str:
    """Return a text as it was written before, where it says the same in another order."""
    if name == HOURS:
        return before if _means(text) == _means(before) else text
    if name in _WITH_ORDER:
        return text
    is_same = sorted(text.split(SEPARATOR)) == sorted(before.split(SEPARATOR))
    return before if is_same else text


def _means(hours: str) -> tuple[object, ...]:
    """Return what hours say, the same for all ways to write it that a form can show."""
    rest, yearly, closure = _parted(hours)
    return schedule_of(rest) or rest, yearly, closure


def _parted(hours: str) -> tuple[str, Period | None, Closure | None]:
    """Return hours without their closures, the closure of every year, and that for a while."""
    rest, closure = closure_of(hours)
    rest, yearly = yearly_of(rest)
    return rest, yearly, closure


def names_and_values(typed: Typed) -> list[tuple[str, str]]:
    """Return a form as it would be sent: each name with each of its values."""
    found: list[tuple[str, str]] = []
    for column in COLUMNS:
        text = typed.cells.get(column.name, "")
        if column.widget == "several":
            found += [(column.name, part) for part in text.split(SEPARATOR) if part]
        elif text:
            is_lines = column.widget == "lines"
            found.append((column.name, text.replace(SEPARATOR, "\n") if is_lines else text))
    return [*found, *typed.week.items(), *([(CENTRE, "y")] if typed.is_centred else [])]
