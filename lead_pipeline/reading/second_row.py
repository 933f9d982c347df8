"""Whether the record right below a header belongs to it: units, formats, descriptions, more names.

Only what cannot be a lead is said to; anything else stays a row.
"""

import re
from collections.abc import Sequence

from lead_pipeline.reading.cell_kinds import DATA_KINDS, kind_of
from lead_pipeline.reading.header_words import is_header_word
from lead_pipeline.reading.table import RejectedRow

_BRACKETED = re.compile(r"\([^()]+\)|\[[^\[\]]+\]|<[^<>]+>|\{[^{}]+\}")
# Formats, types and units as templates and databases write them, nothing that a lead could hold.
_FORMAT = re.compile(
    r"(?:mm|dd)[-/.](?:mm|dd|mmm)[-/.]yy(?:yy)?|"
    r"yyyy[-/.]mm[-/.]dd(?:[ t]hh:mm(?::ss)?)?|hh:mm(?::ss)?|"
    r"(?:n?varchar|char|decimal|numeric)(?:\s?\(\d+(?:,\s?\d+)?\))?|"
    r"text|string|str|int|integer|bigint|float|double|bool|boolean|number|date|datetime|timestamp|"
    r"required|optional|mandatory|usd|eur|gbp|us\$|[$€£%#]",
    re.IGNORECASE,
)
_FEWEST = 2


def continues_header(row: Sequence[str], kinds: Sequence[str]) -> bool:
    """Whether the record below the header is a second row of it.

    It is if all its cells that are filled (two at least) are bracketed, or name formats, types or
    units; or if all are names of columns, above a column of data that they do not look like.

    Args:
        row: its cells.
        kinds: the data kind of each column below it, or ``""``.
    """
    cells = [(cell.strip(), kind) for cell, kind in zip(row, kinds, strict=False) if cell.strip()]
    if len(cells) < _FEWEST or any(kind_of(cell) in DATA_KINDS for cell, _ in cells):
        return False
    if all(_BRACKETED.fullmatch(cell) or _FORMAT.fullmatch(cell) for cell, _ in cells):
        return True
    return all(is_header_word(cell) for cell, _ in cells) and any(kind for _, kind in cells)


def joined_names(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...] | None:
    """The names of two header rows whose upper cells are merged over several columns, each joined
    with the one below it (`Name / First`); None if they are no such rows.

    A merged cell has its text in the first of its columns and leaves the others empty.
    """
    tops, names, group, spread = [cell.strip() for cell in upper], list[str](), "", False
    for i, below in enumerate(cell.strip() for cell in lower):
        top = tops[i] if i < len(tops) else ""
        group = top or (group if below else "")
        spread = spread or (not top and bool(below) and bool(group))
        names.append(f"{group} / {below}" if group and below else group or below)
    groups = [top for top in tops if top]
    is_header = all(is_header_word(cell) for cell in lower if cell.strip())
    if not spread or not is_header or len(groups) < _FEWEST or len(tops) > len(lower):
        return None
    return tuple(names) if all(kind_of(top) == "words" for top in groups) else None


def second_row(number: int, raw: str) -> RejectedRow:
    reason = "This row continues the header: it holds units, formats or names of columns."
    return RejectedRow(number, "header_continued", reason, raw)
