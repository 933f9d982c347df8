"""Google Sheets: every row of the tabs that are shared with the service account.

A tab is read as a whole each time, a block of rows a request, and a block whose fingerprint is that
of the last pull holds nothing new: rows may be sorted, inserted, edited and deleted, and none is
missed. Tabs are known by their number (gid) and may be renamed.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from lead_pipeline.connectors.clock import Clock
from lead_pipeline.connectors.faults import BadRequest, Forbidden, Transient
from lead_pipeline.connectors.model import Json, Page, Part, Record, Window
from lead_pipeline.connectors.sheet_api import Cells, Sheet, SheetApi, Tab
from lead_pipeline.connectors.sheet_rows import Header, Row, RowReader, fingerprint, read_header
from lead_pipeline.settings.accounts import GoogleSheetAccount

T = TypeVar("T")
BLOCK = 1000
"""Rows of a request, and at most of a page."""
HELD = timedelta(minutes=10)
"""So long the last row of a tab may be unfinished: somebody may be writing it."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a tab stands: its last row with the id and time of that, how many rows were taken, the
    fingerprints of its blocks, the last row if it is unfinished, since when, and the records that
    are equal to one above them."""

    row: int = 1
    id: str | None = None
    time: str | None = None
    rows: int = 0
    blocks: Sequence[str] = ()
    unfinished: str | None = None
    unfinished_since: str | None = None
    doubled: Sequence[str] = ()


class GoogleSheets:
    """The sheets of an account, tab by tab."""

    name = "google_sheet"
    title = "Google Sheets"
    profile = None  # a tab may be any list
    import_source = "api"

    def __init__(self, account: GoogleSheetAccount, clock: Clock) -> None:
        self._account = account
        self._clock = clock
        self._api = SheetApi(account, clock)

    def parts(self) -> Iterator[Part]:
        """The tabs. A sheet that cannot be read is a part as well, whose pages tell why."""
        for stated in self._account.sheets:
            sheet_id, _, wanted = stated.partition("/")
            try:
                sheet = self._api.sheet(sheet_id)
            except (Forbidden, BadRequest):
                yield Part(sheet_id, stated)
                continue
            tabs = [tab for tab in sheet.tabs if wanted in ("", tab.title, str(tab.gid))]
            for tab in tabs:
                yield Part(f"{sheet_id}/{tab.gid}", f"{sheet.title}: {tab.title}")
            if not tabs:
                yield Part(stated, stated)

    def pages(self, part: Part, cursor: Json | None, asked: Window | None) -> Iterator[Page]:
        """The blocks that are not as they were at the last pull, or all rows of a window."""
        sheet, tab = self._tab(part)
        header = self._header(sheet, tab)
        if header is None:
            return
        place = {"spreadsheet": sheet.id, "tab": tab.title}
        reader = RowReader(part.key, place, header, sheet.zone)
        blocks = self._blocks(sheet, tab, header)
        if asked is not None:
            yield from _of_window(blocks, reader, asked)
        else:
            yield from self._changed(blocks, reader, Position(**cursor or {}))

    def check(self) -> Iterator[str]:
        self._api.access.headers()
        yield f"Google gives {self._api.access.who} a token"
        for part in self.parts():
            header = self._header(*self._tab(part))
            if header is None:
                yield f"{part.title}: can be read, and is empty"
                continue
            known_by = (
                "its cells" if header.id is None else f'the column "{header.names[header.id]}"'
            )
            yield f"{part.title}: {len(header.names)} columns, a row is known by {known_by}"

    def _tab(self, part: Part) -> tuple[Sheet, Tab]:
        sheet_id, _, gid = part.key.partition("/")
        sheet = self._api.sheet(sheet_id)
        for tab in sheet.tabs:
            if str(tab.gid) == gid:
                return sheet, tab
        there = ", ".join(tab.title for tab in sheet.tabs)
        raise BadRequest(f'{sheet.title} has no tab "{gid}", but {there}: mend GOOGLE_SHEET_IDS')

    def _header(self, sheet: Sheet, tab: Tab) -> Header | None:
        (rows,) = self._cells(sheet, tab, (1, 1))
        return read_header(rows[0], f"{sheet.title}: {tab.title}") if rows else None

    def _cells(self, sheet: Sheet, tab: Tab, *spans: tuple[int, int]) -> list[Cells]:
        try:
            return self._api.cells(sheet, tab, *spans)
        except BadRequest as fault:  # a moment ago it had this title, and its grid was as large
            told = f"{sheet.title}: {tab.title}: it was changed while it was read ({fault})"
            raise Transient(told) from None

    def _blocks(self, sheet: Sheet, tab: Tab, header: Header) -> Iterator[list[Row]]:
        """The rows that are not blank, block by block; none of them is empty."""
        for first in range(2, tab.rows + 1, BLOCK):
            last = min(first + BLOCK - 1, tab.rows)
            names, cells = self._cells(sheet, tab, (1, 1), (first, last))
            if not names or [name.strip() for name in names[0]] != header.names:
                told = f"{sheet.title}: {tab.title}: its header was changed while it was read"
                raise Transient(told)
            rows = [Row(first + i, row) for i, row in enumerate(cells) if any(map(str.strip, row))]
            if rows:
                yield rows

    def _changed(
        self, blocks: Iterable[list[Row]], reader: RowReader, before: Position
    ) -> Iterator[Page]:
        """A position tells, beside the blocks that were read, those that are still to come as they
        were: a pull that is killed goes on where it was.

        A row that is moved while the tab is read may be seen twice. So what is equal to a row above
        counts only if the last pull saw that as well.
        """
        at, doubled = replace(before, rows=0, blocks=()), frozenset(before.doubled)
        for rows, is_last in _with_last(blocks):
            unfinished, since = (
                self._unfinished(rows[-1], reader.header, before) if is_last else (None, None)
            )
            is_held = since is not None and self._clock.now() - since < HELD
            given = map(reader.record, rows[:-1] if is_held else rows)
            records = [one for one in given if _is_sure(one, reader, doubled)]
            at = _moved(at, records, reader.header)
            if is_last:
                at = replace(
                    at,
                    unfinished=unfinished,
                    unfinished_since=since.isoformat() if since else None,
                    doubled=sorted(reader.doubled),
                )
            read = len(at.blocks)
            if at.blocks[-1:] != before.blocks[read - 1 : read]:
                rest = () if is_last else before.blocks[read:]
                yield Page(records, asdict(replace(at, blocks=[*at.blocks, *rest])))
            elif is_last and at != before:
                yield Page([], asdict(at))

    def _unfinished(
        self, row: Row, header: Header, before: Position
    ) -> tuple[str, datetime] | tuple[None, None]:
        """The fingerprint of an unfinished row, and since when it stands like that."""
        if header.is_complete(row):
            return None, None
        whole = fingerprint(row.cells)
        since = before.unfinished_since if before.unfinished == whole else None
        return whole, datetime.fromisoformat(since) if since else self._clock.now()


def _of_window(blocks: Iterable[list[Row]], reader: RowReader, asked: Window) -> Iterator[Page]:
    """The rows of a window, and those that do not say when they came."""
    for rows in blocks:
        records = [one for one in map(reader.record, rows) if _is_sure(one, reader)]
        yield Page([one for one in records if _is_within(one.occurred_at, asked)])


def _is_sure(record: Record, reader: RowReader, before: Collection[str] = ()) -> bool:
    return record.external_id not in reader.doubled or record.external_id in before


def _is_within(at: datetime | None, asked: Window) -> bool:
    return at is None or asked.since <= at <= asked.until


def _with_last(items: Iterable[T]) -> Iterator[tuple[T, bool]]:
    """Each with whether it is the last one."""
    rest = iter(items)
    one = next(rest, None)
    while one is not None:
        following = next(rest, None)
        yield one, following is None
        one = following


def _moved(at: Position, records: Sequence[Record], header: Header) -> Position:
    """The position after one more block."""
    blocks = [*at.blocks, fingerprint(map(_told, records))]
    if not records:
        return replace(at, blocks=blocks)
    last = records[-1]
    own = None if header.id is None else (last.lead or {})[header.names[header.id]]
    return replace(
        at,
        row=last.payload["row"],
        id=own or None,
        time=last.occurred_at.isoformat() if last.occurred_at else None,
        rows=at.rows + len(records),
        blocks=blocks,
    )


def _told(record: Record) -> str:
    """What tells that a row has to be kept anew."""
    return f"{record.external_id} {'incomplete' if record.problem else ''}"
