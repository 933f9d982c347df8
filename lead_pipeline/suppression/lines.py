"""The lines of a list file -> numbers and addresses, in batches of Arrow columns.

Which columns hold them, and what a line says to do, is found out here; the database is not known.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.errors import BadFile
from lead_pipeline.fields.catalogue import fields
from lead_pipeline.fields.headers import key
from lead_pipeline.fields.mapping import map_columns
from lead_pipeline.fields.model import Kind
from lead_pipeline.reading import OpenedFile, ReadOptions, RowBatch, open_lead_file
from lead_pipeline.suppression.addresses import Addresses, read_addresses
from lead_pipeline.suppression.numbers import Numbers, read_numbers
from lead_pipeline.suppression.versions import ENTRIES

_SAMPLE_ROWS = 200
_LIST = ReadOptions(one_sheet=True)
_NO_HEADER = ReadOptions(header_row=0, one_sheet=True)
# An address, or the digits of a number, however they are parted: no header has any.
_VALUE = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+|\d(?:[\s().+-]*\d){6,}")
_PIECE = 65536
_AREA_CODE, _SUBSCRIBER = r"^\d{3}$", r"^\d{3}-?\d{4}$"
_ADDS = ("a", "add", "added", "insert", "+")
_REMOVES = ("d", "delete", "deleted", "r", "remove", "removed", "-")
_ACTION_HEADERS = {"action", "change", "changetype", "changecode", "operation", "op", "adddelete"}


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that could not be read, or not all of it: its number in the file, why, its text."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines of a list.

    `entries` has the columns of `ENTRIES`; a line may give several. `count` counts all lines, also
    those that are `rejected`.
    """

    count: int
    entries: pa.Table
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a list file hold, by their index.

    `area_code` is the column left of the seven digits that are in `phones`, where the file splits
    its numbers as the national registry's flat files do.
    """

    phones: tuple[int, ...]
    emails: tuple[int, ...]
    area_code: int | None = None
    action: int | None = None


def open_list(path: Path) -> OpenedFile:
    """The file of a list; a first line that holds a number or an address is an entry, no header.

    Raises:
        BadFile: it cannot be read.
    """
    try:
        file = open_lead_file(path, path.name, _LIST)
    except BadFile as error:
        if error.code != "header_only":
            raise
        return open_lead_file(path, path.name, _NO_HEADER)
    header = file.layout.header if file.layout.header_row else ()
    if not any(_VALUE.search(cell) for cell in header):
        return file
    file.close()
    return open_lead_file(path, path.name, _NO_HEADER)


def find_columns(
    header: Sequence[str], has_header: bool, cells: pa.RecordBatch, region: str
) -> Columns:
    """What each column of a list holds, by its header and by its first values.

    Raises:
        BadFile: `no_numbers`, no column looks like phones or mails.
    """
    sample = cells.slice(0, _SAMPLE_ROWS)
    action = next(
        (
            index
            for index, name in enumerate(header)
            if (not has_header or key(name) in _ACTION_HEADERS) and _are_actions(sample[index])
        ),
        None,
    )
    for left in range(sample.num_columns - 1):
        if _are_like(sample[left], _AREA_CODE) and _are_like(sample[left + 1], _SUBSCRIBER):
            return Columns((left + 1,), (), left, action)
    phones, emails = _mapped(header, sample)
    # Under a header that says nothing, or where there is none, numbers count all the same: none of
    # a list may be missed.
    phones += tuple(
        index
        for index, column in enumerate(sample.columns)
        if index not in (*phones, *emails)
        and (not phones or header[index] == f"column {index + 1}")
        and _most(read_numbers(column.drop_null(), region).first.is_valid())
    )
    if not phones and not emails and len(header) == 1:
        phones = (0,)  # what else should a list of one column be
    if not phones and not emails:
        raise BadFile(
            "no_numbers",
            "No column of the file looks like phone numbers or mail addresses. Send one number a "
            "line, `area code,number`, or a CSV with a header such as `phone`.",
        )
    return Columns(phones, emails, None, action)


def _mapped(
    header: Sequence[str], sample: pa.RecordBatch
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The columns that feed fields of phones, and of mails."""
    rows = list(zip(*(column.to_pylist() for column in sample.columns), strict=True))
    kinds = {
        match.index: fields()[match.field].kind
        for match in map_columns(header, rows).columns
        if match.field
    }
    return (
        tuple(index for index, kind in kinds.items() if kind is Kind.PHONE),
        tuple(index for index, kind in kinds.items() if kind is Kind.EMAIL),
    )


def read_lines(file: OpenedFile, region: str) -> tuple[Columns, Iterator[Lines]]:
    """What the columns of an opened list file hold, and its lines, streamed with flat memory.

    Args:
        region: ISO 3166-1 alpha-2, of numbers without a country code.

    Raises:
        BadFile: the file is no list of numbers or addresses, or cannot be read.
    """
    batches = file.batches()
    first = next(batches)
    layout = file.layout
    columns = find_columns(layout.header, layout.header_row > 0, first.cells, region)
    pieces = (piece for batch in chain([first], batches) for piece in _pieces(batch))
    return columns, (_read(piece, columns, region) for piece in pieces)


