"""What an import gives: the records, and what became of every row and every value."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from harvester.clean.rules import RULES, Rule
from harvester.tabular.table import Facts
from vocab.records import Record

Level = Literal["repair", "warning", "loss", "refusal", "info"]
LEVELS: tuple[Level, ...] = ("refusal", "loss", "warning", "repair", "info")
_TEXT = Path(__file__).with_name("rules.toml").read_text(encoding="utf-8")
TABULAR_RULES = {code: Rule(code, **texts) for code, texts in tomllib.loads(_TEXT).items()}
REPORT_RULES: Mapping[str, Rule] = MappingProxyType({**RULES, **TABULAR_RULES})
"""Every rule that a report may name: of cleaning, of reading and of mapping."""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One thing that the import did or noticed.

    Attributes:
        row: number of the row as people see it; 0 when it is about the whole file.
        local_id: of the place, or None while it is not known.
        column: as the file names it when it came from there, else the field; empty for a row.
        rule: stable code, explained by :data:`REPORT_RULES`.
        level: refusal (the row is no place), loss, warning, repair or info.
        before: the value in the file.
        after: the value published.
        name: of the place, when its row is refused.
    """

    row: int
    local_id: str | None
    column: str
    rule: str
    level: Level
    before: str = ""
    after: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows became what.

    Attributes:
        rows: of the file that hold something.
        places: records made that may enter.
        refused_rows: that could not become a place.
        merged_rows: that joined a place which an earlier row began.
    """

    rows: int
    places: int
    refused_rows: int
    merged_rows: int

    @property
    def unaccounted_rows(self) -> int:
        """Rows that neither made, nor joined, nor were refused as, a place: 0 unless a bug."""
        return self.rows - self.places - self.merged_rows - self.refused_rows


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The records of a file and the report of how they were made.

    Attributes:
        name: of the file.
        facts: what was detected about it.
        records: one per place, in the order of their first rows.
        rows_of: IRI of a record -> numbers of the rows that it was made of.
        lines: the report.
        rows: how many rows the file holds.
        refused: IRIs of the records that the contract keeps out.
    """

    name: str
    facts: Facts
    records: tuple[Record, ...]
    rows_of: Mapping[str, tuple[int, ...]]
    lines: tuple[ReportLine, ...]
    rows: int
    refused: frozenset[str] = frozenset()

    @property
    def counts(self) -> Counts:
        """Count the rows by what became of them, from the records and the refusals themselves."""
        entering = [record for record in self.records if record.iri not in self.refused]
        joined = sum(len(self.rows_of[record.iri]) for record in entering)
        refused = {line.row for line in self.lines if line.level == "refusal"}
        return Counts(self.rows, len(entering), len(refused), joined - len(entering))

    def summary(self, lines: Iterable[ReportLine]) -> dict[str, Any]:
        """Return what JSON says of the import: file, facts, counts, rules, and these lines."""
        rules = Counter((line.level, line.rule) for line in self.lines)
        return {
            "file": self.name,
            "facts": asdict(self.facts),
            "counts": asdict(self.counts) | {"unaccounted_rows": self.counts.unaccounted_rows},
            "rules": [
                {"level": level, "rule": rule, "count": count}
                for (level, rule), count in sorted(rules.items())
            ],
            "lines": [asdict(line) for line in lines],
        }
