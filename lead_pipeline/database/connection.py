"""Connections to the database: psycopg 3, rows as dictionaries.

SQLAlchemy appears only where Alembic needs it (schema.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.rows import DictRow, dict_row

from lead_pipeline.errors import OutsideTrouble

Connection = psycopg.Connection[DictRow]


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
