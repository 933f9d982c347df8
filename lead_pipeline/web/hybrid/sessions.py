"""Sessions as plain data: an import with its steps, and what one step has come to."""

import json
from typing import Any

from lead_pipeline import ledger
from lead_pipeline.database import Connection
from lead_pipeline.explain.columns import column_facts
from lead_pipeline.imports.documents import preview_json
from lead_pipeline.imports.looks import look_at_import
from lead_pipeline.imports.progress import progress
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import, Status
from lead_pipeline.stack.heartbeats import daemon_works
from lead_pipeline.web.hybrid.steps import SessionStep, current_step, told_steps

_MOST_SESSIONS = 100
_ROWS = 20


def session_facts(session: Connection, import_: Import) -> dict[str, Any]:
    """A session: its steps, how far it is, who sold the file; nothing of what stands in it."""
    told = progress(session, import_.import_id, daemon_works)
    return {
        "success": True,
        "session_id": str(import_.import_id),
        "filename": import_.original_filename,
        "status": _status(import_),
        "current_step": current_step(told),
        "steps": told_steps(told),
        "progress": told,
        "supplier_id": import_.supplier,
        "lead_cost": None if import_.cost_per_lead is None else str(import_.cost_per_lead),
        "counts": {"rows": import_.row_outcomes, "contacts": import_.contact_outcomes},
    }


def active_sessions(session: Connection) -> list[dict[str, Any]]:
    """Those that wait for a person, then those that are under way."""
    under_way = ledger.open_imports(session, _MOST_SESSIONS)
    found = [*ledger.imports_held(session), *under_way][:_MOST_SESSIONS]
    return [session_facts(session, import_) for import_ in found]


def preview_data(site: Site, session: Connection, import_: Import) -> dict[str, Any]:
    """The dry run of a session's file as a whole; see imports/preview.py.

    Raises:
        OperatorError: it is decided already.
    """
    with look_at_import(site, session, import_) as run:
        told: dict[str, Any] = json.loads("".join(preview_json(run, _ROWS)))
        return told


def step_result(site: Site, session: Connection, import_: Import, step: SessionStep) -> Any:
    """What a step that is over has to show; None where that is in the counts of the session."""
    match step:
        case SessionStep.FIELD_MAPPING | SessionStep.AUTO_MAPPING if import_.layout is not None:
            return column_facts(site, session, import_)["columns"]
        case SessionStep.DUPLICATE_DETECTION | SessionStep.PREVIEW if import_.archived_at is None:
            return preview_data(site, session, import_)
        case SessionStep.DNC_CHECK:
            return import_.dnc_lists
        case _:
            return None


def _status(import_: Import) -> str:
    match import_.status:
        case Status.HELD:
            return "waiting"
        case Status.COMPLETED:
            return "completed"
        case Status.UNDONE:
            return "cancelled"
        case status if status.ended:
            return "failed"
        case _:
            return "processing"
