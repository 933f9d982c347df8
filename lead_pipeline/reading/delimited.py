"""A delimited text file, opened: its rows streamed in batches.

Drives the fast and the exact reader over the blocks of the text; it decides which of them reads
what, never what a record means.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pyarrow as pa

from lead_pipeline.reading.fast import FastReader
from lead_pipeline.reading.shaping import Piece, RowShaper
from lead_pipeline.reading.table import Layout, ReadOptions, RejectedRow, RowBatch
from lead_pipeline.reading.tally import Tally
from lead_pipeline.reading.text_source import TextSource
from lead_pipeline.reading.top import examine, header_only, problems_above
from lead_pipeline.reading.totals import without_totals_row
from lead_pipeline.reading.wrapped import reader_of

_HEAD_BYTES = 512 * 1024
# What the fast reader takes at a time; more only leaves the processor's caches.
_WINDOW = 2 * 1024**2
_SMALLEST_WINDOW = 128 * 1024
# How much the exact reader takes over when the fast one refuses, before that is asked again.
_SHORTEST_STRETCH = 1024
_LONGEST_STRETCH = 1024**2
# What it sees beyond that at first, to save copying; only a long quoted cell needs all there is.
_LOOKAHEAD = 64 * 1024


class DelimitedFile:
    """Implements `OpenedFile` for text with delimiters.

    Raises:
        BadFile: `empty`, `header_only`, `header_not_found`, or what the text source raises.
    """

    def __init__(
        self,
        source: TextSource,
        tally: Tally,
        layout: Layout,
        options: ReadOptions,
        resources: ExitStack,
    ) -> None:
        self._resources = resources
        self._source = source
        self._tally = tally
        self._top = top = examine(*source.sample(_HEAD_BYTES), options)
        if top.parted:
            tally.note("other_delimiter", top.head.row + 1)
        self._exact = reader_of(top.dialect, top.head.width)
        self._fast = FastReader(top.dialect, top.head.width)
        self._shaper = RowShaper(top.dialect, top.head.cells, top.head.kinds, tally)
        self._window = _WINDOW
        self._stretch = _SHORTEST_STRETCH
        is_text = layout.kind == "delimited"
        self.layout = Layout(
            kind=layout.kind,
            header=top.head.names,
            header_row=top.head.row + 1,
            encoding=layout.encoding,
            delimiter=(top.dialect.delimiter or None) if is_text else None,
            quote=(top.dialect.quote or None) if is_text else None,
            sheet=layout.sheet,
            container=layout.container,
            problems=layout.problems + tuple(problems_above(top)),
        )

    @property
    def holds_channels(self) -> bool:
        """Whether a column of the first rows holds mails or phones."""
        return self._top.holds_channels

    def batches(self) -> Iterator[RowBatch]:
        second = self._top.second
        number, rest, rows = self._top.head.row + 1 + len(second), b"", 0
        start = self._top.stop
        blank_above = tuple(
            i for i, row in enumerate(self._top.above, 1) if not any(map(str.strip, row))
        )
        for block, final in self._source.blocks():
            buffer = rest + block
            pieces, stop = self._read(buffer, start, number + 1, final)
            rest, start = buffer[stop:], 0
            number += sum(piece.records for piece in pieces)
            batch = _merged(pieces or [self._shaper.empty()], second, blank_above)
            blank_above, second = (), ()
            rows += batch.cells.num_rows + len(batch.rejected)
            if final:
                batch = self._closed(batch, rows)
            if batch.cells.num_rows or batch.rejected or batch.blank or batch.problems:
                yield batch

    def close(self) -> None:
        self._resources.close()

    def _closed(self, batch: RowBatch, rows: int) -> RowBatch:
        if not rows:
            raise header_only()
        batch = without_totals_row(batch, self._top.dialect.delimiter)
        return replace(batch, problems=self._tally.problems())

    def _read(self, buffer: bytes, start: int, number: int, final: bool) -> tuple[list[Piece], int]:
        """Reads the records of a buffer from `start` on; also says where the last one stops."""
        pieces: list[Piece] = []
        while start < len(buffer):
            piece, stop = self._read_window(buffer, start, number, final)
            if stop == start:
                break
            pieces.append(piece)
            number += piece.records
            start = stop
        return pieces, start

    def _read_window(
        self, buffer: bytes, start: int, number: int, final: bool
    ) -> tuple[Piece, int]:
        """The fast reader on a window, or, where it refuses, the exact one on a small stretch.

        The stretch doubles with every refusal, so that a file which is odd throughout costs little
        more than reading it exactly.
        """
        window = buffer[start : start + self._window]
        found = self._fast.read(window, final and start + self._window >= len(buffer))
        piece = self._shaper.accept(found[0], number) if found else None
        if found and piece:
            is_long = found[1] * 2 > len(window)
            self._window = min(self._window * 4, _WINDOW) if is_long else _SMALLEST_WINDOW
            self._stretch = _SHORTEST_STRETCH if is_long else self._stretch
            return piece, start + found[1]
        self._window = max(self._window // 4, _SMALLEST_WINDOW)
        self._stretch = min(self._stretch * 2, _LONGEST_STRETCH)
        for reach in (self._stretch + _LOOKAHEAD, len(buffer)):
            rest = buffer[start : start + reach]
            is_last = final and start + reach >= len(buffer)
            records = list(self._exact.read(rest, is_last, stop_at=self._stretch))
            if records:
                break
        stop = records[-1].stop if records else 0
        return self._shaper.shape(rest, records, number), start + stop


def _merged(
    pieces: list[Piece], second: tuple[RejectedRow, ...], blank_above: tuple[int, ...]
) -> RowBatch:
    cells = [p.cells for p in pieces]
    numbers = [p.numbers for p in pieces]
    return RowBatch(
        cells[0] if len(cells) == 1 else pa.concat_batches(cells),
        numbers[0] if len(numbers) == 1 else pa.concat_arrays(numbers),
        second + tuple(row for p in pieces for row in p.rejected),
        blank_above + tuple(number for p in pieces for number in p.blank),
    )
