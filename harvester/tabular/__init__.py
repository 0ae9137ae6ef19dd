"""Files as people keep them (CSV, workbooks, JSON, GeoJSON) become records, and a full report.

    read_table(file) -> Table -> import_table(table, pole=…, mapping=…) -> ImportResult

Reading knows formats, mapping knows producers' columns, cleaning (:mod:`harvester.clean`) knows
values. Nothing is dropped in silence: each row makes a place, joins one or is refused; each change
of a value is a line of the report.
"""
