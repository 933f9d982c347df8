"""Lines of a table that differ in their numbers only, folded into one: `phone_1-5`.

Pure functions of text, for lists such as the 184 columns of a property export.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_DIGITS = re.compile(r"\d+")
_LEAST = 3  # two lines are read as fast as a folded one


@dataclass(frozen=True, slots=True)
class Folded:
    """One line to show: its cells with ranges for numbers, and the places of the lines it holds."""

    cells: tuple[str, ...]
    places: tuple[int, ...]


def fold(lines: Sequence[tuple[str, ...]]) -> list[Folded]:
    """The lines in their order, those that only their numbers tell apart where the first stood."""
    alike: dict[tuple[str, ...], list[int]] = {}
    for place, cells in enumerate(lines):
        alike.setdefault(tuple(_DIGITS.sub("#", cell) for cell in cells), []).append(place)
    shown: list[Folded] = []
    for places in alike.values():
        if len(places) < _LEAST:
            shown += [Folded(lines[place], (place,)) for place in places]
        else:
            columns = zip(*(lines[place] for place in places), strict=True)
            shown.append(Folded(tuple(_ranged(cells) for cells in columns), tuple(places)))
    return sorted(shown, key=lambda line: line.places[0])


def _ranged(cells: Sequence[str]) -> str:
    """One cell for all of them, each number as the range that it has in them."""
    numbers = zip(*(_DIGITS.findall(cell) for cell in cells), strict=True)
    ranges = (_range([*map(int, found)], found[0]) for found in numbers)
    return _DIGITS.sub(lambda _: next(ranges), cells[0])


def _range(numbers: list[int], as_written: str) -> str:
    least, most = min(numbers), max(numbers)
    return as_written if least == most else f"{least}-{most}"
