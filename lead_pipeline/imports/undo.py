"""Taking an import back, with the imports of mended rows of it."""

from lead_pipeline import ledger
from lead_pipeline.database import connect, run
from lead_pipeline.imports.site import Site
from lead_pipeline.matching.undo import Undone, require_undoable, take_back, take_back_retry


def undo_import(site: Site, import_id: int) -> list[Undone]:
    """Take an import back, and before it the imports of mended rows of it, decided or not.

    Raises:
        OperatorError: there is nothing to undo.
        OutsideTrouble: the database is unwell; nothing has changed, try again.
    """
    undone = []
    with connect(site.settings.database_url, autocommit=True) as session:
        require_undoable(ledger.get(session, import_id))
        for row in run(session, "matching/select_retries", {"import_id": import_id}).fetchall():
            with ledger.hold(session, row["import_id"]), session.transaction():
                undone.append(take_back_retry(session, ledger.get(session, row["import_id"])))
        with ledger.hold(session, import_id), session.transaction():
            undone.append(take_back(session, ledger.get(session, import_id)))
    return undone
