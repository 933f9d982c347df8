"""Takes an import back: what it created goes, what it changed is as it would be without it.

What later imports brought stays, and so does every lead that people have worked on.
"""

from dataclasses import dataclass
from typing import Any

from psycopg import sql

from lead_pipeline import ledger
from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError, TakenBack
from lead_pipeline.ledger import Import, Staging, Status
from lead_pipeline.matching import replay
from lead_pipeline.matching.charging import Act, Kind, follow_import
from lead_pipeline.matching.contents import contacts_in_archive
from lead_pipeline.matching.given_back import withdraw_of


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
    """What taking an import back came to: leads it had founded, sightings added, leads kept; and
    rows of `feedback` that count for nothing any more, but for the opt-outs in them."""

    import_id: int
    founded: int
    seen: int
    kept: list[Kept]
    feedback: int = 0

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
    if import_.status is Status.HELD:
        raise OperatorError(
            f"import {import_.import_id} is held and brought nothing yet: "
            f"`lead-pipeline discard {import_.import_id}` ends it"
        )
    if not import_.archived_at or not import_.archive_table:
        raise OperatorError(
            f"import {import_.import_id} is {import_.status}: it brought nothing to undo"
        )


def require_original(session: Connection, import_: Import) -> None:
    """
    Raises:
        TakenBack: the import mends rows of one that was undone, and is not decided yet.
    """
    if import_.retry_of is None or import_.archived_at:
        return
    if Status.UNDONE in (import_.status, ledger.get(session, import_.retry_of).status):
        raise TakenBack(_lost_its_original(import_))


def _lost_its_original(import_: Import) -> str:
    return f"import {import_.retry_of}, whose rows it mends, was taken back"


def take_back_retry(session: Connection, import_: Import) -> Undone:
    """Undo an import of mended rows because its original is undone; it need not be decided yet."""
    if import_.archived_at:
        return take_back(session, import_)
    forget(session, import_.import_id, _lost_its_original(import_))
    return Undone(import_.import_id, founded=0, seen=0, kept=[])


def forget(session: Connection, import_id: int, reason: str, code: str = "undone") -> None:
    """End an import that nobody waits for any more before it is decided."""
    ledger.end(session, import_id, Status.UNDONE, code, reason)


def take_back(session: Connection, import_: Import) -> Undone:
    """Undo an archived import, inside a transaction of `session` that holds the import.

    Raises:
        OperatorError: there is nothing to undo, or mended rows of it came in meanwhile.
    """
    require_undoable(import_)
    contacts = contacts_in_archive(session, import_)
    known = contacts.identifiers
    run(session, "matching/prefer_memory")
    run(session, "matching/collect_keys", None, known)
    run(session, "suppression/lock_decisions")
    _require_no_retries(session, import_)
    run(session, "matching/find_undone", None, known | {"worked_on": replay.WORKED_ON})
    number = {"import_id": import_.import_id}
    before = run(session, "matching/count_undone", number).fetchone() or {}
    told = {**number, "who": f"feedback import {import_.import_id}"}
    before |= run(session, "matching/take_back_feedback", told).fetchone() or {}
    withdraw_of(session, import_.import_id)
    replay.create(session)
    _remove_lone_leads(session)
    _remove_last_sightings(session, import_.import_id, known)
    portion = {"most": replay.PORTION}
    act = Act(Kind.UNDO, f"undo of import {import_.import_id}")
    replay.replay(
        session,
        import_.import_id,
        lambda: run(session, "matching/take_undone", portion).rowcount,
        act,
        undone=True,
    )
    run(session, "matching/remove_undone_notes", None, known)
    if import_.is_charged:
        follow_import(session, act, import_.import_id)
    kept = [Kept(**row) for row in run(session, "matching/select_kept")]
    _put_aside(session, import_)
    return Undone(import_.import_id, kept=kept, **before)


def _require_no_retries(session: Connection, import_: Import) -> None:
    """From the lock of decisions on none of them is decided without knowing of this undo."""
    retry = run(session, "matching/select_retries", {"import_id": import_.import_id}).fetchone()
    if retry:
        raise OperatorError(
            f"mended rows of import {import_.import_id} came in at this very moment (import "
            f"{retry['import_id']}): undo it once more"
        )


def _remove_lone_leads(session: Connection) -> None:
    """The usual case at once: leads of this import alone."""
    if run(session, "matching/take_lone_leads").rowcount:
        run(session, "matching/tally_sources", {"sign": -1})
        run(session, "matching/remove_lone_leads")


def _remove_last_sightings(
    session: Connection, import_id: int, known: dict[str, sql.Composable]
) -> None:
    """The other usual case at once: leads of other imports that this one was the last to see."""
    run(session, "matching/begin_replay")
    if run(session, "matching/take_last_seen", {"import_id": import_id}).rowcount:
        replay.collect_members(session, import_id, undone=True)
        replay.collect_seen(session)
        run(session, "matching/leave_to_replay")
        run(session, "matching/remove_last_sightings", None, known)


def _put_aside(session: Connection, import_: Import) -> None:
    name = f"undone_{import_.import_id}"
    tables: dict[str, Any] = {
        "archived": sql.Identifier("archive", import_.archive_table or ""),
        "renamed": sql.Identifier(name),
    }
    run(session, "matching/rename_archive", None, tables)
    run(session, "ledger/drop_staging", None, Staging(import_.import_id).identifiers)
    run(session, "matching/mark_undone", {"import_id": import_.import_id, "archive_table": name})
