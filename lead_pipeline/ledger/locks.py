"""Who works on an import at this moment: one advisory lock for each, owned by a living session."""

from collections.abc import Iterator
from contextlib import contextmanager

from lead_pipeline.database import Connection, run

LOCK_CLASS = 0x1EAD  # first half of our advisory locks; the second half is the import's number


@contextmanager
def hold(connection: Connection, import_id: int) -> Iterator[None]:
    """Own an import while a step works on it; the lock ends with the session at the latest.

    `connection` must be in autocommit: the lock belongs to the session, not to a transaction.
    """
    key = {"lock_class": LOCK_CLASS, "import_id": import_id}
    run(connection, "ledger/lock_import", key)
    try:
        yield
    finally:
        if not connection.broken:
            run(connection, "ledger/release_lock", key)


def owned_imports(connection: Connection) -> set[int]:
    """Imports that a living worker owns at this moment."""
    rows = run(connection, "ledger/select_working_imports", {"lock_class": LOCK_CLASS})
    return {row["import_id"] for row in rows}
