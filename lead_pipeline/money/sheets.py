"""A statement for people: as a table that a spreadsheet opens, with cells that it does not run."""

import csv
import io
from collections.abc import Iterator, Mapping

import xlsxwriter

from lead_pipeline.money.statements import COLUMNS, lines_of
from lead_pipeline.reading.formulas import disarmed

_MOST_LINES = 1_000_000
"""On a sheet of a workbook, which holds 1,048,576 rows (ECMA-376)."""
_NUMBERS = {"row", "contact", "amount", "import", "event"}


def as_csv(content: bytes) -> Iterator[str]:
    """The lines as CSV, with their header; what looks like a formula is text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for line in lines_of(content):
        writer.writerow(disarmed(line[name] for name in COLUMNS))
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    yield text.getvalue()


def as_workbook(content: bytes) -> bytes:
    """The lines as an Excel workbook: texts are texts, and a million lines stand on a sheet."""
    made = io.BytesIO()
    told = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(made, told) as workbook:
        sheet = None
        for at, line in enumerate(lines_of(content)):
            if sheet is None or at % _MOST_LINES == 0:
                sheet = workbook.add_worksheet()
                sheet.write_row(0, 0, COLUMNS)
            _write(sheet, at % _MOST_LINES + 1, line)
        if sheet is None:
            workbook.add_worksheet().write_row(0, 0, COLUMNS)
    return made.getvalue()


def _write(sheet: "xlsxwriter.worksheet.Worksheet", at: int, line: Mapping[str, str]) -> None:
    for column, name in enumerate(COLUMNS):
        value = line[name]
        if name in _NUMBERS and value:
            sheet.write_number(at, column, float(value))
        elif value:
            sheet.write_string(at, column, value)
