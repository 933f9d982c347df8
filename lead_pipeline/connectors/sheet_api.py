"""The calls of Google Sheets API v4 that reading takes: what tabs there are, and their cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import httpx2

from lead_pipeline.connectors.clock import Clock
from lead_pipeline.connectors.faults import Expired, Fault, Forbidden, Throttled
from lead_pipeline.connectors.google_auth import GoogleAccess
from lead_pipeline.connectors.http import Api, by_status, message, retry_after
from lead_pipeline.connectors.model import Json
from lead_pipeline.settings.accounts import GoogleSheetAccount

SCOPE = "https://www.googleapis.com/auth/spreadsheets.readonly"
_FIELDS = "properties(title,timeZone),sheets.properties(sheetId,title,gridProperties)"
Cells = list[list[str]]
"""Rows of cells as they are shown; without the empty ones at the end, as Google gives them."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab: `gid` stays when it is renamed, `rows` and `columns` are those of its grid."""

    gid: int
    title: str
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A spreadsheet; times without a zone are of its own."""

    id: str
    title: str
    zone: str
    tabs: Sequence[Tab]


class SheetApi:
    """Reads with a service account, with which each sheet has to be shared."""

    def __init__(self, account: GoogleSheetAccount, clock: Clock) -> None:
        self.access = GoogleAccess(account.credentials, SCOPE)
        self._api = Api(
            account.base_url,
            _classify,
            clock=clock,
            authorize=self.access.headers,
            refresh=self.access.refresh,
            secrets=self.access.secrets,
        )

    def sheet(self, sheet_id: str) -> Sheet:
        """
        Raises:
            Fault: it cannot be read.
        """
        try:
            return self._api.get(
                _path(sheet_id), {"fields": _FIELDS}, read=lambda said: _sheet(sheet_id, said)
            ).content
        except Forbidden as fault:
            told = (
                f"{fault}. See that {sheet_id} is the part of its address between /d/ and /edit, "
                f"that the sheet is shared with {self.access.who} (a viewer), and that the Google "
                "Sheets API is enabled in the project of that account"
            )
            raise Forbidden(told) from None

    def cells(self, sheet: Sheet, tab: Tab, *spans: tuple[int, int]) -> list[Cells]:
        """The cells of these spans of rows, both ends included and inside the grid.

        Raises:
            Fault: they cannot be read.
        """
        title, last = tab.title.replace("'", "''"), _letters(tab.columns)
        asked = [("ranges", f"'{title}'!A{first}:{last}{end}") for first, end in spans]
        query = urlencode([*asked, ("valueRenderOption", "FORMATTED_VALUE")])
        path = f"{_path(sheet.id)}/values:batchGet?{query}"
        return self._api.get(path, read=lambda said: _cells(said, len(spans))).content


def _path(sheet_id: str) -> str:
    return f"/v4/spreadsheets/{quote(sheet_id, safe='')}"


def _classify(response: httpx2.Response) -> Fault | None:
    told = f"{response.status_code} {message(response)}"
    if response.status_code == 401:
        return Expired(told)
    if response.status_code == 404:
        return Forbidden(told)
    if response.status_code == 403 and "RATE_LIMIT_EXCEEDED" in response.text:
        return Throttled(told, retry_after(response))
    return by_status(response)


def _sheet(sheet_id: str, said: Json) -> Sheet:
    properties = said["properties"]
    tabs = [_tab(one["properties"]) for one in said["sheets"] if _has_cells(one["properties"])]
    return Sheet(sheet_id, str(properties["title"]), str(properties["timeZone"]), tabs)


def _has_cells(tab: Json) -> bool:
    """A tab that is a chart has none."""
    return "gridProperties" in tab


def _tab(said: Json) -> Tab:
    grid = said["gridProperties"]
    return Tab(
        int(said["sheetId"]), str(said["title"]), int(grid["rowCount"]), int(grid["columnCount"])
    )


def _cells(said: Json, spans: int) -> list[Cells]:
    found = [
        [list(map(_text, row)) for row in one.get("values", [])] for one in said["valueRanges"]
    ]
    if len(found) != spans:
        raise ValueError(f"{len(found)} ranges instead of {spans}")
    return found


def _text(cell: Json) -> str:
    if not isinstance(cell, str):
        raise TypeError(f"a cell is of type {type(cell).__name__}")
    return cell


def _letters(column: int) -> str:
    """The name of a column: 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
