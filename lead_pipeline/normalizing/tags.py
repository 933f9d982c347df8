"""Tags that a lead gets for what its columns say, by rules that are data (data/tags.toml).

Only reading and applying the rules belongs here; what a tag is good for is not known.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import reduce
from importlib import resources
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.errors import OperatorError

_KEYS = {"tag", "fields", "pattern", "unless"}


@dataclass(frozen=True, slots=True)
class Rule:
    """`tag` for rows with a value in `fields` that matches `pattern` and not `unless`.

    `fields` are column names, * standing for anything; the patterns are RE2, found anywhere in the
    value whatever its capitals; an empty `pattern` matches every value, an empty `unless` none.
    """

    tag: str
    fields: tuple[str, ...]
    pattern: str = ""
    unless: str = ""


def load_rules(path: Path | None = None) -> tuple[Rule, ...]:
    """The rules of a TOML file, by default those of the project.

    Raises:
        OperatorError: the file cannot be read, or a rule in it is not one; the message says which.
    """
    bundled = resources.files("lead_pipeline.normalizing") / "data" / "tags.toml"
    try:
        stated = tomllib.loads((path or bundled).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise OperatorError(f"The tag rules in {path} cannot be read: {error}") from error
    return tuple(_rule(number, raw) for number, raw in enumerate(stated.get("rule", []), start=1))


def tag(table: pa.Table, rules: Sequence[Rule]) -> pa.ListArray:
    """The tags of each row, each once and in order of the alphabet; an empty list without any."""
    tags = sorted({rule.tag for rule in rules})
    masks = [_rows_tagged(table, [rule for rule in rules if rule.tag == name]) for name in tags]
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


def _rows_tagged(table: pa.Table, rules: Sequence[Rule]) -> pa.BooleanArray:
    hits = [
        _matching(table.column(name), rule)
        for rule in rules
        for name in table.column_names
        if any(fnmatchcase(name, field) for field in rule.fields)
    ]
    return reduce(pc.or_, hits, pc.equal(_zeros(table.num_rows), 1))


def _matching(column: pa.ChunkedArray, rule: Rule) -> pa.BooleanArray:
    """Each distinct value once: columns that tell a tag hold few."""
    values = column.cast(pa.string()).combine_chunks().dictionary_encode()
    words = values.dictionary
    match = pc.match_substring_regex(words, rule.pattern, ignore_case=True)
    if rule.unless:
        match = pc.and_not(match, pc.match_substring_regex(words, rule.unless, ignore_case=True))
    return pc.fill_null(match.take(values.indices), False)


def _zeros(rows: int) -> pa.Int32Array:
    return pa.repeat(pa.scalar(0, pa.int32()), rows)


def _no_rows() -> pa.UInt64Array:
    return pa.array([], pa.uint64())


def _rule(number: int, raw: Mapping[str, object]) -> Rule:
    where = f"Tag rule {number} ({raw.get('tag', 'without a tag')})"
    if unknown := set(raw) - _KEYS:
        raise OperatorError(f"{where}: no such key: {', '.join(sorted(unknown))}")
    name, fields = raw.get("tag"), raw.get("fields")
    if not (isinstance(name, str) and name and isinstance(fields, list) and fields):
        raise OperatorError(f"{where}: needs `tag` (a text) and `fields` (a list of columns)")
    if not re.fullmatch(r"[\w-]+", name):
        raise OperatorError(f"{where}: a tag has letters, digits, _ and - only")
    patterns = {key: str(raw.get(key, "")) for key in ("pattern", "unless")}
    if not any(patterns.values()):
        raise OperatorError(f"{where}: needs a `pattern`, an `unless` or both")
    for key, pattern in patterns.items():
        _check(pattern, f"{where}: `{key}`")
    return Rule(name, tuple(map(str, fields)), **patterns)


def _check(pattern: str, where: str) -> None:
    try:
        pc.match_substring_regex(pa.array([""]), pattern)
    except pa.ArrowInvalid as error:
        raise OperatorError(f"{where} is no regular expression of RE2: {error}") from error
