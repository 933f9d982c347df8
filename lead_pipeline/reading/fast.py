"""The fast reader: the regular part of a buffer -> Arrow columns, by pyarrow's CSV parser.

It takes only what it can prove the exact reader (records.py) would read the same way, and leaves
the rest; it repairs and judges nothing.
"""

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv

from lead_pipeline.reading.records import MAX_QUOTED, Dialect, swallows_records

_BOM = b"\xef\xbb\xbf"
# Stands for "no delimiter"; text that holds it is left to the exact reader.
_NO_DELIMITER = "\x01"

Bytes = npt.NDArray[np.uint8]
Positions = npt.NDArray[np.int64]


class FastReader:
    """Reads regular records of one dialect and width.

    Why it is right: toggling at every quote gives the cells of RFC 4180 if each opening quote
    stands after a separator and each closing one before a separator, or if the two are neighbours
    (a doubled quote). The buffer is used up to the last record end before the first quote that
    breaks this rule. Any parser then agrees on the records, and pyarrow's count of records and of
    cells in each is compared with ours.
    """

    def __init__(self, dialect: Dialect, width: int) -> None:
        self._dialect = dialect
        self._width = width
        delimiter, quote, escape = dialect.bytes
        no_delimiter = b"" if delimiter else _NO_DELIMITER.encode()
        self._forbidden = [mark for mark in (escape, no_delimiter) if mark]
        self._usable = len(delimiter) <= 1 and len(quote) <= 1 and not dialect.wrapped
        self._quote = quote
        self._separator = np.zeros(256, dtype=bool)
        self._separator[list(b"\r\n" + delimiter)] = True
        self._names = [str(i) for i in range(width)]

    @cached_property
    def _parse_options(self) -> Any:
        return pyarrow.csv.ParseOptions(
            delimiter=self._dialect.delimiter or _NO_DELIMITER,
            quote_char=self._dialect.quote or False,
            escape_char=False,
            newlines_in_values=bool(self._quote),
            ignore_empty_lines=False,
        )

    @cached_property
    def _convert_options(self) -> Any:
        return pyarrow.csv.ConvertOptions(
            check_utf8=False,  # the text source hands out nothing else
            column_types=dict.fromkeys(self._names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
        )

    def read(self, buffer: bytes, final: bool) -> tuple[pa.RecordBatch, int] | None:
        """All records of a regular beginning of `buffer`, and where that beginning stops.

        None if there is no such beginning, or if pyarrow sees other records in it than we do.
        """
        if not self._usable or buffer.startswith(_BOM):
            return None
        if any(mark in buffer for mark in self._forbidden):
            return None
        codes = np.frombuffer(buffer, dtype=np.uint8)
        quotes = self._quotes(buffer, codes)
        ends = self._record_ends(buffer, codes, quotes, final)
        table = self._parse(buffer, ends)
        if table is None:
            ends = ends[: self._first_ragged(codes, quotes, ends)]
            table = self._parse(buffer, ends)
        if table is None or table.num_rows != len(ends):
            return None
        return _one_batch(table), int(ends[-1])

    def _parse(self, buffer: bytes, ends: Positions) -> Any:
        """pyarrow's table of the records that end at `ends`; None without any or if it refuses."""
        if not len(ends):
            return None
        stop = int(ends[-1])
        options = pyarrow.csv.ReadOptions(column_names=self._names, block_size=stop + 1)
        text = pa.py_buffer(buffer).slice(0, stop)
        try:
            return pyarrow.csv.read_csv(text, options, self._parse_options, self._convert_options)
        except pa.ArrowInvalid:
            return None  # a record with too many or too few cells

    def _quotes(self, buffer: bytes, codes: Bytes) -> Positions:
        if not self._quote or self._quote not in buffer:
            return np.empty(0, dtype=np.int64)
        return np.flatnonzero(codes == ord(self._quote))

    def _record_ends(
        self, buffer: bytes, codes: Bytes, quotes: Positions, final: bool
    ) -> Positions:
        """Where each record of the regular beginning ends (its line break included)."""
        line_end = b"\n" if b"\n" in buffer else b"\r"
        returns = buffer.count(b"\r") if line_end == b"\n" else 0
        if returns and returns != buffer.count(b"\r\n"):
            return quotes[:0]  # a carriage return by itself ends a record, too
        breaks: Positions = np.flatnonzero(codes == ord(line_end))
        regular_stop = self._first_irregular(codes, quotes, final) if len(quotes) else len(codes)
        inside = np.searchsorted(quotes, breaks) % 2 == 1
        ends: Positions = breaks[~inside] + 1
        if final and regular_stop == len(buffer):
            ends = _with_rest(ends, len(buffer))
        elif line_end == b"\r" and len(ends) and ends[-1] == len(buffer):
            ends = ends[:-1]  # the other half of its \r\n may follow
        ends = ends[ends <= regular_stop]
        return ends if self._holds_no_swallowed(buffer, ends, breaks[inside]) else ends[:0]

    def _first_ragged(self, codes: Bytes, quotes: Positions, ends: Positions) -> int:
        """The index of the first record that has not as many cells as the header."""
        if not self._dialect.delimiter:
            return 0
        delimiters: Positions = np.flatnonzero(codes == ord(self._dialect.delimiter))
        outside = delimiters[np.searchsorted(quotes, delimiters) % 2 == 0]
        cells = np.bincount(np.searchsorted(ends, outside, side="right"), minlength=len(ends))
        ragged = cells[: len(ends)] != self._width - 1
        return int(np.argmax(ragged)) if ragged.any() else 0

    def _first_irregular(self, codes: Bytes, quotes: Positions, final: bool) -> int:
        opening, closing = quotes[0::2], quotes[1::2]
        quote = codes[quotes[0]]
        before = codes[np.maximum(opening - 1, 0)]
        open_ok = self._separator[before] | (before == quote)
        open_ok[0] = opening[0] == 0 or self._separator[before[0]]
        after = codes[np.minimum(closing + 1, len(codes) - 1)]
        close_ok = self._separator[after] | (after == quote)
        if len(closing) and closing[-1] == len(codes) - 1:
            close_ok[-1] = final
        paired = open_ok[: len(closing)] & close_ok
        if not paired.all():
            return int(opening[int(np.argmin(paired))])
        return len(codes) if len(opening) == len(closing) else int(opening[-1])

    def _holds_no_swallowed(self, buffer: bytes, ends: Positions, inside: Positions) -> bool:
        if not len(ends):
            return True
        starts = np.concatenate([[0], ends[:-1]])
        if int((ends - starts).max()) > MAX_QUOTED:
            return False
        lines_within = np.bincount(np.searchsorted(ends, inside, side="right"))[: len(ends)]
        return not any(
            swallows_records(buffer[starts[i] : ends[i]], self._dialect, self._width)
            for i in np.flatnonzero(lines_within > 2)
        )


def _with_rest(ends: Positions, length: int) -> Positions:
    """The last record of a file needs no line break."""
    return ends if len(ends) and ends[-1] == length else np.append(ends, length)


def _one_batch(table: Any) -> pa.RecordBatch:
    batches = table.to_batches()
    return batches[0] if len(batches) == 1 else pa.concat_batches(batches)
