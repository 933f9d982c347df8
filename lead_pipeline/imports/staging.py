"""Between a file's columns and the staging table's: mapped fields, `extra`, and back to raw cells.

Pure functions of Arrow batches; the database is not touched here.
"""

import json
from collections import Counter
from collections.abc import Sequence

import pyarrow as pa

from lead_pipeline.fields.model import ColumnMatch, Mapping
from lead_pipeline.imports.json_columns import json_arrays, json_objects
from lead_pipeline.normalizing.plan import Plan
from lead_pipeline.normalizing.rows import Normalized, normalize_rows
from lead_pipeline.reading import RowBatch


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
    """The staging columns of a batch: `row_number`, one text column a mapped field, `extra`, and
    the record as it was sent where the file is one of records."""
    cells = batch.cells
    columns = {"row_number": batch.numbers}
    for column in mapping.columns:
        if column.field is not None:
            columns[column.field] = cells.column(column.index)
    kept = {key: cells.column(index) for index, key in extra_keys(mapping.columns).items()}
    columns["extra"] = json_objects(kept, cells.num_rows)
    if batch.sent is not None:
        columns["raw_payload"] = batch.sent
    return pa.table(columns)


def normalize_batch(batch: RowBatch, mapping: Mapping, plan: Plan) -> Normalized:
    """What a batch becomes that is not staged first."""
    staged = stage(batch, mapping)
    arrays = {name: staged[name].combine_chunks() for name in staged.column_names}
    return normalize_rows(arrays, arrays.pop("row_number"), plan)


def raw_cells(staged: pa.Table, rows: pa.Array, columns: Sequence[ColumnMatch]) -> pa.StringArray:
    """The cells of some staged rows (positions in `staged`) in the order of the file's header, as a
    JSON array a row."""
    taken = staged.take(rows).combine_chunks()
    keys = extra_keys(columns)
    extra = [json.loads(text or "{}") for text in taken["extra"].to_pylist()]
    return json_arrays(
        [
            pa.array([row.get(keys[column.index]) for row in extra], pa.string())
            if column.field is None
            else taken[column.field].combine_chunks()
            for column in columns
        ]
    )
