"""Imports: all of them, one, and what people do with it."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from lead_pipeline import ledger
from lead_pipeline.database import Connection
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports import review
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.ledger import Import, Status
from lead_pipeline.ledger.facts import import_facts
from lead_pipeline.ledger.summaries import review as summaries
from lead_pipeline.web.guard import Admin, Operator, Session, TheSite, Viewer, seen_by
from lead_pipeline.web.paging import Page, PageSize, page
from lead_pipeline.web.problems import Missing

router = APIRouter(prefix="/imports", tags=["imports"])
Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="Number of the import.")]


@router.get("")
def list_imports(
    session: Session,
    who: Viewer,
    cursor: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    limit: PageSize = 50,
    status: Status | None = None,
    supplier: Annotated[str | None, Query(max_length=200)] = None,
) -> Page:
    """The newest imports, in pages."""
    found = ledger.imports_before(session, cursor, limit + 1, status=status, supplier=supplier)
    told = summaries(session, found)
    items = [seen_by(who, import_facts(one, told.get(one.import_id))) for one in found]
    return page(items, limit, "import_id")


@router.get("/{import_id}")
def one_import(session: Session, who: Viewer, import_id: Number) -> dict[str, Any]:
    """One import: its steps, its outcomes, how its file was read and mapped; for viewers without
    anything that may quote the file (messages, headers): there its codes stand."""
    found = the_import(session, import_id)
    told = summaries(session, [found]).get(found.import_id)
    return seen_by(who, import_facts(found, told))


@router.get("/{import_id}/review")
def held_import(
    session: Session, _who: Operator, import_id: Number, rows: PageSize = 10
) -> dict[str, Any]:
    """Why an import is held, and what its first contacts have become."""
    return review.held_facts(session, the_import(session, import_id), rows)


@router.post("/{import_id}/confirm")
def confirm(session: Session, who: Operator, import_id: Number) -> dict[str, Any]:
    """Let a held import count."""
    return import_facts(review.confirm(session, the_import(session, import_id), who.name))


@router.post("/{import_id}/discard")
def discard(session: Session, who: Operator, import_id: Number) -> dict[str, Any]:
    """End a held import without a lead."""
    return import_facts(review.discard(session, the_import(session, import_id), who.name))


@router.post("/{import_id}/again")
def again(session: Session, _who: Operator, import_id: Number) -> dict[str, Any]:
    """Read the file of a held, failed or rejected import once more."""
    return import_facts(review.read_again(session, the_import(session, import_id)))


@router.post("/{import_id}/undo")
def undo(session: Session, site: TheSite, _who: Admin, import_id: Number) -> list[dict[str, Any]]:
    """Take an import back, and the imports that mend rows of it; what that came to, each."""
    the_import(session, import_id)
    return [
        {
            "import_id": one.import_id,
            "founded": one.founded,
            "seen": one.seen,
            "removed": one.removed,
            "feedback": one.feedback,
            "kept": [kept.lead_id for kept in one.kept],
        }
        for one in undo_import(site, import_id)
    ]


def the_import(session: Connection, import_id: int) -> Import:
    """
    Raises:
        Missing: there is no such import.
    """
    try:
        return ledger.get(session, import_id)
    except OperatorError as error:
        raise Missing(str(error)) from error
