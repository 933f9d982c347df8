"""Workbooks (.xlsx, .xlsb, .xls, .ods) -> a plain CSV file for each sheet, made by a child process.

A hostile workbook can make a reader allocate without end, and it then takes its process down; so
the reading (workbook_child.py) happens apart, with limits, and its death is an answer like another.
"""

import json
import os
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

from lead_pipeline.errors import BadFile, Killed, raise_if_of_machine
from lead_pipeline.reading.table import SKIP, Problem, ReadOptions
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
    tally: Tally
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets that hold anything, in their order, and the names of those that were not read."""

    sheets: tuple[Sheet, ...]
    others: tuple[str, ...]


def extract_sheets(path: Path, kind: str, options: ReadOptions, resources: ExitStack) -> Workbook:
    """Turns the named sheet, or each that is not hidden, into CSV.

    Where a sheet is more than the limits allow, those before it are given.

    Raises:
        BadFile: `encrypted`, `unreadable`, `no_sheet`, `empty`, `too_large` or `hostile`.
        OutsideTrouble: this machine is unwell.
        Killed: the child was killed, by whom we do not know.
    """
    if kind != "xls":
        _check_unpacked_size(path, options.max_bytes)
    folder = Path(tempfile.mkdtemp(prefix="lead-sheet-", dir=options.scratch))
    resources.callback(rmtree, folder, ignore_errors=True)
    answers, death = _run_child(path, folder, options)
    errors = [str(answer["error"]) for answer in answers if "error" in answer]
    for answer in answers:
        if number := answer.get("errno"):
            raise_if_of_machine(OSError(number, os.strerror(number)))
    done = [answer for answer in answers if "file" in answer]
    filled = tuple(_sheet(answer, options) for answer in done if not answer["is_empty"])
    if not filled:
        code = next(iter(errors), death or "empty")
        raise BadFile(code, _REASONS[code])
    read = {sheet.name for sheet in filled}
    return Workbook(
        filled,
        tuple(name for name in answers[0]["visible"] if name not in read)
        + tuple(f"{name} (hidden)" for name in answers[0]["hidden"] if name not in read),
    )


def _sheet(answer: dict[str, Any], options: ReadOptions) -> Sheet:
    tally, name, problems = Tally(), str(answer["sheet"]), []
    if lost := answer["lost_digits"]:
        tally.note("lost_digits", row=answer["lost_digits_row"], times=lost)
    if hidden := answer["hidden_rows"]:
        done = "left out, as settled" if options.hidden_rows == SKIP else "imported as all others"
        text = f"{hidden} row(s) of the sheet are hidden or filtered out; they were {done}."
        problems.append(Problem("hidden_rows", text))
    if formulas := answer["formulas"]:
        text = (
            f"{formulas} cell(s) hold a formula without its result, and are empty here. Open the "
            "workbook in Excel and save it again."
        )
        problems.append(Problem("formulas", text, row=answer["formulas_row"]))
    return Sheet(Path(answer["file"]), name, tally, tuple(problems))


def _check_unpacked_size(path: Path, max_bytes: int) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise_if_of_machine(error)
        raise BadFile("unreadable", _REASONS["unreadable"]) from error
    unpacked = sum(member.file_size for member in members)
    if unpacked > max_bytes:
        raise BadFile("too_large", _REASONS["too_large"])
    if any(m.file_size > _MAX_RATIO * max(m.compress_size, 1024) for m in members):
        raise BadFile("hostile", _REASONS["hostile"])


def _run_child(
    path: Path, folder: Path, options: ReadOptions
) -> tuple[list[dict[str, Any]], str | None]:
    """What the child said, and why it died, if it did."""
    job = {
        "path": str(path),
        "folder": str(folder),
        "sheet": options.sheet,
        "skip_hidden": options.hidden_rows == SKIP,
        "memory": MEMORY_BYTES,
        "seconds": TIMEOUT_SECONDS,
        "max_bytes": options.max_bytes,
        "parent": os.getpid(),
    }
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(_CHILD)],
            input=json.dumps(job).encode(),
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        said, status = child.stdout, child.returncode
    except subprocess.TimeoutExpired as error:
        said, status = error.stdout or b"", -signal.SIGXCPU
    answers = [json.loads(line) for line in said.splitlines()]
    if not status:
        return answers, None
    if status == -signal.SIGKILL:  # its own limits end it in other ways
        raise Killed("the process that read the workbook was killed by SIGKILL")
    return answers, "too_large" if status == -signal.SIGXFSZ else "hostile"
