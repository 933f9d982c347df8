"""Cells that hold the delimiter without quotes around them: `Doe, Ann` in a file with commas.

Only which cells may have been one; whether they then look like their columns is for the caller.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, islice

from lead_pipeline.reading.cell_kinds import DATA_KINDS, kind_of

# More ways to join the cells of a record are no longer worth a look.
_MOST_WAYS = 20


def joined(cells: Sequence[str], width: int, delimiter: str) -> Iterator[list[str]]:
    """The ways to read a record of too many cells as one of `width`.

    A blank behind the delimiter is how people write, not programs: such a cell may go with the one
    before it, if neither is a mail, a number or another kind of data.
    """
    inner = [
        i
        for i, cell in enumerate(cells)
        if i and cell.startswith(" ") and _are_words(cells[i - 1], cell)
    ]
    for places in islice(combinations(inner, len(cells) - width), _MOST_WAYS):
        whole: list[str] = []
        for i, cell in enumerate(cells):
            if i in places:
                whole[-1] += delimiter + cell
            else:
                whole.append(cell)
        yield whole


def only_joined(cells: Sequence[str], width: int, delimiter: str) -> Sequence[str]:
    """The record in `width` cells where there is one way to read it so; else as it stands."""
    ways = list(islice(joined(cells, width, delimiter), 2)) if len(cells) > width else []
    return ways[0] if len(ways) == 1 else cells


def _are_words(*cells: str) -> bool:
    return all(cell.strip() and kind_of(cell) not in DATA_KINDS for cell in cells)
