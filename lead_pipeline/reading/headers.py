"""Which record is the header, how many columns there are, and what stands above it.

Works on the first records of a file, from whatever format; what a header means is mapping's part.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lead_pipeline.errors import BadFile
from lead_pipeline.reading.alignment import moved, shifted
from lead_pipeline.reading.cell_kinds import DATA_KINDS, column_kinds, kind_of
from lead_pipeline.reading.header_words import is_header_word
from lead_pipeline.reading.second_row import continues_header, joined_names
from lead_pipeline.reading.unquoted import only_joined

Row = Sequence[str]

# A body shorter than this says little about how often a value comes again.
_ENOUGH_ROWS = 3
_YEAR = re.compile(r"(?:19|20)\d\d")
# Three times what Excel can hold (16,384); a file without line breaks is one row of millions.
_MOST_COLUMNS = 50_000
# No file has more titles than this above its header.
_HEADER_WITHIN = 30


@dataclass(frozen=True, slots=True)
class Head:
    """The top of a table: `row` is the header's index in the records looked at, -1 without one.

    `cells` are the header's cells as they stand, filled up to `width`; `kinds` the data kind of
    each column (or ``""``); `continued` tells whether the record below the header is a second row
    of it. `shift` says that the header has a cell too few or too many, and where.
    """

    row: int
    width: int
    cells: tuple[str, ...]
    kinds: tuple[str, ...]
    continued: bool = False
    shift: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The header cells; `column 3` where there is none."""
        cells = self.cells or ("",) * self.width
        return tuple(cell if cell.strip() else f"column {i}" for i, cell in enumerate(cells, 1))


def find_head(
    rows: Sequence[Row], header_row: int | None = None, first: int = 0, delimiter: str = ","
) -> Head:
    """Finds the header among the first records of a file.

    Args:
        rows: the first records, blank ones included, so that indexes stay record numbers less one.
        header_row: the header's record number where a person states it, 0 for none.
        first: index of the first record that may belong to the table.
        delimiter: what stands between cells, and in those that should have been quoted.

    Raises:
        BadFile: `too_many_columns`.
    """
    filled = [i for i, row in enumerate(rows) if i >= first and any(map(str.strip, row))]
    width = table_width([rows[i] for i in filled])
    if width > _MOST_COLUMNS:
        raise BadFile(
            "too_many_columns",
            f"The file has rows of {width:,} cells; lists have at most {_MOST_COLUMNS:,} columns. "
            "Its lines are probably not parted. Export it again as CSV.",
        )
    found = _search(rows, filled, width) if header_row is None else header_row - 1
    body = [rows[i] for i in filled if i > found]
    cells: tuple[str, ...] = ()
    shift = ""
    if 0 <= found < len(rows):
        cells = tuple(rows[found])
        named = _trimmed(cells)
        body = [only_joined(row, named, delimiter) for row in body]
        cells, shift = _aligned(cells, body)
        width = _width_below(cells, body)
        cells = cells[:width] + ("",) * (width - len(cells))
    continued = False
    if (
        cells and found + 1 in filled and body[0] != rows[found]
    ):  # the header again is no part of it
        continued = continues_header(body[0], column_kinds(body[1:], width))
        if names := joined_names(cells, body[0]):
            cells, continued = names[:width], True
    if len(set(cells)) < len(cells) and found - 1 in filled:
        cells = joined_names(rows[found - 1], cells) or cells
    kinds = column_kinds(body[1:] if continued else body, width)
    return Head(found, width, cells, tuple(kinds), continued, shift)


def _aligned(header: tuple[str, ...], below: Sequence[Row]) -> tuple[tuple[str, ...], str]:
    """The header with a cell more or less where the rows below agree that it has one too few or
    too many, and where that is; in words for a person, none without a shift."""
    width = table_width(below) if len(below) >= _ENOUGH_ROWS else len(header)
    agreeing = sum(len(row) == width for row in below)
    if abs(width - len(header)) != 1 or agreeing * 10 < len(below) * 9 or not all(header):
        return header, ""
    at = shifted(header, column_kinds(below, width))
    if at is None:
        return header, ""
    said = (
        f"no column for {header[at]!r} is"
        if width < len(header)
        else f"a column without a name, before {header[at]!r}, is"
    )
    found = f"The header has {len(header)} cells and the rows have {width}: by the values, {said}"
    return moved(header, width, at), f"{found} in the rows."


