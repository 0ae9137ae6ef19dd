"""What cleaning gives back: cleaned values, and a note for every difference with what came in.

The ``rule`` of a note is a code of :mod:`harvester.clean.rules`, where a
French and an English sentence say what was done, why, and how to correct it at the source.
"""

from dataclasses import dataclass, field
from typing import Literal

Level = Literal["repair", "warning", "loss", "refusal"]
Values = dict[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that cleaning did to a value, or a doubt about it.

    Attributes:
        column: field name as the row had it (v1.0.2 or v0.1.1), or the field that was filled in.
        rule: stable kebab-case code, a key of :data:`harvester.clean.rules.RULES`.
        level: ``repair`` (same meaning, repaired form), ``warning`` (kept, doubtful), ``loss``
            (something of the value is not published) or ``refusal`` (the row cannot be a place).
        before: the value as it came in, possibly empty.
        after: the value as it goes out, empty when it was lost.
    """

    column: str
    rule: str
    level: Level
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cleaned value: what a cleaner of a single field gives back.

    Attributes:
        value: the cleaned value; an empty string when nothing is left.
        notes: what was done, in order; empty when the value was already right.
    """

    value: str = ""
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class CellList:
    """Several cleaned values of one field, in order and without repeats."""

    values: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass
class Cleaned:
    """A whole row, cleaned.

    Attributes:
        values: national v1.0.2 field name -> cleaned value; a field without value is absent.
            Fields that hold several values hold tuples.
        verbatim_hours: opening hours as they were written, when they could not become OSM.
        notes: every repair, warning and loss.
        refusals: why the row cannot become a place; empty when it can.
    """

    values: Values = field(default_factory=dict)
    verbatim_hours: str | None = None
    notes: tuple[Note, ...] = ()
    refusals: tuple[Note, ...] = ()
