"""Connections to the database, and its errors in words that quote nothing of a row."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.rows import DictRow, dict_row

from lead_pipeline.errors import OperatorError, OutsideTrouble

Connection = psycopg.Connection[DictRow]
_OF_VALUES = "22"  # data exception: the class of SQLSTATE whose sentences quote a value


@contextmanager
def connect(url: str, *, autocommit: bool = False) -> Iterator[Connection]:
    """A connection for the length of a `with` block; without autocommit one transaction.

    Raises:
        OutsideTrouble: the server does not answer, or went away meanwhile. What was not committed
            then has not happened.
        OperatorError: the role may not do what was asked for.
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
        raise OutsideTrouble(f"the database does not answer: {_one_line(str(error))}") from error
    with quiet_faults(), connection:
        yield connection


@contextmanager
def quiet_faults() -> Iterator[None]:
    """Errors of the database that leave the `with` block quote no row, wherever they are told.

    Raises:
        OutsideTrouble: the server went away.
        OperatorError: the role may not do what was asked for.
    """
    try:
        yield
    except psycopg.Error as error:
        error.args = (told(error),)
        match error:
            case psycopg.OperationalError() | psycopg.InterfaceError():
                raise OutsideTrouble(f"the database went away: {error}") from error
            case psycopg.errors.InsufficientPrivilege():
                raise OperatorError(
                    f"the database refuses: {error} "
                    "(docs/operations.md says which rights a role needs)"
                ) from error
            case _:
                raise


def told(error: psycopg.Error) -> str:
    """What the server says, without what it says of rows: that stands in DETAIL and CONTEXT, and in
    the sentence itself where a value is at fault."""
    sentence = error.diag.message_primary or str(error).partition("\n")[0]
    if (error.sqlstate or "").startswith(_OF_VALUES):
        sentence = re.sub('".*"', '"..."', sentence, flags=re.DOTALL)
    return _one_line(sentence)


def _one_line(text: str) -> str:
    return " ".join(text.split())
