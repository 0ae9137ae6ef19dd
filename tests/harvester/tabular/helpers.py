"""What the tests of this room share."""

from pathlib import Path

from harvester.tabular.importing import import_table
from harvester.tabular.mapping import Mapping
from harvester.tabular.mapping_file import parse_mapping
from harvester.tabular.reading import read_table
from harvester.tabular.result import ImportResult
from harvester.tabular.table import Options
from vocab.mapping import PoleIdentity, national_row

DATA = Path(__file__).resolve().parents[2] / "data" / "tabular"
POLE = PoleIdentity("pole", "https://pole.example/id/")
HEADER = "id;nom;adresse;commune;code_postal;date_maj"
PLACE = "1;Le 139;139 cours de la République;Le Havre;76600;2024-01-01"


def imported(text: str | bytes, mapping: str | Mapping | None = None) -> ImportResult:
    """Import a file given as text, with a mapping given as text."""
    data = text.encode() if isinstance(text, str) else text
    rules = parse_mapping(mapping, "mapping.toml") if isinstance(mapping, str) else mapping
    table = read_table(data, "file", rules.options if rules else Options())
    return import_table(table, pole=POLE, mapping=rules)


def rows_of(result: ImportResult) -> list[dict[str, str]]:
    """Return the national rows of the records."""
    return [national_row(record) for record in result.records]


def lines_of(result: ImportResult, rule: str) -> list[tuple[int, str, str, str]]:
    """Return row, column, before and after of the report lines of a rule."""
    return [(x.row, x.column, x.before, x.after) for x in result.lines if x.rule == rule]
