"""Text columns as one JSON text a row, without a Python object per cell."""

import json
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.normalizing.joining import join_present

# What JSON does not allow bare inside a string: RFC 8259, section 7.
_NEEDS_ESCAPE = r'["\\\x00-\x1f]'


def json_objects(columns: Mapping[str, pa.StringArray], rows: int) -> pa.StringArray:
    """One JSON object a row of the values that are there; null where there are none."""
    parts = [
        pc.binary_join_element_wise(json.dumps(key, ensure_ascii=False) + ":", quoted, "")
        for key, values in columns.items()
        for quoted in [_quoted(values)]
        if quoted.null_count < rows
    ]
    if not parts:
        return pa.nulls(rows, pa.string())
    return pc.binary_join_element_wise("{", join_present(parts, ","), "}", "")


def json_arrays(columns: Sequence[pa.StringArray]) -> pa.StringArray:
    """One JSON array a row of the values of all columns (at least one)."""
    rows = len(columns[0])
    cells = pc.fill_null(_quoted(pa.concat_arrays(columns)), "null")  # all at once: they are many
    parts = [cells.slice(at * rows, rows) for at in range(len(columns))]
    return pc.binary_join_element_wise("[", pc.binary_join_element_wise(*parts, ", "), "]", "")


def _quoted(values: pa.StringArray) -> pa.StringArray:
    """Each value as a JSON string; null stays null."""
    special = pc.fill_null(pc.match_substring_regex(values, _NEEDS_ESCAPE), False)
    quoted = pc.binary_join_element_wise('"', values, '"', "")
    if not pc.any(special).as_py():
        return quoted
    escaped = [json.dumps(v, ensure_ascii=False) for v in values.filter(special).to_pylist()]
    return pc.replace_with_mask(quoted, special, pa.array(escaped, pa.string()))