def table_width(rows: Sequence[Row]) -> int:
    """The number of cells that most of the table's text stands in: long rows weigh more."""
    lengths = Counter(len(row) for row in rows)
    return max(lengths, key=lambda n: (lengths[n] * n, n), default=1)


def leading_header(rows: Sequence[Row]) -> int | None:
    """The index of a record of names right above one of the same length that holds values.

    Few records that agree at the top of a table say more than ragged ones below them.
    """
    for i, (row, below) in enumerate(pairwise(rows[:_HEADER_WITHIN])):
        if len(row) == len(below) > 1 and _are_names(row, below):
            return i
    return None


def _are_names(row: Row, below: Row) -> bool:
    kinds = [kind_of(cell) for cell in row]
    if DATA_KINDS.intersection(kinds) or _known_names(below) > 1:
        return False
    if _known_names(row) > 1:
        return True
    words = all(kind == "words" and cell[0] != " " for kind, cell in zip(kinds, row, strict=True))
    return words and any(kind_of(cell) in DATA_KINDS for cell in below)


def _known_names(row: Row) -> int:
    return sum(map(is_header_word, row))


def _width_below(header: Row, below: Sequence[Row]) -> int:
    """The number of columns: those of the header, or more where hardly a row has only these."""
    named = _trimmed(header)
    width = table_width(below) if below else 0
    fitting = sum(len(row) == len(header) for row in below)
    if width > len(header) and fitting * 10 >= len(below):
        width = len(header)
    return max(named, width, 1)


def _trimmed(row: Row) -> int:
    length = len(row)
    while length > 1 and not row[length - 1].strip():
        length -= 1
    return length


def _search(rows: Sequence[Row], filled: Sequence[int], width: int) -> int:
    """The index of the header, -1 if the first record of the table is data.

    The table begins with the first record that reaches across it; titles above have one or two
    cells. A record that reaches only half across counts where none below it is a header (headers
    without a name for the last columns), and so does one that the very next record agrees with.
    """
    lead = leading_header([rows[i] for i in filled])
    if lead is not None and _heads_a_table([rows[i] for i in filled[lead:]], width):
        return filled[lead]
    half = next((i for i in filled if _reaches(rows[i], width / 2)), filled[0] if filled else 0)
    full = next((i for i in filled[:_HEADER_WITHIN] if _reaches(rows[i], width)), half)
    if lead is not None and _known_names(rows[full]) < 2:
        return filled[lead]
    for begin in dict.fromkeys((full, half)):
        body = [rows[i] for i in filled if i > begin]
        score = _header_score(rows[begin], body, width)
        if score > 0 or (score == 0 and begin == half):
            return begin
    return -1


def _heads_a_table(rows: Sequence[Row], width: int) -> bool:
    """Whether the first record names the columns of those right below it, though a wider table
    follows: people are no title rows of what somebody appended to their list."""
    header, below = rows[0], rows[1 : 1 + _ENOUGH_ROWS]
    alike = len(below) == _ENOUGH_ROWS and all(len(row) == len(header) for row in below)
    return alike and len(header) * 2 > width and _known_names(header) > 1


def _reaches(row: Row, width: float) -> bool:
    filled = sum(1 for cell in row if cell.strip())
    return len(row) >= width and (filled > 2 or filled * 2 >= min(width, 4))


def _header_score(row: Row, body: Sequence[Row], width: int) -> float:
    """Weighs each cell of a record against the column below it; above zero speaks for a header."""
    kinds = column_kinds(body, width)
    return sum(
        _vote(cell, kinds[i], [other[i] for other in body if i < len(other)])
        for i, cell in enumerate(row[:width])
    )


def _vote(cell: str, column_kind: str, below: Sequence[str]) -> float:
    """Positive if the cell looks like a header, negative if it looks like the column's data."""
    kind = kind_of(cell)
    if kind == "empty" or _YEAR.fullmatch(cell.strip()):
        return 0.0
    if kind in ("email", "date", "url", "phone", "ip"):
        return -3.0
    if is_header_word(cell):
        return 1.0
    if column_kind:
        return -1.5 if kind == column_kind else 1.0
    if kind in DATA_KINDS:
        return -1.0
    again = sum(cell == other for other in below)
    return -1.0 if again and len(below) >= _ENOUGH_ROWS and cell.strip() else 0.0
