"""Tells a totals row at the end of a list from a lead.

Only the very last row is looked at, and it must hold nothing but sums: a company may be called
Total.
"""

import re
from collections.abc import Sequence

from lead_pipeline.reading.cell_kinds import kind_of
from lead_pipeline.reading.table import RejectedRow, RowBatch

_TOTAL = re.compile(
    r"(?:grand |sub-? ?)?totals?(?: (?:rows|records|leads|count))?:?", re.IGNORECASE
)
_SUMS = frozenset({"empty", "number", "money"})


def without_totals_row(batch: RowBatch, delimiter: str) -> RowBatch:
    """The file's last batch with a totals row moved to the rejected ones.

    Its text is told as the cells joined by `delimiter`.
    """
    last = batch.cells.num_rows - 1
    if last < 0:
        return batch
    number = batch.numbers[last].as_py()
    cells = [column[last].as_py() or "" for column in batch.cells.columns]
    if not _is_totals_row(cells) or any(row.number > number for row in batch.rejected):
        return batch
    reason = "This last row holds the totals of the list."
    totals = RejectedRow(number, "totals_row", reason, delimiter.join(cells))
    return RowBatch(
        batch.cells.slice(0, last),
        batch.numbers.slice(0, last),
        (*batch.rejected, totals),
        batch.blank,
        batch.problems,
    )


def _is_totals_row(cells: Sequence[str]) -> bool:
    filled = [cell.strip() for cell in cells if cell.strip()]
    return (
        1 < len(filled) < len(cells)
        and _TOTAL.fullmatch(filled[0]) is not None
        and all(kind_of(cell) in _SUMS for cell in filled[1:])
    )
