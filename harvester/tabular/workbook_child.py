"""The process that opens a workbook: reads it on standard input, writes its cells as JSON lines.

A few kilobytes of XLSX or ODS can ask for a sheet of 17 thousand million cells, and what reads
workbooks allots them all. So this runs alone, with its memory and its time bounded by itself, and
imports nothing of the project. First line out: the sheets; then one list of texts per row.
"""

import datetime
import io
import json
import resource
import sys

MAX_MEMORY_BYTES = 1_000_000_000
MAX_SECONDS = 45
MAX_OUT = 150_000_000  # a text shared by many cells is told once and written many times
Cell = int | float | str | bool | datetime.time | datetime.date | datetime.timedelta


def text(cell: Cell) -> str:
    """Give what the spreadsheet shows, in a form that does not depend on its settings."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e16 else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ")
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    if isinstance(cell, datetime.time):
        return cell.isoformat("minutes")
    if isinstance(cell, datetime.timedelta):
        minutes = int(cell.total_seconds()) // 60
        return f"{minutes // 60:02}:{minutes % 60:02}"
    return str(cell)


def main() -> int:
    """Read the workbook; give the exit code.

    It is 3 when the workbook needs a password, 4 when it is unreadable, 5 when it holds too much.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    import python_calamine

    wanted, max_rows = sys.argv[1], int(sys.argv[2])
    try:
        workbook = python_calamine.load_workbook(io.BytesIO(sys.stdin.buffer.read()))
        sheets = {name: workbook.get_sheet_by_name(name) for name in workbook.sheet_names}
    except python_calamine.PasswordError:
        return 3
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        sys.stderr.write(str(error))
        return 4
    filled = [name for name, sheet in sheets.items() if sheet.end is not None]
    chosen = wanted or (filled[0] if filled else "")
    found = {"all": list(sheets), "filled": filled, "chosen": chosen if chosen in sheets else None}
    sys.stdout.write(json.dumps(found) + "\n")
    if chosen in filled:
        written = 0
        for row in sheets[chosen].to_python(skip_empty_area=False, nrows=max_rows):
            written += sys.stdout.write(json.dumps([text(cell) for cell in row]) + "\n")
            if written > MAX_OUT:
                return 5
    return 0


if __name__ == "__main__":
    sys.exit(main())
