"""What commands that ask the database share: exit codes, a session, a terminal to print to."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from lead_pipeline.errors import OperatorError, OutsideTrouble
from lead_pipeline.settings import Settings

if TYPE_CHECKING:
    from lead_pipeline.database import Connection

FAILED = 1
REJECTED_ROWS = 3
HELD = 4


def open_session(stack: ExitStack, settings: Settings) -> "Connection":
    """A session with the database for the length of `stack`.

    Raises:
        OutsideTrouble: it does not run; the message says how to start it.
        OperatorError: our tables are not in it yet.
    """
    from lead_pipeline.database import connect

    try:
        session = stack.enter_context(connect(settings.database_url, autocommit=True))
    except OutsideTrouble as error:
        raise OutsideTrouble(_not_running(settings, error)) from error
    stack.enter_context(_tables_are_made())
    return session


def open_session_if_any(stack: ExitStack, settings: Settings) -> "Connection | None":
    """A session with the database, or None where none runs."""
    try:
        return open_session(stack, settings)
    except OutsideTrouble:
        return None


def _not_running(settings: Settings, error: OutsideTrouble) -> str:
    if settings.embedded:
        return (
            f"the database does not run: `lead-pipeline up` starts it "
            f"(LEADS_HOME is {settings.home})"
        )
    return f"{error} (see LEADS_DATABASE_URL)"


@contextmanager
def _tables_are_made() -> Iterator[None]:
    import psycopg

    try:
        yield
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn) as error:
        raise OperatorError(
            "the database lacks tables of this release: `lead-pipeline up` makes them"
        ) from error
