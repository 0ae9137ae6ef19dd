"""Ids for a sheet that has none: the one under which a place is published, else a readable one."""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass

from harvester.clean.text import clean_text
from harvester.tabular.apply import Draft, draft_of, local_id_of, refusal_of, states
from harvester.tabular.checks import mapping_for
from harvester.tabular.mapping import WRITTEN, Identity, Mapping, has_own_column
from harvester.tabular.table import Row, Table
from vocab.errors import UsageError
from vocab.slugs import slug_of

_NO_NAME = "lieu"
_PERSONAL = re.compile(r"\S+@\S+|\+?\d(?:[ .\-]?\d){7,}")
"""Electronic addresses and telephone numbers, which are no part of a name."""


@dataclass(frozen=True, slots=True)
class GivenIds:
    """The ids to write into a table.

    Attributes:
        column: that holds them.
        of: row number -> id, of the rows whose cell is empty.
        carried: how many of them the mapping makes already: the place keeps its IRI.
    """

    column: str
    of: dict[int, str]
    carried: int

    @property
    def made(self) -> int:
        """How many are new."""
        return len(self.of) - self.carried


def given_ids(table: Table, mapping: Mapping | None, taken: Set[str]) -> GivenIds:
    """Choose an id for each row that has none of its own written in it.

    Rows that cannot be read, or that are no place, get none.

    Args:
        table: as read.
        mapping: for a producer's own columns; none for those of the national standard.
        taken: local ids that no new place may have.
    """
    rules = mapping_for(table, mapping, complete=False)
    column = rules.identity.columns[0] if has_own_column(rules) else WRITTEN
    places = [row for row in table.rows if not row.problem and not refusal_of(row, rules.refusals)]
    carried = dict(_carried(places, rules, column))
    used = {local_id_of(rules.identity, row.cells) for row in places if states(column, row.cells)}
    used |= set(carried.values()) | taken
    of = dict(carried)
    for row in places:
        if not states(column, row.cells) and row.number not in carried:
            of[row.number] = _new(draft_of(row, rules), rules.identity, column, used)
    return GivenIds(column, dict(sorted(of.items())), len(carried))


def _carried(places: list[Row], rules: Mapping, column: str) -> Iterator[tuple[int, str]]:
    """Return the rows whose id the mapping makes; of rows with the same one, the first."""
    seen = {local_id_of(rules.identity, row.cells) for row in places if states(column, row.cells)}
    for row in places:
        local_id = local_id_of(rules.identity, row.cells)
        if states(column, row.cells) or not local_id:
            continue
        if rules.identity.group or local_id not in seen:
            yield row.number, local_id
        seen.add(local_id)


def _new(draft: Draft, identity: Identity, column: str, used: set[str]) -> str:
    """Make an id of a place's name and town, and add it to those in use."""
    base = _base(draft)
    chosen, number = base, 1
    while (local := _local(identity, column, chosen)) in used:
        number += 1
        chosen = f"{base}-{number}"
    used.add(local)
    return chosen


def _local(identity: Identity, column: str, written: str) -> str:
    """Return the local id that a cell makes once it is written."""
    return written if column == WRITTEN else local_id_of(identity, {column: written})


def _base(draft: Draft) -> str:
    name = _PERSONAL.sub(" ", _clean(draft, "nom"))
    town = _clean(draft, "commune")
    known = f"-{slug_of(name, '')}-"
    both = name if f"-{slug_of(town, '')}-" in known else f"{name} {town}"
    return slug_of(both.strip(), _NO_NAME)


def _clean(draft: Draft, field: str) -> str:
    """Return a field as it will be published: an id made of broken letters would stay for ever."""
    return clean_text(field, draft.cells.get(field, "")).value


def header_rows(table: Table) -> frozenset[int]:
    """Return the numbers of the rows where a new column is named: the header, repeated or not."""
    again = (row for row, rule, _ in table.facts.passed_over if rule == "row-header-repeated")
    return frozenset({table.header_row, *again})


def unwritable(name: str) -> UsageError:
    """Return the error of a file that ids cannot be written into, whatever the reason."""
    return UsageError(
        "{name}: ids cannot be written into this file. Save it as XLSX or as CSV (UTF-8), then "
        "give that to --write-ids",
        name=name,
    )
