"""Which `lead-pipeline up` works on a database: one, and all others are told of it at once.

It is told by an advisory lock, which the database takes back when that process ends in any way. Two
would look after the same imports, each with a bucket and a configuration of its own.
"""

import os
import socket
from contextlib import ExitStack, suppress
from pathlib import Path

from lead_pipeline.database import connect, run
from lead_pipeline.errors import OperatorError, OutsideTrouble
from lead_pipeline.stack.heartbeats import ADVICE

_KEY = {"lock_class": 0x1EAF, "number": 1}  # beside those of imports, see ledger/locks.py


class Presence:
    """This `up` on a database, from `claim` on until it leaves."""

    def __init__(self) -> None:
        self._stack = ExitStack()

    def claim(self, url: str, home: Path) -> None:
        """
        Raises:
            OperatorError: another works on the database; the message says which and where.
            OutsideTrouble: the database does not answer.
        """
        session = self._stack.enter_context(connect(url, autocommit=True))
        # As the database keeps it: 63 bytes, of which those at the end are cut.
        name = f"up: process {os.getpid()} on {socket.gethostname()}, {home}"
        (claimed,) = run(session, "stack/claim_database", {**_KEY, "name": name})
        if claimed["ours"]:
            return
        other = run(session, "stack/select_stack", _KEY).fetchone()
        self.leave()
        told = f" ({other['name']}, since {other['since']:%Y-%m-%d %H:%M %Z})" if other else ""
        raise OperatorError(f"another `lead-pipeline up` works on this database{told}: {ADVICE}")

    def leave(self) -> None:
        with suppress(OutsideTrouble):  # the database is gone: so is the claim
            self._stack.close()
