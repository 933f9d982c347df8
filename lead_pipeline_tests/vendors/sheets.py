"""Google Sheets API v4, as far as reading goes: metadata and values of ranges, quota, errors."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from starlette.responses import JSONResponse, Response

from lead_pipeline_tests.vendors.server import Call, VirtualTime
from lead_pipeline_tests.vendors.token import TokenFake

READS_A_MINUTE = 60
_RANGE = re.compile(r"'((?:[^']|'')*)'!([A-Z]+)(\d+):([A-Z]+)(\d+)")
_QUOTA = (
    "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute per user'"
    " of service 'sheets.googleapis.com' for consumer 'project_number:1'."
)


@dataclass(slots=True)
class Tab:
    """A tab; tests change `rows` (the header is the first) and `title` as people do."""

    gid: int
    title: str
    rows: list[list[str]]
    spare_rows: int = 900  # empty ones, at the end of the grid
    columns: int = 26
    is_chart: bool = False  # a tab of its own, without cells

    @property
    def row_count(self) -> int:
        return len(self.rows) + self.spare_rows


@dataclass(slots=True)
class Spreadsheet:
    title: str
    tabs: list[Tab]
    zone: str = "America/New_York"
    is_shared: bool = True


@dataclass(slots=True)
class SheetsFake:
    """Spreadsheets by id, read with tokens of `token`; a shared quota, refilled every minute."""

    time: VirtualTime
    token: TokenFake
    sheets: dict[str, Spreadsheet] = field(default_factory=dict)
    _reads: list[datetime] = field(default_factory=list)

    def answer(self, call: Call) -> Response:
        if not self.token.knows(call):
            return _error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        now = self.time.now()
        self._reads = [at for at in self._reads if now - at < timedelta(minutes=1)]
        if len(self._reads) >= READS_A_MINUTE:
            return _error(429, "RESOURCE_EXHAUSTED", _QUOTA)
        self._reads.append(now)
        matched = re.fullmatch(r"/v4/spreadsheets/([^/:]+)(/values:batchGet)?", call.path)
        sheet = self.sheets.get(matched[1]) if matched else None
        if matched is None or sheet is None:
            return _error(404, "NOT_FOUND", "Requested entity was not found.")
        if not sheet.is_shared:
            return _error(403, "PERMISSION_DENIED", "The caller does not have permission")
        if matched[2] is None:
            return JSONResponse(_metadata(sheet))
        return _values(matched[1], sheet, call.all("ranges"))


def _metadata(sheet: Spreadsheet) -> dict[str, Any]:
    properties = {"title": sheet.title, "timeZone": sheet.zone}
    tabs = [{"properties": _properties(tab)} for tab in sheet.tabs]
    return {"properties": properties, "sheets": tabs}


def _properties(tab: Tab) -> dict[str, Any]:
    told: dict[str, Any] = {"sheetId": tab.gid, "title": tab.title}
    if not tab.is_chart:
        told["gridProperties"] = {"rowCount": tab.row_count, "columnCount": tab.columns}
    return told


def _values(sheet_id: str, sheet: Spreadsheet, ranges: Sequence[str]) -> Response:
    found = []
    for asked in ranges:
        matched = _RANGE.fullmatch(asked)
        title = matched[1].replace("''", "'") if matched else None
        tab = next((tab for tab in sheet.tabs if tab.title == title), None)
        if matched is None or tab is None:
            return _error(400, "INVALID_ARGUMENT", f"Unable to parse range: {asked}")
        first, last = int(matched[3]), int(matched[5])
        if last > tab.row_count or _number(matched[4]) > tab.columns:
            limits = f"Max rows: {tab.row_count}, max columns: {tab.columns}"
            told = f"Range ({tab.title}!{first}:{last}) exceeds grid limits. {limits}"
            return _error(400, "INVALID_ARGUMENT", told)
        found.append({"range": asked, "majorDimension": "ROWS", **_cells(tab, first, last)})
    return JSONResponse({"spreadsheetId": sheet_id, "valueRanges": found})


def _cells(tab: Tab, first: int, last: int) -> dict[str, Any]:
    """Without the empty cells and rows at the end; without `values` where nothing is."""
    rows = [_trimmed(row) for row in tab.rows[first - 1 : last]]
    while rows and not rows[-1]:
        rows.pop()
    return {"values": rows} if rows else {}


def _trimmed(row: Sequence[str]) -> list[str]:
    kept = list(row)
    while kept and kept[-1] == "":
        kept.pop()
    return kept


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _error(code: int, status: str, message: str) -> Response:
    return JSONResponse({"error": {"code": code, "status": status, "message": message}}, code)
