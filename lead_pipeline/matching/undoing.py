"""Takes an import back: what it created goes, what it changed is as it would be without it.

What later imports brought stays, and so does every lead that people have worked on.
"""

from dataclasses import dataclass
from typing import Any

from psycopg import sql

from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError
from lead_pipeline.ledger import Import, Staging
from lead_pipeline.matching import replaying
from lead_pipeline.matching.contents import contacts_in_archive


@dataclass(frozen=True, slots=True)
class Kept:
    """A lead that the import had founded and that stays.

    `import_id` is the import that it comes from now; people have `worked_on` it, or a later import
    brought the person too.
    """

    lead_id: int
    worked_on: bool
    status: str
    assigned_to: str | None
    import_id: int
    object_key: str


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking an import back came to: leads it had founded, sightings added, leads kept."""

    import_id: int
    founded: int
    seen: int
    kept: list[Kept]

    @property
    def removed(self) -> int:
        return self.founded - len(self.kept)


def require_undoable(import_: Import) -> None:
    """
    Raises:
        OperatorError: there is nothing to undo.
    """
    if import_.undone_at:
        raise OperatorError(f"import {import_.import_id} is undone already")
    if not import_.archived_at or not import_.archive_table:
        raise OperatorError(
            f"import {import_.import_id} is {import_.status}: it brought nothing to undo"
        )


def take_back(session: Connection, import_: Import) -> Undone:
    """Undo an archived import, inside a transaction of `session` that holds the import.

    Raises:
        OperatorError: there is nothing to undo.
    """
    require_undoable(import_)
    contacts = contacts_in_archive(session, import_)
    known = contacts.identifiers
    run(session, "prefer_memory")
    run(session, "collect_keys", None, known)
    run(session, "lock_decisions")
    run(session, "find_undone", None, known | {"worked_on": replaying.WORKED_ON})
    number = {"import_id": import_.import_id}
    before = run(session, "count_undone", number).fetchone() or {}
    replaying.create(session)
    _remove_lone_leads(session)
    portion = {"most": replaying.PORTION}
    replaying.replay(
        session,
        import_.import_id,
        lambda: run(session, "take_undone", portion).rowcount,
        undone=True,
    )
    run(session, "remove_undone_notes", None, known)
    kept = [Kept(**row) for row in run(session, "select_kept")]
    _put_aside(session, import_)
    return Undone(import_.import_id, kept=kept, **before)


def _remove_lone_leads(session: Connection) -> None:
    """The usual case at once: leads of this import alone."""
    if run(session, "take_lone_leads").rowcount:
        run(session, "tally_sources", {"sign": -1})
        run(session, "remove_lone_leads")


def _put_aside(session: Connection, import_: Import) -> None:
    name = f"undone_{import_.import_id}"
    tables: dict[str, Any] = {
        "archived": sql.Identifier("archive", import_.archive_table or ""),
        "renamed": sql.Identifier(name),
    }
    run(session, "rename_archive", None, tables)
    run(session, "drop_staging", None, Staging(import_.import_id).identifiers)
    run(session, "mark_undone", {"import_id": import_.import_id, "archive_table": name})
