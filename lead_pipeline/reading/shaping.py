"""Records -> rows of the header's width: what is a row, what is blank, what is rejected and why.

The judgement on a record stands here, once; how records are found is for the readers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.reading.cell_kinds import kind_of
from lead_pipeline.reading.records import Dialect, Record, split_otherwise
from lead_pipeline.reading.table import RejectedRow
from lead_pipeline.reading.tally import Tally
from lead_pipeline.reading.unquoted import joined


@dataclass(slots=True)
class Piece:
    """Some consecutive records, sorted into the three places."""

    cells: pa.RecordBatch
    numbers: pa.Int64Array
    rejected: list[RejectedRow] = field(default_factory=list)
    blank: list[int] = field(default_factory=list)
    records: int = 0


class RowShaper:
    """Decides for one file.

    Args:
        dialect: how the file's cells are told apart.
        header: the header's cells as they stand, one for each column; empty without a header.
        kinds: the data kind of each column, or ``""``.
        tally: where oddities are noted.
    """

    def __init__(
        self, dialect: Dialect, header: Sequence[str], kinds: Sequence[str], tally: Tally
    ) -> None:
        self._dialect = dialect
        self._header = [cell.encode() for cell in header]
        self._kinds = kinds
        self._width = len(kinds)
        self._tally = tally
        self._schema = pa.schema([(str(i), pa.string()) for i in range(self._width)])

    def shape(self, buffer: bytes, records: Iterable[Record], number: int) -> Piece:
        """Sorts records of the exact reader; the first one is record `number`."""
        rows: list[list[bytes]] = []
        numbers: list[int] = []
        rejected: list[RejectedRow] = []
        blank: list[int] = []
        first = number
        for record in records:
            cells = record.cells
            if not cells[0].strip() and not any(cell.strip() for cell in cells):
                blank.append(number)
            elif cells == self._header:
                rejected.append(_repeated_header(buffer, record, number))
            else:
                fitted = cells if len(cells) == self._width else self._fit(buffer, record, number)
                if isinstance(fitted, RejectedRow):
                    rejected.append(fitted)
                else:
                    rows.append(fitted)
                    numbers.append(number)
                    if record.flaw:
                        self._tally.note(record.flaw, number)
            number += 1
        return Piece(
            self._batch(rows), pa.array(numbers, pa.int64()), rejected, blank, number - first
        )

    def accept(self, cells: pa.RecordBatch, number: int) -> Piece | None:
        """Sorts the columns of the fast reader, or None if a row needs its text told."""
        if self._holds_header(cells):
            return None
        numbers = pa.arange(number, number + cells.num_rows)
        blank = _blank_rows(cells)
        if blank is None:
            return Piece(cells, numbers, records=cells.num_rows)
        kept = pc.invert(blank)
        return Piece(
            cells.filter(kept),
            numbers.filter(kept),
            blank=numbers.filter(blank).to_pylist(),
            records=cells.num_rows,
        )

    def empty(self) -> Piece:
        return Piece(self._batch([]), pa.array([], pa.int64()))

    def _batch(self, rows: list[list[bytes]]) -> pa.RecordBatch:
        columns: Iterable[Sequence[bytes]] = zip(*rows, strict=True) if rows else [()] * self._width
        arrays = [
            pa.array([cell or None for cell in column], pa.binary()).cast(pa.string())
            for column in columns
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=self._schema)

    def _fit(self, buffer: bytes, record: Record, number: int) -> list[bytes] | RejectedRow:
        """The cells of a ragged record, if it is safe to say which column each belongs to."""
        cells = record.cells
        while len(cells) > self._width and not cells[-1].strip():
            cells = cells[:-1]
        if len(cells) == self._width:
            return cells
        raw = buffer[record.start : record.stop]
        if len(cells) > self._width:
            if whole := self._joined(cells):
                self._tally.note("unquoted_delimiter", number)
                return whole
            return _rejected(raw, number, record.flaw or "too_many_cells", len(cells), self._width)
        if other := self._split_otherwise(raw):
            self._tally.note("other_delimiter", number)
            record.flaw = ""  # that was one of the reading given up
            return other
        if self._is_safely_short(cells):
            self._tally.note("short_rows", number)
            return cells + [b""] * (self._width - len(cells))
        return _rejected(raw, number, record.flaw or "too_few_cells", len(cells), self._width)

    def _joined(self, cells: list[bytes]) -> list[bytes] | None:
        """The cells with those put together that a delimiter without quotes has parted, where one
        way to do so looks more like the columns than all others."""
        texts = [cell.decode() for cell in cells]
        ways = [
            (self._witnesses(whole), whole)
            for way in joined(texts, self._width, self._dialect.delimiter)
            if (whole := [cell.encode() for cell in way])
        ]
        best = max((witnesses for witnesses, _ in ways), default=0)
        found = [whole for witnesses, whole in ways if witnesses == best]
        return found[0] if best > 0 and len(found) == 1 else None

    def _split_otherwise(self, raw: bytes) -> list[bytes] | None:
        """The cells by another delimiter; those by blanks have to look like their columns."""
        for delimiter, cells in split_otherwise(raw, self._dialect, self._width):
            if delimiter != " " or self._witnesses(cells) > 0:
                return cells
        return None

    def _is_safely_short(self, cells: list[bytes]) -> bool:
        """Cells at the end are missing, rather than one in the middle: each looks like its column.

        Without a cell that vouches for its column, half of the cells must be there.
        """
        witnesses = self._witnesses(cells)
        return witnesses > 0 or (
            witnesses == 0 and len(cells) > 1 and len(cells) * 2 >= self._width
        )

    def _witnesses(self, cells: list[bytes]) -> int:
        """How many cells are of their column's kind (e-mail, phone, date ...).

        -1 if one is of another kind, which shows that cells have moved.
        """
        witnesses = 0
        for cell, kind in zip(cells, self._kinds, strict=False):
            found = kind_of(cell.decode())
            if found == "empty":
                continue
            if kind and found == kind:
                witnesses += 1
            elif kind or found == "email":
                return -1
        return witnesses

    def _holds_header(self, cells: pa.RecordBatch) -> bool:
        if not self._header:
            return False
        first = self._header[0].decode()
        same = pc.equal(cells.column(0), first) if first else pc.is_null(cells.column(0))
        at = pc.indices_nonzero(pc.fill_null(same, False))
        wanted = [cell.decode() or None for cell in self._header]
        for i in range(1, self._width):
            if not len(at):
                return False
            column = cells.column(i).take(at)
            keep = pc.equal(column, wanted[i]) if wanted[i] else pc.is_null(column)
            at = at.filter(pc.fill_null(keep, False))
        return len(at) > 0


def _blank_rows(cells: pa.RecordBatch) -> pa.BooleanArray | None:
    """Which rows hold nothing but white space, or None if no row does."""
    blank = _is_blank(cells.column(0))
    for column in cells.columns[1:]:
        if not blank.true_count:
            return None
        blank = pc.and_(blank, _is_blank(column))
    return blank if blank.true_count else None


def _is_blank(column: pa.StringArray) -> pa.BooleanArray:
    return pc.fill_null(pc.equal(pc.ascii_trim_whitespace(column), ""), True)


def _repeated_header(buffer: bytes, record: Record, number: int) -> RejectedRow:
    raw = buffer[record.start : record.stop].rstrip(b"\r\n").decode()
    return RejectedRow(number, "repeated_header", "This row is the header once more.", raw)


def _rejected(raw: bytes, number: int, code: str, found: int, width: int) -> RejectedRow:
    reason = f"The row has {found} cells where the header has {width}"
    if code == "unterminated_quote":
        reason += ", and a quote in it is never closed"
    return RejectedRow(number, code, reason + ".", raw.rstrip(b"\r\n").decode())
