"""Files whose lines are quoted as a whole, one cell of one column: so they become when a list is
opened as text and saved again.

Whether a file is so, and taking the quotes off; the cells inside are records.py's part.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from lead_pipeline.reading.headers import leading_header
from lead_pipeline.reading.records import Dialect, Record, RecordReader

_LINES = Dialect("", '"')
_LOOKED_AT = 100


def unwrapped(sample: bytes) -> bytes | None:
    """The sample without the quotes around its lines; None unless that is how it is written.

    That is: nearly all lines are one quoted cell. The header may stand without quotes.
    """
    looked_at = islice(RecordReader(_LINES, None).read(sample, final=True), _LOOKED_AT)
    records = [record for record in looked_at if record.cells[0].strip()]
    wrapped = sum(_is_wrapped(sample, record) for record in records)
    if wrapped < 2 or wrapped < len(records) - 1:
        return None
    return b"\n".join(record.cells[0] for record in records)


def holds_table(sample: bytes, dialect: Dialect) -> bool:
    """Whether what was unwrapped begins with a header of several columns: prose has commas, too."""
    top = islice(RecordReader(dialect, None).read(sample, final=True), 2)
    rows = [[cell.decode("utf-8", "replace") for cell in record.cells] for record in top]
    return bool(dialect.delimiter) and leading_header(rows) == 0


def _is_wrapped(sample: bytes, record: Record) -> bool:
    line = sample[record.start : record.stop].strip()
    return not record.flaw and len(line) > 1 and line.startswith(b'"') and line.endswith(b'"')


class UnwrappingReader:
    """Reads like `RecordReader`, the cells of each record out of the one cell that its line is."""

    def __init__(self, dialect: Dialect, width: int | None) -> None:
        self._lines = RecordReader(_LINES, 1)
        self._inside = RecordReader(replace(dialect, wrapped=False), width)

    def read(self, buffer: bytes, final: bool, stop_at: int | None = None) -> Iterator[Record]:
        for line in self._lines.read(buffer, final, stop_at):
            raw = buffer[line.start : line.stop].rstrip(b"\r\n")
            text = raw if line.flaw else line.cells[0]
            found = list(self._inside.read(text, final=True))
            if len(found) == 1:
                yield Record(found[0].cells, line.start, line.stop, found[0].flaw)
            else:  # blank, or several lines in one cell: no record that is known
                yield Record([text], line.start, line.stop, line.flaw)


def reader_of(dialect: Dialect, width: int | None) -> RecordReader | UnwrappingReader:
    """The exact reader for a dialect."""
    return (UnwrappingReader if dialect.wrapped else RecordReader)(dialect, width)
