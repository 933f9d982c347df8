"""A version of a list in the making: its entries staged, compared with the former, put in place.

All of it inside the caller's transaction, so that nobody sees half of one. Where the entries come
from is for load.py and opt_outs.py.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import psycopg
import pyarrow as pa
from psycopg import sql

from lead_pipeline.database import Connection, copy_in, run
from lead_pipeline.suppression.lists import entries_table

Mode = Literal["full", "change"]

ENTRIES = pa.schema(
    [
        ("line", pa.int64()),
        ("number", pa.int64()),
        ("email_key", pa.string()),
        ("removed", pa.bool_()),
    ]
)
"""Lines of a list: the digits of E.164 or a match key, and whether the line takes it off the list.

`line` orders them: of several lines on one entry the last counts.
"""


@dataclass(slots=True)
class Version:
    """The next version of a list that this transaction holds (`lists.take`)."""

    session: Connection
    list_id: int
    version_id: int
    mode: Mode
    added: int = 0
    removed: int = 0

    def stage(self, entries: pa.Table) -> None:
        """Take in some entries (`ENTRIES`)."""
        if self.mode == "full":
            numbers = entries.select(["number"]).filter(entries["number"].is_valid())
            copy_in(self.session, self._names["fresh"], ["number"], numbers, fresh=True)
            entries = entries.filter(entries["email_key"].is_valid())
        if entries.num_rows:
            loaded = sql.Identifier("dnc_loaded")
            copy_in(self.session, loaded, entries.column_names, entries, fresh=True)

    def put_in_place(self) -> None:
        """Let what was staged count, from the commit on.

        The lock of decisions is taken as late as can be: imports that are about to be decided wait
        for it.
        """
        if self.mode == "full":
            self._key()
            self._count(
                run(self.session, "suppression/compare_dnc_entries", None, self._names).fetchone()
            )
            run(self.session, "suppression/lock_decisions")
            run(self.session, "suppression/swap_dnc_entries", None, self._names)
        else:
            run(self.session, "suppression/lock_decisions")
            self._count(
                run(self.session, "suppression/change_dnc_entries", None, self._names).fetchone()
            )
        emails = {"list_id": self.list_id, "version_id": self.version_id, "mode": self.mode}
        self._count(run(self.session, "suppression/change_dnc_emails", emails).fetchone())

    def close(self, rejected: int = 0) -> None:
        """Note what changed."""
        counts = {"added": self.added, "removed": self.removed, "rejected": rejected}
        run(
            self.session, "suppression/close_dnc_version", {"version_id": self.version_id, **counts}
        )

    def _key(self) -> None:
        """Index the fresh numbers; most files hold each once, and only the others pay for it."""
        try:
            with self.session.transaction():
                run(self.session, "suppression/key_dnc_entries", None, self._names)
        except psycopg.errors.UniqueViolation:
            run(self.session, "suppression/drop_repeated_entries", None, self._names)
            run(self.session, "suppression/key_dnc_entries", None, self._names)

    def _count(self, changed: dict[str, int] | None) -> None:
        if changed is not None:
            self.added += changed["added"]
            self.removed += changed["removed"]

    @property
    def _names(self) -> dict[str, sql.Composable]:
        return {
            "entries": entries_table(self.list_id),
            "fresh": entries_table(self.list_id, "_next"),
            "name": sql.Identifier(f"list_{self.list_id}"),
            "list_id": sql.Literal(self.list_id),
            "version_id": sql.Literal(self.version_id),
        }


def begin(
    session: Connection,
    list_id: int,
    mode: Mode,
    *,
    file_name: str | None = None,
    sha256: str | None = None,
    reason: str | None = None,
    as_of: datetime | None = None,
) -> Version:
    """The next version of a list, with room for its entries."""
    about = {"file_name": file_name, "sha256": sha256, "reason": reason, "as_of": as_of}
    row = run(
        session, "suppression/begin_dnc_version", {"list_id": list_id, "mode": mode, **about}
    ).fetchone()
    assert row is not None  # noqa: S101 - it inserts one row and returns it
    version = Version(session, list_id, row["version_id"], mode)
    run(session, "suppression/create_dnc_loaded")
    if mode == "full":
        run(session, "suppression/create_dnc_entries", None, version._names)
    return version