def _pieces(batch: RowBatch) -> Iterator[RowBatch]:
    """The batch in parts: lines of a list are short, so that a batch may hold a million of them."""
    yield replace(batch, cells=batch.cells.slice(0, _PIECE), numbers=batch.numbers.slice(0, _PIECE))
    for start in range(_PIECE, batch.cells.num_rows, _PIECE):
        yield RowBatch(batch.cells.slice(start, _PIECE), batch.numbers.slice(start, _PIECE))


def _read(batch: RowBatch, columns: Columns, region: str) -> Lines:
    cells, rows = batch.cells, batch.cells.num_rows
    removed, unclear = _removed(cells[columns.action] if columns.action is not None else None, rows)
    wrong: list[pa.StringArray] = [pc.if_else(unclear, "neither added nor removed", _nothing(rows))]
    present = pa.repeat(pa.scalar(False), rows)
    tables: list[pa.Table] = []
    for index in columns.phones:
        numbers = read_numbers(_phone_cells(cells, index, columns), region)
        tables += _phone_entries(numbers, batch.numbers, removed)
        wrong.append(numbers.problems)
        present = pc.or_(present, cells[index].is_valid())
    for index in columns.emails:
        mails = read_addresses(cells[index])
        tables += _mail_entries(mails, batch.numbers, removed)
        bad = pc.and_(cells[index].is_valid(), _without(mails))
        wrong.append(pc.if_else(bad, "no valid mail address", _nothing(rows)))
        present = pc.or_(present, cells[index].is_valid())
    wrong.append(pc.if_else(present, _nothing(rows), "neither a number nor an address"))
    reasons = reduce(pc.coalesce, wrong)
    entries = pa.concat_tables(tables) if tables else ENTRIES.empty_table()
    return Lines(rows + len(batch.rejected), entries, _rejected(batch, reasons))


def _phone_cells(cells: pa.RecordBatch, index: int, columns: Columns) -> pa.StringArray:
    if columns.area_code is None:
        return cells[index]
    return pc.binary_join_element_wise(
        cells[columns.area_code], cells[index], "", null_handling="skip"
    )


def _phone_entries(
    numbers: Numbers, lines: pa.Int64Array, removed: pa.BooleanArray
) -> Iterator[pa.Table]:
    yield _entries(lines, removed, number=numbers.first)
    if len(numbers.further):
        at = numbers.further_at
        yield _entries(lines.take(at), removed.take(at), number=numbers.further)


def _mail_entries(
    mails: Addresses, lines: pa.Int64Array, removed: pa.BooleanArray
) -> Iterator[pa.Table]:
    yield _entries(lines, removed, email_key=mails.first)
    if len(mails.further):
        at = mails.further_at
        yield _entries(lines.take(at), removed.take(at), email_key=mails.further)


def _without(mails: Addresses) -> pa.BooleanArray:
    """Where a cell gave no address at all."""
    rows = pa.array(range(len(mails.first)), pa.int64())
    further = pc.is_in(rows, mails.further_at)
    return pc.and_(mails.first.is_null(), pc.invert(further))


def _entries(lines: pa.Int64Array, removed: pa.BooleanArray, **value: pa.Array) -> pa.Table:
    """The lines that give an entry; those whose action is unclear (null) give none."""
    columns = {
        name: value.get(name, pa.nulls(len(lines), kind))
        for name, kind in (("number", pa.int64()), ("email_key", pa.string()))
    }
    table = pa.table({"line": lines, **columns, "removed": removed}, schema=ENTRIES)
    (values,) = value.values()
    wanted = pc.and_(values.is_valid(), removed.is_valid())
    return table if pc.all(wanted).as_py() else table.filter(wanted)


def _removed(actions: pa.StringArray | None, rows: int) -> tuple[pa.BooleanArray, pa.BooleanArray]:
    """Whether each line removes its entry, null where that is not clear; and where it is not."""
    if actions is None:
        no = pa.repeat(pa.scalar(False), rows)
        return no, no
    words = pc.ascii_lower(pc.ascii_trim_whitespace(actions))
    removes = pc.is_in(words, pa.array(_REMOVES))
    clear = pc.or_(removes, pc.is_in(words, pa.array(_ADDS)))
    return pc.if_else(clear, removes, pa.scalar(None, pa.bool_())), pc.invert(clear)


def _rejected(batch: RowBatch, reasons: pa.StringArray) -> tuple[Rejected, ...]:
    at = pc.indices_nonzero(reasons.is_valid())
    rows = batch.cells.take(at).to_pylist() if len(at) else []
    told = zip(batch.numbers.take(at).to_pylist(), reasons.take(at).to_pylist(), rows, strict=True)
    ours = [Rejected(line, why, ",".join(c or "" for c in row.values())) for line, why, row in told]
    theirs = [Rejected(one.number, one.reason, one.raw) for one in batch.rejected]
    return tuple(sorted(ours + theirs, key=lambda one: one.line)) if theirs else tuple(ours)


def _are_actions(column: pa.StringArray) -> bool:
    words = pc.ascii_lower(pc.ascii_trim_whitespace(column))
    return _most(pc.is_in(words.drop_null(), pa.array(_ADDS + _REMOVES)))


def _are_like(column: pa.StringArray, pattern: str) -> bool:
    return _most(pc.match_substring_regex(column.drop_null(), pattern))


def _most(mask: pa.BooleanArray) -> bool:
    """More than half: a typing error among the first lines is no reason to misread the file."""
    return bool(mask.true_count * 2 > len(mask))


def _nothing(rows: int) -> pa.StringArray:
    return pa.nulls(rows, pa.string())
