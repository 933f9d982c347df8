"""What it means for an import that a step stopped: an end, an outage, or a fault.

The ledger is told, and decides on the next attempt by it.
"""

import traceback
from contextlib import suppress
from pathlib import Path

import psycopg

from lead_pipeline import ledger
from lead_pipeline.database import Connection, connect
from lead_pipeline.errors import (
    BadFile,
    BrokenSum,
    LeadPipelineError,
    ObjectChanged,
    OperatorError,
    OutsideTrouble,
    TakenBack,
    is_of_machine,
)
from lead_pipeline.ledger import OUTSIDE_TROUBLE, Status
from lead_pipeline.matching.undo import forget

_TOO_BIG = (
    "a row of the file fills more columns than PostgreSQL can keep (8 kB of short cells a row): "
    "leave out columns that nobody needs, or settle them with `mappings set --extra`"
)
_PACKAGE = Path(__file__).parents[1]


def settle(session: Connection, import_id: int, error: Exception) -> bool:
    """Tell the ledger why a step stopped.

    Returns whether that is an ordinary end: nothing is at fault but the file, or it was taken back.
    """
    match error:
        case TakenBack():
            forget(session, import_id, str(error))
            return True
        case BadFile():
            ledger.end(session, import_id, Status.REJECTED, error.code, str(error))
            return True
        case psycopg.errors.ProgramLimitExceeded():
            # A row of hundreds of long cells: it stays so however often it is tried.
            ledger.end(session, import_id, Status.REJECTED, "row_too_big", _TOO_BIG)
            return True
        case ObjectChanged():
            # Another version is another import; this one starts again if it is ever listed again.
            ledger.end(session, import_id, Status.FAILED, "object_gone", str(error))
            return True
        case BrokenSum() | OperatorError():
            # Only a person can help, who then asks for it once more.
            code = "broken_sum" if isinstance(error, BrokenSum) else "operator_error"
            ledger.end(session, import_id, Status.FAILED, code, str(error))
        case _ if is_outage(error):
            ledger.note_error(session, import_id, OUTSIDE_TROUBLE, _in_one_line(error))
        case _:
            ledger.note_error(session, import_id, "fault", fault(error))
    return False


def note_outage(url: str, import_id: int, error: Exception) -> None:
    """Tell the ledger by another session that the one of the step was lost, if that is possible."""
    with suppress(OutsideTrouble), connect(url, autocommit=True) as session:
        ledger.note_error(session, import_id, OUTSIDE_TROUBLE, _in_one_line(error))


def is_outage(error: Exception) -> bool:
    """Whether something is unwell that the file has no part in: the database (gone, out of space or
    memory, shut down, a standby by now), the bucket, or this machine."""
    if isinstance(error, OSError):
        return is_of_machine(error)
    passing = (OutsideTrouble, psycopg.OperationalError, psycopg.errors.ReadOnlySqlTransaction)
    return isinstance(error, passing)


def fault(error: Exception) -> str:
    """What can be told of a fault: where it is, if it is ours, for its text may quote cells."""
    if isinstance(error, LeadPipelineError):
        return str(error)
    ours = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(_PACKAGE)
    ]
    place = f" at {Path(ours[-1].filename).relative_to(_PACKAGE)}:{ours[-1].lineno}" if ours else ""
    state = f" ({error.sqlstate})" if isinstance(error, psycopg.Error) and error.sqlstate else ""
    return f"{type(error).__name__}{state}{place}"


def _in_one_line(error: Exception) -> str:
    """Without the lines in which a database quotes what it worked on."""
    primary = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    return primary or str(error)
