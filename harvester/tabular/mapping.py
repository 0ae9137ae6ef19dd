"""A mapping: how one producer's own columns become fields of the national standard.

Values only: :mod:`harvester.tabular.mapping_file` reads them from TOML, checked;
:mod:`harvester.tabular.apply` uses them on a row.
"""

import re
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from itertools import chain

from harvester.tabular.table import Options
from vocab.text import fold

WRITTEN = "id_maillage"
"""Column of the ids that were written into a sheet beside those that its mapping derives."""
DAYS = {
    "monday": "Lundi",
    "tuesday": "Mardi",
    "wednesday": "Mercredi",
    "thursday": "Jeudi",
    "friday": "Vendredi",
    "saturday": "Samedi",
    "sunday": "Dimanche",
}
_CHANGING_FIELDS = ("nom", "adresse", "complement_adresse", "telephone", "courriels", "site_web")
_CHANGING_WORDS = frozenset({
    "nom", "name", "denomination", "intitule", "adresse", "address", "rue", "voie", "telephone",
    "tel", "phone", "courriel", "mail", "email",
})  # fmt: skip
_AROUND = ' \t\r\n\xa0,;"'
_WORD = re.compile(r"\w+")


def words(text: str) -> str:
    """Return the folded words of a text between spaces, so that ``" fab "`` is never in fablab.

    >>> words("le fab-lab (EPN)")
    ' le fab lab epn '
    """
    # Published ids are made of these words: in them "m²" stays "m²".
    return f" {' '.join(_WORD.findall(fold(text, 'NFD')))} "


def has_words(text: str, wanted: str) -> bool:
    """Whether the wanted words occur in the text, whole and in a row."""
    return words(wanted) in words(text)


def split(text: str, separators: tuple[str, ...]) -> list[str]:
    """Return the parts of a text between any of the separators, without the empty ones.

    Spaces, commas, semicolons and quotes around a part are left out: forms leave them behind.
    """
    parts = [text]
    for separator in separators:
        parts = [piece for part in parts for piece in part.split(separator)]
    bare = (part.strip(_AROUND) for part in parts)
    return [part for part in bare if part]


@dataclass(frozen=True, slots=True)
class Reader:
    """Where the value of a field comes from.

    Attributes:
        columns: that are read; none where each row has the default.
        how: ``column``, the first that holds something; ``join``, all of them one after the other;
            ``split``, one part of what the first holds; ``list``, every value that they hold.
        separators: between the parts or the values of a cell; of ``join``, what is put between.
        part: which one, counted from 1, or from -1 from the end.
        default: of the rows where nothing is found.
    """

    columns: tuple[str, ...] = ()
    how: str = "column"
    separators: tuple[str, ...] = ()
    part: int = 0
    default: str = ""

    def read(self, cells: Dict[str, str]) -> str:
        """Return the value for a row, empty when there is none."""
        texts = [cells[column] for column in self.columns if column in cells]
        found = texts[0] if texts else ""
        if self.how == "join":
            found = self.separators[0].join(filter(None, map(str.strip, texts)))
        elif self.how == "list":
            found = "|".join(value for text in texts for value in split(text, self.separators))
        elif self.how == "split":
            parts = split(found, self.separators)
            place = self.part - 1 if self.part > 0 else self.part
            found = parts[place] if abs(self.part) <= len(parts) else ""
        return found or self.default


