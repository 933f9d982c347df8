"""Bulk data as Arrow tables: COPY in, and COPY out."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

import pyarrow as pa
import pyarrow.csv
from psycopg import sql

from lead_pipeline.database.connection import Connection

_BLOCK_BYTES = 6 << 20


def copy_in(
    connection: Connection,
    table: sql.Composable,
    columns: list[str],
    data: pa.Table,
    *,
    fresh: bool = False,
) -> None:
    """COPY an Arrow table into `table`; null stays NULL, an empty string an empty string.

    `fresh` says that the table was made in this very transaction: its rows are then written as
    frozen, so that the first reader need not touch every page again.

    Raises:
        psycopg.Error: as PostgreSQL answers.
    """
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    command = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, FREEZE {})").format(
        table, names, sql.Literal(fresh)
    )
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="all_valid")
    with connection.cursor() as cursor, cursor.copy(command) as copy:
        for block in data.to_batches(max_chunksize=16384):
            buffer = BytesIO()
            pyarrow.csv.write_csv(block, buffer, options)
            copy.write(buffer.getbuffer())


def copy_out(
    connection: Connection, query: sql.Composable, columns: list[str], types: Mapping[str, Any]
) -> Iterator[pa.Table]:
    """COPY the rows of `query` out as Arrow tables of a few megabytes each.

    `columns` names the columns in order; each is a string unless `types` says otherwise. NULL comes
    back as null, an empty string as an empty string.
    """
    command = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(query)
    with connection.cursor() as cursor, cursor.copy(command) as copy:
        block = bytearray()
        for line in copy:
            block += line
            if len(block) >= _BLOCK_BYTES:
                yield _parse(block, columns, types)
                block = bytearray()
        if block:
            yield _parse(block, columns, types)


def _parse(block: bytearray, columns: list[str], types: Mapping[str, Any]) -> pa.Table:
    return pyarrow.csv.read_csv(
        pa.BufferReader(bytes(block)),
        read_options=pyarrow.csv.ReadOptions(column_names=columns, block_size=len(block) + 1),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={name: types.get(name, pa.string()) for name in columns},
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            null_values=[""],
            true_values=["t"],
            false_values=["f"],
        ),
    )
