"""Files as people keep them (CSV, workbooks, JSON, GeoJSON) become records, and a full report.

    read_table(file) -> Table -> import_table(table, pole=…, mapping=…) -> ImportResult

Reading knows formats, mapping knows producers' columns, cleaning (:mod:`harvester.clean`) knows
values. Nothing is dropped in silence: each row makes a place, joins one or is refused; each change
of a value is a line of the report.
"""

from harvester.tabular.importing import import_file, import_table
from harvester.tabular.mapping import Mapping
from harvester.tabular.mapping_file import load_mapping, parse_mapping
from harvester.tabular.reading import read_table
from harvester.tabular.report import report_csv, report_json, report_text
from harvester.tabular.result import Counts, ImportResult, ReportLine
from harvester.tabular.table import Facts, Options, Row, Table

__all__ = [
    "Counts",
    "Facts",
    "ImportResult",
    "Mapping",
    "Options",
    "ReportLine",
    "Row",
    "Table",
    "import_file",
    "import_table",
    "load_mapping",
    "parse_mapping",
    "read_table",
    "report_csv",
    "report_json",
    "report_text",
]
