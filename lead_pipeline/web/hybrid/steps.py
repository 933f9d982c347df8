"""The eleven steps of a session, each told by the step of an import in which it happens."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from lead_pipeline.ledger.progress import Step


class SessionStep(StrEnum):
    """What the older system called its steps, in their order."""

    FILE_UPLOAD = "file_upload"
    FIELD_MAPPING = "field_mapping"
    DATA_CLEANING = "data_cleaning"
    NORMALIZATION = "normalization"
    TAGGING = "tagging"
    AUTO_MAPPING = "auto_mapping"
    DUPLICATE_DETECTION = "duplicate_detection"
    PREVIEW = "preview"
    SUPPLIER_SELECTION = "supplier_selection"
    DNC_CHECK = "dnc_check"
    DATABASE_UPLOAD = "database_upload"


_OURS = {
    SessionStep.FILE_UPLOAD: Step.WAITING,
    SessionStep.FIELD_MAPPING: Step.LOADING,
    SessionStep.DATA_CLEANING: Step.NORMALIZING,
    SessionStep.NORMALIZATION: Step.NORMALIZING,
    SessionStep.TAGGING: Step.NORMALIZING,
    SessionStep.AUTO_MAPPING: Step.NORMALIZING,
    SessionStep.DUPLICATE_DETECTION: Step.HELD,
    SessionStep.PREVIEW: Step.HELD,
    SessionStep.SUPPLIER_SELECTION: Step.HELD,
    SessionStep.DNC_CHECK: Step.ARCHIVING,
    SessionStep.DATABASE_UPLOAD: Step.EMPTYING,
}
_STATES = {"done": "completed", "now": "processing", "to come": "pending", "left out": "skipped"}


def told_steps(progress: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each step with its `status`: `completed`, `processing`, `waiting` (for its person), `pending`
    or `skipped`. A file that was uploaded is uploaded, though it waits for its turn."""
    states = {step["step"]: step["state"] for step in progress["steps"]}
    return [
        {"step": name, "status": _status(name, ours, states, progress)}
        for name, ours in _OURS.items()
    ]


def _status(
    name: SessionStep, ours: Step, states: Mapping[str, str], progress: Mapping[str, Any]
) -> str:
    if name is SessionStep.FILE_UPLOAD:
        return "completed"
    if ours is Step.HELD and progress["step"] == Step.HELD:
        return "waiting"
    # An import that nobody had to look at was never held: it passed with what comes next.
    state = states.get(ours) or states[Step.ARCHIVING]
    if ours is Step.HELD and state == "now":
        return "completed"
    return _STATES[state]


def current_step(progress: Mapping[str, Any]) -> str | None:
    """The first step that is not over; None where nothing more is to come."""
    waiting = ("processing", "waiting", "pending")
    open_steps = (step["step"] for step in told_steps(progress) if step["status"] in waiting)
    return None if progress["finished"] else next(open_steps, None)
