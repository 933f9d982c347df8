"""Tags that a lead gets for what its columns say, by rules that are data (data/tags.toml).

Only applying rules belongs here; they are read in tag_rules.py, and what a tag is good for is not
known.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache, reduce

import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True, slots=True)
class ValueRule:
    """`tag` for rows with a value in `fields` that matches `pattern` and not `unless`.

    `fields` are column names, * standing for anything; the patterns are RE2, found anywhere in the
    value whatever its capitals; an empty `pattern` matches every value, an empty `unless` none.
    """

    tag: str
    fields: tuple[str, ...]
    pattern: str = ""
    unless: str = ""

    def rows(self, table: pa.Table) -> pa.BooleanArray:
        """Which rows of `table` get the tag."""
        hits = (_matching(column, self.pattern, self.unless) for column in _columns(table, self))
        return reduce(pc.or_, hits, _none(table.num_rows))


@dataclass(frozen=True, slots=True)
class OutsideRule:
    """`tag` for rows of which some column tells a place, and none tells one of those.

    Each of `places` says which columns tell, and what they say of a row inside.
    """

    tag: str
    places: tuple[ValueRule, ...]

    def rows(self, table: pa.Table) -> pa.BooleanArray:
        """Which rows of `table` get the tag."""
        told = inside = _none(table.num_rows)
        for place in self.places:
            inside = pc.or_(inside, place.rows(table))
            for column in _columns(table, place):
                told = pc.or_(told, pc.is_valid(column.combine_chunks()))
        return pc.and_not(told, inside)


Rule = ValueRule | OutsideRule


def tag(table: pa.Table, rules: Sequence[Rule]) -> pa.ListArray:
    """The tags of each row, each once and in order of the alphabet; an empty list without any."""
    tags = sorted({rule.tag for rule in rules})
    masks = [
        reduce(pc.or_, (rule.rows(table) for rule in rules if rule.tag == name)) for name in tags
    ]
    counts = reduce(pc.add, (mask.cast(pa.int32()) for mask in masks), _zeros(table.num_rows))
    ends = pc.cumulative_sum(counts)
    rows = pa.concat_arrays([pc.indices_nonzero(mask) for mask in masks] or [_no_rows()])
    named = [pa.repeat(i, pc.sum(mask).as_py() or 0) for i, mask in enumerate(masks)]
    codes = pa.concat_arrays([codes.cast(pa.int32()) for codes in named] or [_zeros(0)])
    order = pc.sort_indices(
        pa.table({"row": rows, "tag": codes}), [("row", "ascending"), ("tag", "ascending")]
    )
    values = pa.array(tags, pa.string()).take(codes.take(order))
    offsets = pa.concat_arrays([_zeros(1), ends])
    return pa.ListArray.from_arrays(offsets, values)


def _columns(table: pa.Table, rule: ValueRule) -> Iterator[pa.ChunkedArray]:
    return map(table.column, _names(tuple(table.column_names), rule.fields))


@lru_cache(maxsize=1024)  # the same for all batches of a file
def _names(columns: tuple[str, ...], fields: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in columns if any(fnmatchcase(name, field) for field in fields))


def _matching(column: pa.ChunkedArray, pattern: str, unless: str) -> pa.BooleanArray:
    """Each distinct value once: columns that tell a tag hold few."""
    values = column.cast(pa.string()).combine_chunks().dictionary_encode()
    words = values.dictionary
    match = pc.match_substring_regex(words, pattern, ignore_case=True)
    if unless:
        match = pc.and_not(match, pc.match_substring_regex(words, unless, ignore_case=True))
    return pc.fill_null(match.take(values.indices), False)


def _none(rows: int) -> pa.BooleanArray:
    return pa.repeat(pa.scalar(False), rows)


def _zeros(rows: int) -> pa.Int32Array:
    return pa.repeat(pa.scalar(0, pa.int32()), rows)


def _no_rows() -> pa.UInt64Array:
    return pa.array([], pa.uint64())
