"""The exact reader: UTF-8 bytes of a delimited file -> its records, however broken they are.

It knows a dialect and the expected number of cells, nothing of headers or of Arrow. Its word is
final: the fast reader may only be used where it provably gives the same records.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lead_pipeline.reading.glued import with_delimiter

# A quoted cell longer than this was never closed: the quote that opens it is read as a plain
# character, so that it cannot swallow the rest of the file.
MAX_QUOTED = 4 * 1024**2
# How far, and over how many stray quotes, a cell may run whose end is only guessed.
_MAX_GUESSED = 10_000
_MAX_STRAYS = 20
_LINE_END = re.compile(rb"\r\n|\r|\n")
_FEWEST_COLUMNS = 3
_USUAL_DELIMITERS = (",", ";", "\t", "|", " ")


@dataclass(frozen=True)
class Dialect:
    """How cells are told apart. `delimiter` is empty for one column, `quote` where none is used.

    `escape` makes the delimiter, the quote or itself plain when it stands before them; a quote
    inside a quoted cell may always be doubled too (RFC 4180, section 2, rule 7). `wrapped` tells
    that each line is quoted once more as a whole (wrapped.py).
    """

    delimiter: str
    quote: str = '"'
    escape: str = ""
    wrapped: bool = False

    @cached_property
    def bytes(self) -> tuple[bytes, bytes, bytes]:
        return self.delimiter.encode(), self.quote.encode(), self.escape.encode()


@dataclass(slots=True)
class Record:
    """One physical record: its cells without quotes, where it lies, and what was wrong with it."""

    cells: list[bytes]
    start: int
    stop: int
    flaw: str = ""


@dataclass(frozen=True, slots=True)
class _Scan:
    """One way to read a record: `stop` is where its line break stands, -1 if a quote is open."""

    cells: list[bytes]
    stop: int
    regular: bool


def swallows_records(inside: bytes, dialect: Dialect, width: int) -> bool:
    """Whether the line breaks inside a quoted cell part what are records of their own.

    Text in a cell seldom splits into exactly `width` cells again and again; the records after a
    quote that nobody closed do. The first and the last line are pieces and are left out.
    """
    if width < _FEWEST_COLUMNS:
        return False
    between = inside.splitlines()[1:-1]
    delimiter = dialect.bytes[0]
    full = sum(line.count(delimiter) == width - 1 for line in between)
    return full >= 2 and full * 2 > len(between)


def split_otherwise(raw: bytes, dialect: Dialect, width: int) -> Iterator[tuple[str, list[bytes]]]:
    """Other delimiters than the dialect's that give a record `width` cells, and these cells.

    None for less than three columns: two cells are too easily found.
    """
    for delimiter in _USUAL_DELIMITERS if width >= _FEWEST_COLUMNS else ():
        if delimiter != dialect.delimiter and raw.count(delimiter.encode()) >= width - 1:
            reader = RecordReader(Dialect(delimiter, dialect.quote), width)
            found = list(reader.read(raw, final=True))
            if len(found) == 1 and len(found[0].cells) == width:
                yield delimiter, found[0].cells


class RecordReader:
    """Reads records from a buffer that begins at a record and may end amid one.

    Args:
        dialect: how cells are told apart.
        width: the number of cells of a sound record, which settles what broken quotes meant; None
            while the dialect itself is in question.
    """

    def __init__(self, dialect: Dialect, width: int | None) -> None:
        self._dialect = dialect
        self._delimiter, self._quote, self._escape = dialect.bytes
        self._width = width
        self._blanks = bytes(code for code in b" \t" if code not in self._delimiter)

    def read(self, buffer: bytes, final: bool, stop_at: int | None = None) -> Iterator[Record]:
        """Yields the records from the start of `buffer` on, until one ends at or after `stop_at`.

        Unless `final`, a record that the end of the buffer cuts off is not given: what is left
        begins at the `stop` of the last record and has to come again with what follows it.
        """
        pos, end = 0, min(len(buffer), stop_at or len(buffer))
        while pos < end:
            line_end, after = _next_line(buffer, pos)
            line = buffer[pos:line_end]
            if (self._quote and self._quote in line) or (self._escape and self._escape in line):
                scan, flaw = self._decide(buffer, pos, line_end, final)
                if scan is None:
                    return
                cells = scan.cells
                line_end, after = _next_line(buffer, scan.stop)
            else:
                cells, flaw = self._split(line), ""
            if after == len(buffer) and not final and not buffer.endswith(b"\n"):
                return  # a lone \r at the very end may be half of a \r\n
            yield Record(cells, pos, after, flaw)
            pos = after

    def _split(self, line: bytes) -> list[bytes]:
        return line.split(self._delimiter) if self._delimiter else [line]

    def _decide(
        self, buffer: bytes, pos: int, line_end: int, final: bool
    ) -> tuple[_Scan | None, str]:
        """The reading of a record with quotes: the plain one if sound, else the one that fits."""
        plain = self._scan(buffer, pos, len(buffer))
        if plain.stop < 0 and not final and len(buffer) - pos < MAX_QUOTED:
            return None, ""
        closed = plain.stop >= 0
        one_line = closed and plain.stop == line_end
        if one_line and (parted := self._parted(buffer[pos:line_end], line_end)):
            return parted, "missing_delimiter"
        sound = plain.regular and closed and not self._swallows(buffer, pos, plain)
        if sound and (one_line or self._width is None or len(plain.cells) == self._width):
            return plain, ""
        literal = self._scan(buffer, pos, line_end, resync=True)
        if self._fits(literal) and not (one_line and self._fits(plain)):
            return literal, "stray_quote" if one_line else "unterminated_quote"
        if sound:
            return plain, ""
        if self._fits(plain) and not plain.regular and not self._joins(buffer, line_end, plain):
            return plain, "stray_quote"
        for other in self._other_readings(buffer, pos, line_end):
            if self._fits(other):
                return other, "stray_quote"
        if one_line:
            return plain, "stray_quote"
        return literal, "unterminated_quote"

    def _parted(self, line: bytes, line_end: int) -> _Scan | None:
        """The reading of a line with a delimiter put before a quoted cell, if that is sound."""
        if (self._width or 0) < _FEWEST_COLUMNS:
            return None
        mended = with_delimiter(line, self._delimiter, self._quote)
        scan = self._scan(mended, 0, len(mended)) if mended is not None else None
        sound = scan is not None and scan.regular and self._fits(scan)
        return _Scan(scan.cells, line_end, True) if scan and sound else None

    def _fits(self, scan: _Scan) -> bool:
        return scan.stop >= 0 and len(scan.cells) == self._width

    def _swallows(self, buffer: bytes, pos: int, scan: _Scan) -> bool:
        inside = buffer[pos : scan.stop]
        return self._width is not None and swallows_records(inside, self._dialect, self._width)

    def _joins(self, buffer: bytes, line_end: int, scan: _Scan) -> bool:
        """Whether a reading over several lines takes in one that is a sound record by itself."""
        while line_end < scan.stop:
            _, start = _next_line(buffer, line_end)
            line_end, _ = _next_line(buffer, start)
            alone = self._scan(buffer, start, line_end)
            if alone.regular and self._fits(alone):
                return True
        return False

    def _other_readings(self, buffer: bytes, pos: int, line_end: int) -> Iterator[_Scan]:
        line = buffer[pos:line_end]
        if not self._escape and b"\\" in line:
            with_escape = Dialect(self._dialect.delimiter, self._dialect.quote, "\\")
            yield RecordReader(with_escape, self._width)._scan(buffer, pos, line_end)
        yield _Scan([self._unwrapped(cell) for cell in self._split(line)], line_end, False)

    def _unwrapped(self, cell: bytes) -> bytes:
        bare = cell.strip(self._blanks)
        wrapped = len(bare) > 1 and bare.startswith(self._quote) and bare.endswith(self._quote)
        return bare[1:-1] if wrapped and self._quote else cell

    def _scan(self, buffer: bytes, pos: int, end: int, resync: bool = False) -> _Scan:
        """Reads one record cell by cell, up to a line break outside quotes or to `end`.

        A quote inside a quoted cell that neither is doubled nor ends the cell is kept as it stands.
        With `resync` such a quote right after a delimiter, or none at all, shows that the cell's
        own opening quote is a plain character.
        """
        cells: list[bytes] = []
        regular = True
        line_end = min(_next_line(buffer, pos)[0], end)
        while True:
            start = _skip(buffer, pos, end, self._blanks)
            if self._quote and buffer.startswith(self._quote, start, end):
                cell, stop, sound = self._quoted_cell(buffer, start, end, resync)
                regular = regular and sound
                if stop < 0 and not resync:
                    return _Scan(cells, -1, False)
                if stop < 0:
                    cell, stop = self._bare_cell(buffer, pos, line_end)
                    cell = self._unwrapped(cell)
                elif stop > line_end:
                    line_end = min(_next_line(buffer, stop)[0], end)
            else:
                cell, stop = self._bare_cell(buffer, pos, line_end)
            cells.append(cell)
            if not self._delimiter or not buffer.startswith(self._delimiter, stop, end):
                return _Scan(cells, stop, regular)
            pos = stop + len(self._delimiter)

    def _bare_cell(self, buffer: bytes, pos: int, line_end: int) -> tuple[bytes, int]:
        search = pos
        while self._delimiter:
            stop = buffer.find(self._delimiter, search, line_end)
            if stop < 0:
                break
            if not self._escape or not self._is_escaped(buffer, stop, pos):
                return self._unescaped(buffer[pos:stop]), stop
            search = stop + len(self._delimiter)
        return self._unescaped(buffer[pos:line_end]), line_end

    def _quoted_cell(
        self, buffer: bytes, start: int, end: int, resync: bool
    ) -> tuple[bytes, int, bool]:
        """The cell whose quote stands at `start`, where it ends (or -1), and if it is sound."""
        quote, strays = self._quote, 0
        inside = start + len(quote)
        search, limit = inside, min(end, start + MAX_QUOTED)
        while True:
            mark = buffer.find(quote, search, limit)
            if mark < 0:
                return b"", -1, False
            after = mark + len(quote)
            if self._escape and self._is_escaped(buffer, mark, inside):
                search = after
            elif buffer.startswith(quote, after, end):
                search = after + len(quote)
            else:
                stop = _skip(buffer, after, end, self._blanks)
                if self._ends_cell(buffer, stop, end):
                    cell = buffer[inside:mark].replace(quote * 2, quote)
                    return self._unescaped(cell), stop, not strays
                if resync and self._opens_cell(buffer, mark, inside):
                    return b"", -1, False
                strays, search = strays + 1, after
                limit = min(limit, start + _MAX_GUESSED) if strays < _MAX_STRAYS else after

    def _ends_cell(self, buffer: bytes, stop: int, end: int) -> bool:
        return (
            stop >= end
            or buffer[stop] in b"\r\n"
            or (bool(self._delimiter) and buffer.startswith(self._delimiter, stop, end))
        )

    def _opens_cell(self, buffer: bytes, mark: int, inside: int) -> bool:
        return bool(self._delimiter) and buffer[inside:mark].rstrip(self._blanks).endswith(
            self._delimiter
        )

    def _is_escaped(self, buffer: bytes, mark: int, begin: int) -> bool:
        before = buffer[begin:mark]
        return (len(before) - len(before.rstrip(self._escape))) % 2 == 1

    def _unescaped(self, cell: bytes) -> bytes:
        if not self._escape or self._escape not in cell:
            return cell
        return self._escapes.sub(rb"\1", cell)

    @cached_property
    def _escapes(self) -> re.Pattern[bytes]:
        plain = b"|".join(re.escape(b) for b in self._dialect.bytes if b)
        return re.compile(re.escape(self._escape) + b"(" + plain + b")")


def _next_line(buffer: bytes, pos: int) -> tuple[int, int]:
    """Where the line at `pos` ends, and where the next one begins."""
    found = _LINE_END.search(buffer, pos)
    return found.span() if found else (len(buffer), len(buffer))


def _skip(buffer: bytes, pos: int, end: int, blanks: bytes) -> int:
    """The first place at or after `pos` that holds none of `blanks`."""
    while pos < end and buffer[pos] in blanks:
        pos += 1
    return pos
