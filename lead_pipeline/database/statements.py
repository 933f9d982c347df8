"""The statements of sql/: one in a file, in the room of the lowest module that uses it."""

from collections.abc import Mapping
from functools import cache
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import DictRow

from lead_pipeline.database.connection import Connection
from lead_pipeline.database.packaged import packaged


@cache
def statement(name: str) -> LiteralString:
    """The text of `sql/statements/<name>.sql`, where `name` is `<room>/<verb and noun>`."""
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
