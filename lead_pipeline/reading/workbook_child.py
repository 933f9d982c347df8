"""Run as a script by workbooks.py, alone in a process with limits: one sheet -> CSV.

Takes its job as JSON on standard input and answers with JSON on standard output. It imports
nothing of the project, so that it starts at once and its memory limit is for the workbook alone.
"""

import csv
import datetime as dt
import json
import resource
import sys
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

# IEEE 754 doubles, which spreadsheets hold numbers in, are exact to 15 decimal digits.
_EXACT = 10**15
_LONGEST_DIGITS = 10**21


def main() -> None:
    """Reads the job, sets the limits, answers."""
    job = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (job["memory"], job["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (job["seconds"], job["seconds"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (job["max_bytes"], job["max_bytes"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(_answer(job), sys.stdout)


def _answer(job: dict[str, Any]) -> dict[str, Any]:
    try:
        workbook = CalamineWorkbook.from_path(job["path"])
        sheet = _chosen(workbook, job["sheet"])
        if sheet is None:
            return {"error": "no_sheet" if job["sheet"] else "empty"}
        lost, lost_row = _write(sheet, job["target"])
    except PasswordError:
        return {"error": "encrypted"}
    except (CalamineError, OSError, ValueError):
        return {"error": "unreadable"}
    return {
        "sheet": sheet.name,
        "lost_digits": lost,
        "lost_digits_row": lost_row,
        "other_sheets": [name for name in _visible(workbook) if name != sheet.name],
    }


def _visible(workbook: CalamineWorkbook) -> list[str]:
    return [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]


def _chosen(workbook: CalamineWorkbook, name: str | None) -> CalamineSheet | None:
    if name is not None:
        return workbook.get_sheet_by_name(name) if name in workbook.sheet_names else None
    for candidate in _visible(workbook):
        sheet = workbook.get_sheet_by_name(candidate)
        if sheet.start is not None and sheet.height:
            return sheet
    return None


def _write(sheet: CalamineSheet, target: str) -> tuple[int, int | None]:
    """Writes every row of the sheet; says how many numbers had lost digits, and where first."""
    lost, lost_row = 0, None
    above = sheet.start[0] if sheet.start else 0
    with open(target, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 - no Path here
        file.write("\n" * above)
        write_row = csv.writer(file, lineterminator="\n").writerow
        for number, row in enumerate(sheet.iter_rows(), above + 1):
            write_row([cell if type(cell) is str else cell_text(cell) for cell in row])
            for cell in row:
                if type(cell) is float and (cell >= _EXACT or cell <= -_EXACT):
                    lost, lost_row = lost + 1, lost_row or number
    return lost, lost_row


def cell_text(cell: object) -> str:
    """A cell's value as text: dates in ISO 8601, whole numbers without a decimal point."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        whole = cell.is_integer() and abs(cell) < _LONGEST_DIGITS
        return str(int(cell)) if whole else repr(cell)
    if isinstance(cell, dt.datetime):
        midnight = cell.time() == dt.time()
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)


if __name__ == "__main__":
    main()
