"""What a statement answers as one typed Arrow table, for whoever works with many rows at once.

The types follow those of PostgreSQL; for a row or two, `run` is the way.
"""

import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql

from lead_pipeline.database.bulk import copy_out
from lead_pipeline.database.connection import Connection
from lead_pipeline.database.statements import run, statement

# Between the elements of an array while it is text: ASCII's own unit separator, which no tidied
# value holds (reading/cell_text.py).
_UNIT = "\x1f"
_TYPES = {
    "bool": pa.bool_(),
    "int2": pa.int16(),
    "int4": pa.int32(),
    "int8": pa.int64(),
    "date": pa.date32(),
    "timestamptz": pa.timestamp("us", tz="UTC"),
}


def read_table(session: Connection, name: str) -> pa.Table:
    """The rows of a statement of sql/ that takes no parameters, each column with its type.

    Whole numbers, booleans, dates and times (UTC, microseconds) are what they are; `numeric` is an
    exact decimal of the scale it needs, `text[]` a list of strings, and all else text.
    """
    described = run(session, name).description or ()
    kinds = {column.name: _kind(session, column.type_code) for column in described}
    query = sql.SQL("SELECT {} FROM ({}) AS answer").format(
        sql.SQL(", ").join(_as_text(column, kind) for column, kind in kinds.items()),
        sql.SQL(statement(name)),
    )
    types = {column: _TYPES[kind] for column, kind in kinds.items() if kind in _TYPES}
    with session.transaction():
        session.execute("SET LOCAL TimeZone = 'UTC'")
        batches = list(copy_out(session, query, [*kinds], types))
    empty = pa.schema([(column, types.get(column, pa.string())) for column in kinds]).empty_table()
    table = pa.concat_tables([empty, *batches])
    for at, (column, kind) in enumerate(kinds.items()):
        table = table.set_column(at, column, _typed(table[column], kind))
    return table


def _kind(session: Connection, oid: int) -> str:
    known = session.adapters.types.get(oid)
    if known is None:
        return "text"
    return f"{known.name}[]" if oid == known.array_oid else known.name


def _as_text(column: str, kind: str) -> sql.Composable:
    name = sql.Identifier(column)
    if not kind.endswith("[]"):
        return name
    # An empty list is told from a list of one empty text by nothing else, and there is none.
    return sql.SQL("array_to_string({}, {}) AS {}").format(name, sql.Literal(_UNIT), name)


def _typed(values: pa.ChunkedArray, kind: str) -> pa.ChunkedArray:
    if kind == "numeric":
        decimals = pc.utf8_length(pc.replace_substring_regex(values, r"^[^.]*\.?", ""))
        scale = pc.max(decimals).as_py() or 0
        return values.cast(pa.decimal128(38, scale))
    if kind.endswith("[]"):
        return pc.split_pattern(values, _UNIT)
    return values
