"""What taking an import back would come to, counted before anybody is asked to agree."""

from dataclasses import dataclass

from lead_pipeline.database import Connection, run
from lead_pipeline.ledger import Import
from lead_pipeline.matching.replay import WORKED_ON
from lead_pipeline.matching.undo import require_undoable


@dataclass(frozen=True, slots=True)
class Foreseen:
    """How many of the leads that an import founded would stay, and what else it brought.

    `retries` are the imports of mended rows that go with it and are counted in. Of the leads
    `founded`, people have `worked_on` some, others were brought by another import too (`shared`).
    `seen` counts its sightings of known leads, `updated` those of them that updated the lead,
    `feedback` its rows of that.
    """

    retries: tuple[int, ...]
    founded: int
    worked_on: int
    shared: int
    seen: int
    updated: int
    feedback: int

    @property
    def removed(self) -> int:
        return self.founded - self.worked_on - self.shared


def foresee(session: Connection, import_: Import) -> Foreseen:
    """
    Raises:
        OperatorError: there is nothing to undo.
    """
    require_undoable(import_)
    rows = run(session, "matching/select_retries", {"import_id": import_.import_id})
    retries = tuple(row["import_id"] for row in rows)
    imports = {"imports": [import_.import_id, *retries]}
    counts = run(session, "matching/foresee_undo", imports, {"worked_on": WORKED_ON}).fetchone()
    return Foreseen(retries, **(counts or {}))
