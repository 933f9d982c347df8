"""Workbooks (.xlsx, .xlsb, .xls, .ods) -> a plain CSV file beside them, made by a child process.

A hostile workbook can make a reader allocate without end, and it then takes its process down; so
the reading (workbook_child.py) happens apart, with limits, and its death is an answer like another.
"""

import json
import signal
import subprocess
import sys
import tempfile
import zipfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Any

from lead_pipeline.errors import BadFile
from lead_pipeline.reading.table import Problem
from lead_pipeline.reading.tally import Tally

_CHILD = Path(__file__).with_name("workbook_child.py")
# What the child may use: a sheet of a million rows and twenty columns needs about 1 GB and 30 s.
MEMORY_BYTES = 3 * 1024**3
TIMEOUT_SECONDS = 180
# XML beyond this ratio is no list of people; ordinary sheets pack to a tenth.
_MAX_RATIO = 500

_REASONS = {
    "encrypted": "The workbook has a password. Save it without one.",
    "unreadable": "The workbook is damaged. Open it in Excel and save it again, or send CSV.",
    "no_sheet": "The workbook has no sheet of that name.",
    "empty": "The workbook has no cells. Check that the right sheet was saved.",
    "too_large": "The workbook is too large once unpacked. Save the sheet as CSV.",
    "hostile": "The workbook needs more time or memory than a list of people can: its cells are "
    "far apart, or it is built to harm. Copy the rows into a new workbook or save it as CSV.",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as CSV (UTF-8, RFC 4180, one record a sheet row) and what to know about it."""

    path: Path
    name: str
    problems: tuple[Problem, ...]


def extract_sheet(
    path: Path, kind: str, sheet: str | None, max_bytes: int, tally: Tally, resources: ExitStack
) -> Sheet:
    """Turns the named sheet, or the first with data, into CSV.

    Raises:
        BadFile: `encrypted`, `unreadable`, `no_sheet`, `empty`, `too_large` or `hostile`.
    """
    if kind != "xls":
        _check_unpacked_size(path, max_bytes)
    folder = Path(tempfile.mkdtemp(prefix="lead-sheet-"))
    resources.callback(rmtree, folder, ignore_errors=True)
    target = folder / "sheet.csv"
    answer = _run_child(path, target, sheet, max_bytes)
    if code := answer.get("error"):
        raise BadFile(str(code), _REASONS[str(code)])
    if lost := answer["lost_digits"]:
        tally.note("lost_digits", row=answer["lost_digits_row"], times=lost)
    others = answer["other_sheets"]
    problems = (
        (Problem("other_sheets", f"Not imported: the other sheets ({', '.join(others)})."),)
        if others
        else ()
    )
    return Sheet(target, str(answer["sheet"]), problems)


def _check_unpacked_size(path: Path, max_bytes: int) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise BadFile("unreadable", _REASONS["unreadable"]) from error
    unpacked = sum(member.file_size for member in members)
    if unpacked > max_bytes:
        raise BadFile("too_large", _REASONS["too_large"])
    if any(m.file_size > _MAX_RATIO * max(m.compress_size, 1024) for m in members):
        raise BadFile("hostile", _REASONS["hostile"])


def _run_child(path: Path, target: Path, sheet: str | None, max_bytes: int) -> dict[str, Any]:
    job = {
        "path": str(path),
        "target": str(target),
        "sheet": sheet,
        "memory": MEMORY_BYTES,
        "seconds": TIMEOUT_SECONDS,
        "max_bytes": max_bytes,
    }
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(_CHILD)],
            input=json.dumps(job).encode(),
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BadFile("hostile", _REASONS["hostile"]) from error
    if child.returncode == -signal.SIGXFSZ:
        raise BadFile("too_large", _REASONS["too_large"])
    if child.returncode:
        raise BadFile("hostile", _REASONS["hostile"])
    answer: dict[str, Any] = json.loads(child.stdout)
    return answer
