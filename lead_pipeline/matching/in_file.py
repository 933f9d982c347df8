"""Who stands in one file more than once, found in one pass in the order of the file.

The rule is that of sightings.py with the row as the order; suppressed contacts are left out before.
Keys come as numbers here, and a few bytes a key and a contact are all that is kept, so that a file
may be as large as it likes.
"""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, groupby
from operator import itemgetter
from typing import TypeAlias

import pyarrow as pa

Numbers: TypeAlias = "array[int]"
_NOBODY = -1
_Shared = tuple[int, int, str, int]


@dataclass(slots=True)
class Repeats:
    """Contacts that are an earlier one of the file, and pairs of contacts that may be one.

    Contacts are numbered in the order in which they came; `rows` and `contacts` tell where they
    stand. `again` are (contact, the first one that it is), `kinds` the kind of key by which.
    `links` are (first contact, another first one), both of which a later contact has a key of.
    """

    rows: Numbers = field(default_factory=lambda: array("q"))
    contacts: Numbers = field(default_factory=lambda: array("h"))
    again: Numbers = field(default_factory=lambda: array("q"))
    firsts: Numbers = field(default_factory=lambda: array("q"))
    kinds: list[str] = field(default_factory=list)
    links: Numbers = field(default_factory=lambda: array("q"))
    linked: Numbers = field(default_factory=lambda: array("q"))

    @property
    def duplicates(self) -> pa.Table:
        """The columns of the temporary table `in_file`."""
        return pa.table(
            {
                **self._places(self.again, ""),
                **self._places(self.firsts, "first_"),
                "matched_by": pa.array(self.kinds, pa.string()),
            }
        )

    @property
    def doubts(self) -> pa.Table:
        """The columns of the temporary table `in_file_links`."""
        return pa.table({**self._places(self.links, ""), **self._places(self.linked, "other_")})

    def _places(self, numbers: Numbers, prefix: str) -> dict[str, pa.Array]:
        at = pa.array(numbers, pa.int64())
        return {
            f"{prefix}row_number": pa.array(self.rows, pa.int64()).take(at),
            f"{prefix}contact_number": pa.array(self.contacts, pa.int16()).take(at),
        }


def find_repeats(batches: Iterable[pa.Table]) -> Repeats:
    """Match the contacts of a file against one another.

    Args:
        batches: the columns `row_number`, `contact_number`, `kind` and `key` (a number from 0 on)
            of every key that several contacts have, in the order of the file and, within a
            contact, in the order in which keys decide.
    """
    repeats, owners = Repeats(), array("q")
    for place, keys in groupby(_shared(batches), key=itemgetter(0, 1)):
        _add(repeats, owners, place, [(kind, key) for *_, kind, key in keys])
    return repeats


def _shared(batches: Iterable[pa.Table]) -> Iterator[_Shared]:
    columns = ("row_number", "contact_number", "kind", "key")
    return chain.from_iterable(
        zip(*(batch[name].to_pylist() for name in columns), strict=True) for batch in batches
    )


def _add(
    repeats: Repeats, owners: Numbers, place: tuple[int, int], keys: list[tuple[str, int]]
) -> None:
    """The next contact of the file; `owners` tells for each key the first contact that has it."""
    missing = max(key for _, key in keys) + 1 - len(owners)
    if missing > 0:
        owners.extend([_NOBODY] * max(missing, len(owners)))
    number = len(repeats.rows)
    repeats.rows.append(place[0])
    repeats.contacts.append(place[1])
    known = next(((owners[key], kind) for kind, key in keys if owners[key] != _NOBODY), None)
    first, kind = known or (number, "")
    if known:
        repeats.again.append(number)
        repeats.firsts.append(first)
        repeats.kinds.append(kind)
    for _, key in keys:
        if owners[key] == _NOBODY:
            owners[key] = first
        elif owners[key] != first:
            repeats.links.append(first)
            repeats.linked.append(owners[key])