@dataclass(frozen=True, slots=True)
class Choice:
    """Values chosen after the terms that some columns hold.

    Attributes:
        target: field of the standard, or feature of the 2015 agreement.
        columns: that are read; none: the rule is about every row.
        separators: between the terms of one cell; none: the cell is one term.
        values: folded term -> values chosen; the whole term must be equal.
        contains_word: words -> values chosen when the term contains these whole words.
        filled: values chosen when one of the columns holds something.
        default: values chosen when nothing else was.
        unless: folded terms whose presence makes the rule choose nothing.
        nothing: folded terms that mean nothing, and are not reported as lost.
    """

    target: str
    columns: tuple[str, ...] = ()
    separators: tuple[str, ...] = ()
    values: Dict[str, tuple[str, ...]] = field(default_factory=dict)
    contains_word: Dict[str, tuple[str, ...]] = field(default_factory=dict)
    filled: tuple[str, ...] = ()
    default: tuple[str, ...] = ()
    unless: frozenset[str] = frozenset()
    nothing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours spread over columns.

    Attributes:
        days: monday…sunday -> the day's columns: one text, or opening and closing times in turn.
        text: columns that hold the whole week as text, used when no day holds anything.
        closed: folded texts of a day that mean closed or unknown.
        weeks: column that says which weeks; empty: every week.
        even: folded texts of that column that mean even weeks.
        odd: the same for odd weeks.
    """

    days: Dict[str, tuple[str, ...]] = field(default_factory=dict)
    text: tuple[str, ...] = ()
    closed: frozenset[str] = frozenset()
    weeks: str = ""
    even: frozenset[str] = frozenset()
    odd: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Identity:
    """Which columns make the local id that the producer stands by.

    Attributes:
        columns: one column, or several joined by the separator.
        separator: between the columns.
        optional: those of the columns that may be empty on a row.
        prefix: put before, when a pole's files share numbers.
        number: the column is a number: spaces between thousands and a ``.0`` are left out.
        slug: the id is written in lower case without accents, words between ``-``: for a key made
            of a name and an address, which people do not type twice alike.
        group: rows with the same id are one place; otherwise a repeated id is an error.
        written: column whose id, where there is one, stands in place of all this; or empty.
    """

    columns: tuple[str, ...]
    separator: str = "-"
    optional: frozenset[str] = frozenset()
    prefix: str = ""
    number: bool = False
    slug: bool = False
    group: bool = False
    written: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Rows that are no place of mediation.

    Attributes:
        because: why, for the report.
        columns: that say it; none: every row.
        values: folded values of these columns that say it.
    """

    because: str
    columns: tuple[str, ...] = ()
    values: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Mapping:
    """How to read one producer's file.

    Attributes:
        title: what the file is, for people.
        options: how to read the file itself.
        identity: the local id.
        fields: field of the standard, or further column -> where its value comes from.
        choices: values chosen after terms.
        hours: opening hours spread over columns.
        ignore: columns left out on purpose; a final ``*`` stands for any end.
        refusals: rows that are no place.
        standard_columns: columns that have a name of the standard are read as such.
    """

    title: str
    options: Options
    identity: Identity
    fields: Dict[str, Reader] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    hours: Hours | None = None
    ignore: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    standard_columns: bool = False

    def columns(self) -> tuple[str, ...]:
        """Return every column that the mapping reads."""
        readers: list[Reader | Choice | Refusal]
        readers = [*self.fields.values(), *self.choices, *self.refusals]
        used = [*self.identity.columns, self.identity.written]
        used += [column for reader in readers for column in reader.columns]
        if self.hours:
            used += [*chain(*self.hours.days.values()), *self.hours.text, self.hours.weeks]
        return tuple(dict.fromkeys(filter(None, used)))


def changing_columns(mapping: Mapping) -> tuple[str, ...]:
    """Return the columns of the id that hold what changes in the life of a place.

    That is its name, its address, its telephone or electronic addresses: columns that are read for
    these fields, or that are called so.
    """
    fields = (mapping.fields[name] for name in _CHANGING_FIELDS if name in mapping.fields)
    read = {column for reader in fields for column in reader.columns}
    return tuple(
        column
        for column in mapping.identity.columns
        if column in read or _CHANGING_WORDS & set(words(column).replace("_", " ").split())
    )


def has_own_column(mapping: Mapping) -> bool:
    """Return whether the id is what one column holds for nothing else."""
    return len(mapping.identity.columns) == 1 and not changing_columns(mapping)
