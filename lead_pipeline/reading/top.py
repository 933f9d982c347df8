"""The top of a text file: which dialect it is in, where its header stands, and what is above it.

All of it is found in the first part of the text, together: the width of the table settles what
broken quotes meant, and that settles where the header is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lead_pipeline.errors import BadFile
from lead_pipeline.reading.alignment import names_channel
from lead_pipeline.reading.cell_kinds import kind_of
from lead_pipeline.reading.dialects import declared_delimiter, detect_dialect
from lead_pipeline.reading.header_words import is_header_word
from lead_pipeline.reading.headers import Head, find_head
from lead_pipeline.reading.records import Dialect, Record, split_otherwise
from lead_pipeline.reading.second_row import second_row
from lead_pipeline.reading.table import Problem, ReadOptions, RejectedRow
from lead_pipeline.reading.wrapped import reader_of

_HEAD_RECORDS = 200
_ROUNDS = 4
# How much of a title row is told.
_TITLE = 1000


@dataclass(frozen=True, slots=True)
class Top:
    """What the beginning of a file shows; `stop` is the byte after the header record.

    `second` holds the second row of the header, if it has one; `parted` tells whether the header
    uses another delimiter than the rows, `holds_channels` whether a column holds mails or phones.
    """

    dialect: Dialect
    head: Head
    stop: int
    above: list[list[str]]
    second: tuple[RejectedRow, ...]
    declared: bool
    parted: bool
    holds_channels: bool


def examine(sample: bytes, is_all: bool, options: ReadOptions) -> Top:
    """Dialect and header of the text, and what stands above the header.

    Args:
        sample: the first bytes of the text, in UTF-8, or all of them where `is_all` says so.

    Raises:
        BadFile: `empty`, `header_only`, `header_not_found`, `too_many_columns`.
    """
    if not sample.strip():
        raise BadFile("empty", "The file is empty. Export it again and check that it has rows.")
    declared = declared_delimiter(sample)
    body = sample.split(b"\n", 1)[-1] if declared and b"\n" in sample else sample
    dialect = detect_dialect(body, options.delimiter or declared, options.quote)
    records, head = _settle(sample, dialect, options.header_row, 1 if declared else 0)
    if head.row >= len(records):
        raise BadFile("header_not_found", f"The file has no row {head.row + 1} to be its header.")
    last = head.row + head.continued
    stop = records[last].stop if last >= 0 else 0
    if is_all and not sample[stop:].strip():
        raise header_only()
    above = [_texts(record) for record in records[: max(head.row, 0)]]
    second: tuple[RejectedRow, ...] = ()
    if head.continued:
        raw = sample[records[last].start : stop].rstrip(b"\r\n").decode()
        second = (second_row(last + 1, raw),)
    parted = head.row >= 0 and len(head.cells) > 1 == len(records[head.row].cells)
    channels = _holds_channels(head, [_texts(record) for record in records[last + 1 :]])
    return Top(dialect, head, stop, above, second, bool(declared), parted, channels)


def _holds_channels(head: Head, rows: list[list[str]]) -> bool:
    """Nearly all values of a column are mails or phones, or some of one whose header says so."""
    if any(kind in ("email", "phone") for kind in head.kinds):
        return True
    named = [i for i, name in enumerate(head.names) if names_channel(name)]
    cells = (row[i] for row in rows for i in named if i < len(row))
    return any(kind_of(cell) in ("email", "phone", "number") for cell in cells)


def _settle(
    sample: bytes,
    dialect: Dialect,
    header_row: int | None,
    first: int,
    width: int | None = None,
    rounds: int = _ROUNDS,
) -> tuple[list[Record], Head]:
    """The records and the head that agree on the table's width.

    The width settles what broken quotes meant, which may change the records and so the width.
    """
    reader = reader_of(dialect, width)
    records = list(islice(reader.read(sample, final=True), _HEAD_RECORDS))
    rows = [_texts(record) for record in records]
    head = find_head(rows, header_row, first, dialect.delimiter)
    if head.width == width or not rounds:
        other = _parted_otherwise(sample, dialect, records, head, header_row, first)
        return records, other or head
    return _settle(sample, dialect, header_row, first, head.width, rounds - 1)


def _parted_otherwise(
    sample: bytes,
    dialect: Dialect,
    records: list[Record],
    head: Head,
    header_row: int | None,
    first: int,
) -> Head | None:
    """The head whose header uses another delimiter than the rows below it, if that is so.

    Such a header is one cell right above the first row of the table's width, or the row stated.
    """
    if header_row == 0:
        return None
    rows = [_texts(record) for record in records]
    full = (i for i, row in enumerate(rows) if i >= first and len(row) == head.width)
    at = head.row if head.row >= 0 else next(full, 0) - 1
    if not first <= at < len(rows) or len(rows[at]) != 1:
        return None
    raw = sample[records[at].start : records[at].stop]
    for delimiter, cells in split_otherwise(raw, dialect, head.width):
        names = [cell.decode("utf-8", "replace") for cell in cells]
        if delimiter == " " and sum(map(is_header_word, names)) * 2 < head.width:
            continue  # a title has words, too
        found = find_head([*rows[:at], names, *rows[at + 1 :]], header_row, first)
        if found.row == at:
            return found
    return None


def header_only() -> BadFile:
    return BadFile("header_only", "The file has a header but no rows. Check the export's filter.")


def _texts(record: Record) -> list[str]:
    return [cell.decode("utf-8", "replace") for cell in record.cells]


def problems_above(top: Top) -> Iterator[Problem]:
    if top.dialect.wrapped:
        yield Problem("wrapped_lines", "Each line is quoted as a whole; the quotes were taken off.")
    if top.head.shift:
        yield Problem("shifted_header", top.head.shift, row=top.head.row + 1)
    for number, row in enumerate(top.above, 1):
        text = " ".join(cell.strip() for cell in row if cell.strip())
        if text and top.declared and number == 1:
            yield Problem("sep_line", f"The first line states the delimiter: {text}", row=number)
        elif text:
            yield Problem("preamble", f"Above the header stands: {text[:_TITLE]}", row=number)
