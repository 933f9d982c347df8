"""Run as a script by workbooks.py, alone in a process with limits: each sheet -> CSV.

Takes its job as JSON on standard input and answers with lines of JSON on standard output. It
imports nothing of the project, so that it starts at once and its memory limit is for the workbook
alone.
"""

import csv
import ctypes
import datetime as dt
import json
import os
import re
import resource
import signal
import sys
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

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
_PR_SET_PDEATHSIG = 1
_PIECE = 8 * 1024**2
_ROW = re.compile(rb"<row\b([^>]*)>")
_NUMBER = re.compile(rb'\br="(\d+)"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
# A cell with a formula and without what it comes to (ECMA-376 part 1, 18.3.1.4).
_UNSTORED = re.compile(
    rb"<c\b[^>]*>\s*<f\b[^>]*?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class Seen:
    """Numbers of hidden (or filtered) rows; formulas without a value, and the row of the first."""

    hidden: frozenset[int] = frozenset()
    formulas: int = 0
    formulas_row: int | None = None


def main() -> None:
    """Reads the job, sets the limits, answers: a line each for what it found so far."""
    job = json.load(sys.stdin)
    _die_with(job["parent"])
    resource.setrlimit(resource.RLIMIT_AS, (job["memory"], job["memory"]))
    # At the lower limit SIGXCPU ends it, at the upper SIGKILL, which then was somebody else's.
    resource.setrlimit(resource.RLIMIT_CPU, (job["seconds"], job["seconds"] + 10))
    resource.setrlimit(resource.RLIMIT_FSIZE, (job["max_bytes"], job["max_bytes"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for answer in _answers(job):
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _die_with(parent: int) -> None:
    """Let the kernel end this process with the one that asked, however that ends (prctl(2))."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it went before the line above
        os.kill(os.getpid(), signal.SIGKILL)


def _answers(job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The names of all sheets, then each sheet as soon as it is written; or an error."""
    try:
        workbook = CalamineWorkbook.from_path(job["path"])
        visible, hidden = _names(workbook)
        wanted = [job["sheet"]] if job["sheet"] else visible
        if job["sheet"] and job["sheet"] not in workbook.sheet_names:
            yield {"error": "no_sheet"}
            return
        yield {"sheets": wanted, "visible": visible, "hidden": hidden}
        members = _members(job["path"])
        for number, name in enumerate(wanted):
            sheet = workbook.get_sheet_by_name(name)
            seen = _look_at_rows(job["path"], members[name]) if name in members else Seen()
            skipped = seen.hidden if job["skip_hidden"] else frozenset()
            file = f"{job['folder']}/{number}.csv"
            lost, lost_row = _write(sheet, file, skipped)
            yield {
                "sheet": name,
                "file": file,
                "is_empty": sheet.start is None or not sheet.height,
                "lost_digits": lost,
                "lost_digits_row": lost_row,
                "hidden_rows": len(seen.hidden),
                "formulas": seen.formulas,
                "formulas_row": seen.formulas_row,
            }
    except PasswordError:
        yield {"error": "encrypted"}
    except (CalamineError, OSError, ValueError) as error:
        yield {"error": "unreadable", "errno": getattr(error, "errno", None)}


def _names(workbook: CalamineWorkbook) -> tuple[list[str], list[str]]:
    """The sheets that a person sees, and those that are hidden."""
    sheets = [s for s in workbook.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
    seen = [s.name for s in sheets if s.visible == SheetVisibleEnum.Visible]
    return seen, [s.name for s in sheets if s.name not in seen]


def _write(sheet: CalamineSheet, target: str, skipped: Collection[int]) -> tuple[int, int | None]:
    """Writes every row of the sheet, those that are skipped as blank ones; says how many numbers
    had lost digits, and where first."""
    lost, lost_row = 0, None
    above = sheet.start[0] if sheet.start else 0
    with open(target, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 - no Path here
        file.write("\n" * above)
        write_row = csv.writer(file, lineterminator="\n").writerow
        for number, row in enumerate(sheet.iter_rows(), above + 1):
            if number in skipped:
                file.write("\n")
                continue
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


def _members(path: str) -> dict[str, str]:
    """Sheet -> its member of the archive; empty for what is no .xlsx or says it otherwise."""
    try:
        with zipfile.ZipFile(path) as archive:
            # Hostile XML meets the limits of this process, and expat's own.
            book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
            related = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
            names = set(archive.namelist())
    except (zipfile.BadZipFile, KeyError, ET.ParseError):
        return {}
    targets = {entry.get("Id"): (entry.get("Target") or "").lstrip("/") for entry in related}
    found: dict[str, str] = {}
    for sheet in book.iter():
        target = targets.get(sheet.get(_RELATION)) if sheet.tag.endswith("}sheet") else None
        for member in (f"xl/{target}", target):
            if member in names:
                found[sheet.get("name") or ""] = str(member)
    return found


def _look_at_rows(path: str, member: str) -> Seen:
    """What the rows of one sheet tell; read piece by piece, each up to the end of a row."""
    hidden: set[int] = set()
    formulas, first, number = 0, None, 0
    for piece in _pieces(path, member):
        if b"hidden=" not in piece and b"<f" not in piece and _NUMBER.search(piece):
            continue  # nothing to see, and the next row says its number
        rows = _rows(piece, number)
        number = rows[-1][0] if rows else number
        hidden.update(at for at, _, attributes in rows if _HIDDEN.search(attributes))
        for formula in _UNSTORED.finditer(piece):
            formulas += 1
            if first is None:
                first = max((at for at, place, _ in rows if place < formula.start()), default=None)
    return Seen(frozenset(hidden), formulas, first)


def _pieces(path: str, member: str) -> Iterator[bytes]:
    """The XML of a sheet, cut where a row ends."""
    rest = b""
    with zipfile.ZipFile(path) as archive, archive.open(member) as file:
        while read := file.read(_PIECE):
            text = rest + read
            cut = text.rfind(b"</row>") + 1
            yield text[:cut]
            rest = text[cut:]
    yield rest


def _rows(piece: bytes, last: int) -> list[tuple[int, int, bytes]]:
    """Number, place and attributes of each row that begins in a piece of XML."""
    found: list[tuple[int, int, bytes]] = []
    for row in _ROW.finditer(piece):
        stated = _NUMBER.search(row[1])
        last = int(stated[1]) if stated else last + 1
        found.append((last, row.start(), row[1]))
    return found


if __name__ == "__main__":
    main()
