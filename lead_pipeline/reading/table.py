"""What reading a file gives: its layout, and its rows in batches of Arrow text columns.

Only the shared vocabulary belongs here; the readers of the single formats are its neighbours.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa

SKIP = "skip"
"""The choice for hidden rows of a workbook that leaves them out."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a person (or a supplier's settings) states instead of leaving it to be guessed.

    `None` means: find out. `header_row` 0 means that the file has no header. `hidden_rows` is
    `skip` where those of a workbook are to be left out, `one_sheet` is for files that are no list
    of leads. `max_bytes` caps what a file may hold once unpacked (zip, gz, a workbook's XML), and
    `scratch` is the folder where that happens; the system's temporary one where none is given.
    """

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    header_row: int | None = None
    sheet: str | None = None
    hidden_rows: str | None = None
    one_sheet: bool = False
    max_bytes: int = 2 * 1024**3
    scratch: Path | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person should know about the file although it could be read."""

    code: str
    message: str
    row: int | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A physical record that could not become a row: its number, why, and its text as it stands."""

    number: int
    code: str
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Layout:
    """How the file is built, found out or stated; everything here is printed and stored.

    `header` holds the header cells as they stand (names made up as `column 3` where there is no
    header or the cell is empty), one for each column. `header_row` is the header's record number,
    or 0 without one; `sheet` is None where several of a workbook were read. `kind` is `delimited`,
    `xlsx`, `xlsb`, `xls`, `ods`, `ndjson`.
    """

    kind: str
    header: tuple[str, ...]
    header_row: int
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    sheet: str | None = None
    container: str | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class RowBatch:
    """Some consecutive records of a file, each in exactly one of the three places.

    `cells` has one string column a header cell, named by position ("0", "1", ...); an empty cell is
    null, any other is the text untouched. `numbers` (int64) gives the record number of each row of
    `cells`: the header is usually 1, and a quoted line break does not start a record. `problems`
    are those that only reading the rows could show; each is told once, in the last batch. `sent` is
    the JSON text of each row of `cells` where the file is one of records, None elsewhere.
    """

    cells: pa.RecordBatch
    numbers: pa.Int64Array
    rejected: tuple[RejectedRow, ...] = ()
    blank: tuple[int, ...] = ()
    problems: tuple[Problem, ...] = ()
    sent: pa.StringArray | None = None


class OpenedFile(Protocol):
    """A file whose layout is known and whose rows can be streamed (once) with flat memory."""

    @property
    def layout(self) -> Layout: ...

    def batches(self) -> Iterator[RowBatch]: ...

    def close(self) -> None: ...
