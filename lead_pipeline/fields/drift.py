"""Compares a file's header with the last good one of its supplier and says what changed.

Pure: two headers in, changes out. Remembering the last header belongs to whoever imports.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import OSA

from lead_pipeline.fields.candidates import clearest
from lead_pipeline.fields.headers import key

# Headers this much alike (1 - slips / length) are one column with its name changed.
_RENAMED = 0.7

What = Literal["added", "removed", "renamed", "moved", "respelled"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; `before` and `after` are headers, places count columns from 0.

    `respelled` differs in case and punctuation only, `renamed` is a likely guess, `moved` is told
    of the columns that left the order of the others.
    """

    what: What
    before: str | None
    after: str | None
    place_before: int | None = None
    place_after: int | None = None

    @property
    def sentence(self) -> str:
        """The change in plain words."""
        match self.what:
            case "added":
                return f"Column {self.after!r} is new."
            case "removed":
                return f"Column {self.before!r} is gone."
            case "renamed":
                return f"Column {self.before!r} is probably called {self.after!r} now."
            case "respelled":
                return f"Column {self.before!r} is spelled {self.after!r} now."
            case "moved":
                places = (
                    place + 1
                    for place in (self.place_before, self.place_after)
                    if place is not None
                )
                return f"Column {self.after!r} moved from place {' to '.join(map(str, places))}."


def compare(before: Sequence[str], after: Sequence[str]) -> tuple[Change, ...]:
    """What changed from one header to the next, in the order of the new one, lost columns last.

    A header that stands twice counts twice. Files without change give an empty tuple.
    """
    pairs = _pairs(before, after)
    changes = []
    for new, header in enumerate(after):
        old = pairs.get(new)
        if old is None:
            changes.append(Change("added", None, header, None, new))
        elif before[old] != header:
            same = key(before[old]) == key(header)
            changes.append(
                Change("respelled" if same else "renamed", before[old], header, old, new)
            )
    stayed = _longest_rising([(new, pairs[new]) for new in sorted(pairs)])
    changes += [
        Change("moved", before[old], after[new], old, new)
        for new, old in sorted(pairs.items())
        if new not in stayed
    ]
    lost = sorted(set(range(len(before))) - set(pairs.values()))
    changes += [Change("removed", before[old], None, old, None) for old in lost]
    return tuple(changes)


def _pairs(before: Sequence[str], after: Sequence[str]) -> dict[int, int]:
    """New place -> old place of the same column: by spelling first, then by what it likely was."""
    pairs: dict[int, int] = {}
    free = list(range(len(before)))
    for same in (_spelled_alike, _read_alike, _probably_renamed):
        for new, header in enumerate(after):
            if new in pairs:
                continue
            old = next((old for old in free if same(before[old], header)), None)
            if old is not None:
                pairs[new] = old
                free.remove(old)
    return pairs


def _spelled_alike(before: str, after: str) -> bool:
    return before == after


def _read_alike(before: str, after: str) -> bool:
    return key(before) == key(after) != ""


def _probably_renamed(before: str, after: str) -> bool:
    """Another spelling of one field (Phone, Mobile No. are two), or nearly the same letters.

    Numbers in a header count columns: `Phone 2` never became `Phone 3`.
    """
    if _digits(before) != _digits(after):
        return False
    field = clearest(before)
    if field is not None and field == clearest(after):
        return True
    return OSA.normalized_similarity(key(before), key(after)) >= _RENAMED


def _digits(header: str) -> str:
    return "".join(char for char in header if char.isdigit())


def _longest_rising(places: Sequence[tuple[int, int]]) -> set[int]:
    """The new places of the most columns that kept their order; the fewest others moved."""
    best: list[list[tuple[int, int]]] = []
    for place in places:
        longest = max((run for run in best if run[-1][1] < place[1]), key=len, default=[])
        best.append([*longest, place])
    return {new for new, _ in max(best, key=len, default=[])}
