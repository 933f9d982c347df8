"""The sheets of one workbook -> one file: which of them list people, and their rows together.

Each sheet is read by itself; how a sheet becomes text is workbooks.py's part.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.reading.delimited import DelimitedFile
from lead_pipeline.reading.table import Layout, Problem, RowBatch

SHEET = "Sheet"
# A list of those who must not be called is no list of leads, whatever stands in it.
_NOT_TO_CALL = re.compile(
    r"\bdnc\b|do.?not.?(call|contact)|suppress|opt(ed)?.?outs?\b|unsubscribe|litigat|black.?list",
    re.IGNORECASE,
)
# Nor are the supplier's own people, and what a list is made with.
_OWN = re.compile(
    r"\b(agents?|staff|team|employees?|reps?|users?|vendors?|settings|lookups?)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class OpenedSheet:
    """One sheet, its layout known."""

    name: str
    file: DelimitedFile


def sheets_of_people(sheets: Sequence[OpenedSheet], one_sheet: bool) -> list[OpenedSheet]:
    """The sheets with a header and a column of mails or phones; else the first that has such a
    column; else the first. One whose name says that it lists others only where it is the only.

    With `one_sheet` it is one whatever its name says, the first that has such a column.
    """
    if one_sheet:
        return ([s for s in sheets if s.file.holds_channels] or list(sheets))[:1]
    leads = [s for s in sheets if not _NOT_TO_CALL.search(s.name) and not _OWN.search(s.name)]
    people = [sheet for sheet in leads if sheet.file.holds_channels]
    headed = [sheet for sheet in people if sheet.file.layout.header_row]
    return headed or people[:1] or leads[:1] or list(sheets[:1])


def not_imported(names: Sequence[str]) -> tuple[Problem, ...]:
    if not names:
        return ()
    text = f"Not imported: the other sheets ({', '.join(names)})."
    if any(_NOT_TO_CALL.search(name) for name in names):
        text += " If one lists people who must not be called: lead-pipeline dnc load."
    return (Problem("other_sheets", text),)


class SheetsFile:
    """Implements `OpenedFile` for several sheets: the columns of all, and one with the sheet's
    name. Rows are numbered on from sheet to sheet, as if these stood below each other."""

    def __init__(
        self, sheets: Sequence[OpenedSheet], problems: Sequence[Problem], resources: ExitStack
    ) -> None:
        self._resources = resources
        self._sheets = sheets
        columns = list(dict.fromkeys(one for sheet in sheets for one in _columns(sheet)))
        self._places = {column: place for place, column in enumerate(columns)}
        header = tuple(name for name, _ in columns)
        first = sheets[0].file.layout
        self.layout: Layout = replace(
            first,
            header=(*header, SHEET),
            sheet=None,
            problems=(
                _read_together(sheets),
                *problems,
                *(_of_sheet(sheet, p, 0) for sheet in sheets for p in sheet.file.layout.problems),
            ),
        )

    def batches(self) -> Iterator[RowBatch]:
        offset = 0
        for sheet in self._sheets:
            last = offset + sheet.file.layout.header_row
            for batch in sheet.file.batches():
                moved = self._moved(sheet, batch, offset)
                last = max([last, *_numbers(moved)])
                yield moved
            offset = last

    def close(self) -> None:
        self._resources.close()

    def _moved(self, sheet: OpenedSheet, batch: RowBatch, offset: int) -> RowBatch:
        rows = batch.cells.num_rows
        columns: list[pa.Array] = [pa.nulls(rows, pa.string())] * len(self._places)
        for column, cells in zip(_columns(sheet), batch.cells.columns, strict=True):
            columns[self._places[column]] = cells
        columns.append(pa.repeat(pa.scalar(sheet.name), rows))
        return RowBatch(
            pa.RecordBatch.from_arrays(columns, [str(i) for i in range(len(columns))]),
            pc.add(batch.numbers, offset),
            tuple(replace(row, number=row.number + offset) for row in batch.rejected),
            tuple(number + offset for number in batch.blank),
            tuple(_of_sheet(sheet, problem, offset) for problem in batch.problems),
        )


def _read_together(sheets: Sequence[OpenedSheet]) -> Problem:
    names = ", ".join(sheet.name for sheet in sheets)
    text = f"The sheets {names} are read as one list; {SHEET} says where a row is from."
    return Problem("several_sheets", text)


def _columns(sheet: OpenedSheet) -> list[tuple[str, int]]:
    """Each header of a sheet, and how often it stood there before."""
    header = sheet.file.layout.header
    return [(name, header[:place].count(name)) for place, name in enumerate(header)]


def _of_sheet(sheet: OpenedSheet, problem: Problem, offset: int) -> Problem:
    row = problem.row + offset if problem.row is not None else None
    return replace(problem, message=f"{sheet.name}: {problem.message}", row=row)


def _numbers(batch: RowBatch) -> list[int]:
    last = [batch.numbers[-1].as_py()] if len(batch.numbers) else []
    return [*last, *(row.number for row in batch.rejected), *batch.blank]
