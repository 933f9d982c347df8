"""One import: how far it is, what it came to, its rows by outcome, and taking it back."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from lead_pipeline.access.tokens import Role
from lead_pipeline.database import Connection
from lead_pipeline.errors import OperatorError
from lead_pipeline.explain.outcome_rows import Outcome
from lead_pipeline.imports.progress import progress
from lead_pipeline.ledger import Status
from lead_pipeline.ledger.progress import Step
from lead_pipeline.matching.foresee import foresee
from lead_pipeline.stack.heartbeats import daemon_works
from lead_pipeline.web.api import imports as api
from lead_pipeline.web.api import outcomes
from lead_pipeline.web.api.imports import Number, the_import
from lead_pipeline.web.guard import Admin, Operator, Session, TheSite, Viewer
from lead_pipeline.web.pages.posting import done, shown
from lead_pipeline.web.pages.rendering import page

router = APIRouter(prefix="/imports/{import_id}", include_in_schema=False)
_SHOWN = 50
_UNDOABLE = (Status.COMPLETED, Status.ARCHIVED)
_ENDS = {
    Step.WAITING: "started_at",
    Step.LOADING: "loaded_at",
    Step.NORMALIZING: "normalized_at",
    Step.ARCHIVING: "archived_at",
    Step.EMPTYING: "completed_at",
}
_LOOKED_AT = (Status.HELD, Status.REJECTED, Status.FAILED)


@router.get("")
def one_import(request: Request, session: Session, who: Viewer, import_id: Number) -> Response:
    """How far it is now, and all that is known of it; a viewer sees nobody's data."""
    facts = api.one_import(session, who, import_id)
    live = progress(session, import_id, daemon_works)
    return shown(
        request, "import", one=facts, live=live, took=_took(live), contacts=_contacts(facts),
        rows=facts["outcomes"]["rows"], needs_a_person=facts["status"] in _LOOKED_AT,
        reasons=[one.get("message") or one["code"] for one in facts["held_for"] or []],
        run=_run(request, facts), may_undo=who.role >= Role.ADMIN and facts["status"] in _UNDOABLE,
        opens=[outcome.value for outcome in Outcome] if who.role >= Role.OPERATOR else [],
    )  # fmt: skip


@router.get("/rows")
def rows(
    request: Request,
    session: Session,
    site: TheSite,
    who: Operator,
    import_id: Number,
    outcome: Outcome,
    cursor: Annotated[int, Query(ge=0, le=2**62)] = 0,
) -> Response:
    """The rows that came to this, in the file's own columns and with its own row numbers."""
    found = outcomes.rows_of_outcome(session, site, who, import_id, outcome, cursor, _SHOWN)
    one = the_import(session, import_id)
    return page(request, "rows", one=one, outcome=outcome, found=found)


@router.get("/undo")
def ask_to_undo(request: Request, session: Session, _who: Admin, import_id: Number) -> Response:
    """What would go and what would stay, before anything does."""
    return _undo_page(request, session, import_id)


@router.post("/undo")
def undo(
    request: Request, session: Session, site: TheSite, who: Admin, import_id: Number
) -> Response:
    """Take it back, and tell so."""
    try:
        api.undo(session, site, who, import_id)
    except OperatorError as error:
        return _undo_page(request, session, import_id, str(error))
    return done(f"/imports/{import_id}", "undone")


def _undo_page(
    request: Request, session: Connection, import_id: int, fault: str | None = None
) -> Response:
    one = the_import(session, import_id)
    try:
        foreseen = foresee(session, one)
    except OperatorError as error:
        return shown(request, "undo", one=one, foreseen=None, fault=str(error))
    return shown(request, "undo", one=one, foreseen=foreseen, fault=fault)


def _took(live: dict[str, Any]) -> dict[str, float]:
    """The seconds of each step that is done, by the time of the ledger that ends it."""
    return {
        _ENDS[one["step"]]: one["seconds"]
        for one in live["steps"]
        if one["state"] == "done" and one["step"] in _ENDS
    }


def _contacts(facts: dict[str, Any]) -> list[tuple[str, int]]:
    """The outcomes of contacts that are decided by now, those that happened first."""
    told = facts["outcomes"]["contacts"]
    return sorted(told.items(), key=lambda one: one[1] == 0)


def _run(request: Request, facts: dict[str, Any]) -> str | None:
    """Where Dagster shows the run, if both are known."""
    dagster = request.app.state.gate.site.settings.dagster_url
    return f"{dagster}/runs/{facts['run_id']}" if dagster and facts["run_id"] else None
