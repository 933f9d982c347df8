"""Between a file's columns and the staging table's: mapped fields, `extra`, and back to raw cells.

Pure functions of Arrow batches; the database is not touched here.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.fields.model import ColumnMatch, Mapping
from lead_pipeline.normalizing.joining import join_present
from lead_pipeline.reading import RowBatch

# What JSON does not allow bare inside a string: RFC 8259, section 7.
_NEEDS_ESCAPE = r'["\\\x00-\x1f]'


def extra_keys(columns: Sequence[ColumnMatch]) -> dict[int, str]:
    """Column index -> key in `extra`, for the columns that feed no field.

    The key is the header; where another column has it already, the first free number is added.
    """
    taken: set[str] = set()
    times: Counter[str] = Counter()
    keys: dict[int, str] = {}
    for column in columns:
        key = column.header
        while key in taken:
            times[column.header] += 1
            key = f"{column.header} ({times[column.header] + 1})"
        taken.add(key)
        if column.field is None:
            keys[column.index] = key
    return keys


def stage(batch: RowBatch, mapping: Mapping) -> pa.Table:
    """The staging columns of a batch: `row_number`, one text column a mapped field, `extra`."""
    cells = batch.cells
    columns = {"row_number": batch.numbers}
    for column in mapping.columns:
        if column.field is not None:
            columns[column.field] = cells.column(column.index)
    columns["extra"] = _extra(cells, extra_keys(mapping.columns))
    return pa.table(columns)


def raw_cells(
    staged: pa.Table, rows: pa.Array, columns: Sequence[ColumnMatch]
) -> Iterator[list[str | None]]:
    """The cells of some staged rows (positions in `staged`) in the order of the file's header."""
    keys = extra_keys(columns)
    fields = [column.field for column in columns if column.field is not None]
    taken = staged.select([*fields, "extra"]).take(rows)
    for row in taken.to_pylist():
        extra: dict[str, Any] = json.loads(row["extra"]) if row["extra"] else {}
        yield [
            row[column.field] if column.field is not None else extra.get(keys[column.index])
            for column in columns
        ]


def _extra(cells: pa.RecordBatch, keys: dict[int, str]) -> pa.StringArray:
    """One JSON object a row of its unmapped cells that are not empty; null if there are none."""
    rows = cells.num_rows
    parts = [
        pc.binary_join_element_wise(json.dumps(key, ensure_ascii=False) + ":", quoted, "")
        for index, key in keys.items()
        for quoted in [_quoted(cells.column(index))]
        if quoted.null_count < rows
    ]
    if not parts:
        return pa.nulls(rows, pa.string())
    return pc.binary_join_element_wise("{", join_present(parts, ","), "}", "")


def _quoted(values: pa.StringArray) -> pa.StringArray:
    """Each value as a JSON string; null stays null."""
    special = pc.fill_null(pc.match_substring_regex(values, _NEEDS_ESCAPE), False)
    quoted = pc.binary_join_element_wise('"', values, '"', "")
    if not pc.any(special).as_py():
        return quoted
    escaped = [json.dumps(v, ensure_ascii=False) for v in values.filter(special).to_pylist()]
    return pc.replace_with_mask(quoted, special, pa.array(escaped, pa.string()))
