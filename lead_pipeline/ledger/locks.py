"""Who works on an import at this moment: advisory locks in the database, held by living sessions.

A step holds its import while it works (`hold`), so that two never work at once. The process of a
run owns the import from its first step to its last (`Ownership`), over all pauses between: that is
its proof of life, and holds for workers on any machine.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import psycopg

from lead_pipeline.database import Connection, connect, run
from lead_pipeline.errors import OutsideTrouble

# First halves of our advisory locks; the second half is the import's number.
LOCK_CLASS = 0x1EAD
RUN_CLASS = 0x1EAE
_EITHER = [LOCK_CLASS, RUN_CLASS]


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


class Ownership:
    """One import, owned by this process from `take` on until `release`, or until the process ends.

    The lock has a session of its own, for those of the steps end with them. Another process that
    works on the import is waited for, for `patience` seconds.
    """

    def __init__(self, url: str, import_id: int, patience: float = 10.0) -> None:
        self._url = url
        self._import_id = import_id
        self._patience = f"{patience * 1000:.0f}ms"
        self._stack = ExitStack()
        self._session: Connection | None = None

    def take(self) -> None:
        """Own the import; nothing happens if this process does. To be asked before every step, for
        the session may have been cut meanwhile.

        Raises:
            OutsideTrouble: another process works on it and has not ended meanwhile, or
                the database is unwell.
        """
        if self._lives():
            return
        self.release()
        session = self._stack.enter_context(connect(self._url, autocommit=True))
        run(session, "ledger/keep_session", {"patience": self._patience})
        try:
            run(session, "ledger/lock_import", self._key)
        except psycopg.errors.LockNotAvailable as error:
            self.release()
            raise OutsideTrouble(
                f"another process works on import {self._import_id}: this one leaves it alone"
            ) from error
        self._session = session

    def release(self) -> None:
        """Give the import back, with the session."""
        self._session = None
        with suppress(OutsideTrouble):  # a session that was cut has given it back already
            self._stack.close()

    @property
    def _key(self) -> dict[str, int]:
        return {"lock_class": RUN_CLASS, "import_id": self._import_id}

    def _lives(self) -> bool:
        if self._session is None:
            return False
        try:
            run(self._session, "ledger/keep_session", {"patience": self._patience})
        except psycopg.Error:
            return False
        return True


def owned_imports(connection: Connection) -> set[int]:
    """Imports that a living worker owns at this moment."""
    rows = run(connection, "ledger/select_working_imports", {"lock_classes": _EITHER})
    return {row["import_id"] for row in rows}
