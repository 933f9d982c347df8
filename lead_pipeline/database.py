"""Connections, the statements of sql/, and COPY in and out. No table is known here by name.

Connections are psycopg 3; SQLAlchemy appears only where Alembic needs it (schema.py).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from typing import Any, LiteralString

import psycopg
import pyarrow as pa
import pyarrow.csv
from psycopg import sql
from psycopg.rows import DictRow, dict_row

from lead_pipeline.errors import OutsideTrouble
from lead_pipeline.packaged import packaged

Connection = psycopg.Connection[DictRow]
_BLOCK_BYTES = 6 << 20


@contextmanager
def connect(url: str, *, autocommit: bool = False) -> Iterator[Connection]:
    """A connection for the length of a `with` block; without autocommit one transaction.

    Raises:
        OutsideTrouble: the server does not answer, or went away meanwhile. What was not committed
            then has not happened.
    """
    try:
        connection = psycopg.connect(
            url,
            autocommit=autocommit,
            row_factory=dict_row,
            connect_timeout=10,
            application_name="lead_pipeline",
        )
    except psycopg.OperationalError as error:
        raise OutsideTrouble(f"the database does not answer: {_one_line(error)}") from error
    try:
        with connection:
            yield connection
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise OutsideTrouble(f"the database went away: {_one_line(error)}") from error


def _one_line(error: psycopg.Error) -> str:
    return " ".join(str(error).split())


@cache
def statement(name: str) -> LiteralString:
    """The text of `sql/statements/<name>.sql`."""
    return (packaged("sql") / "statements" / f"{name}.sql").read_text(encoding="utf-8")


def run(
    connection: Connection,
    name: str,
    parameters: Mapping[str, Any] | None = None,
    identifiers: Mapping[str, sql.Composable] | None = None,
) -> psycopg.Cursor[DictRow]:
    """Run a statement of sql/ with bound `parameters`; `{names}` in it become `identifiers`."""
    text = sql.SQL(statement(name))
    return connection.execute(text.format(**identifiers) if identifiers else text, parameters)


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
        ),
    )
