"""How far an import is, and what happens now: as plain data, for the page, its events and programs.

The ledger knows which steps are done, the note of the step at work how far that is, and the lock of
the import whether a worker lives. Nothing that a file holds is told.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from lead_pipeline import ledger
from lead_pipeline.database import Connection
from lead_pipeline.intake.decisions import Limits
from lead_pipeline.ledger import OUTSIDE_TROUBLE, Import, Status
from lead_pipeline.ledger.progress import Note, Step, last_note

_LIMITS = Limits()
_AT = {
    Status.LOADED: Step.NORMALIZING,
    Status.NORMALIZED: Step.ARCHIVING,
    Status.HELD: Step.HELD,
    Status.ARCHIVED: Step.EMPTYING,
}
_AT_REST = {
    Status.COMPLETED: "It is done.",
    Status.HELD: "It waits for a person, who confirms it, discards it, or has it read again.",
    Status.DUPLICATE: "The same content was imported before: nothing more is to come.",
    Status.REJECTED: "Its file cannot be imported as it is: nothing more is to come.",
    Status.FAILED: "It was given up: once what was wrong is mended, have it read again.",
    Status.UNDONE: "It was taken back: nothing more is to come.",
}


def progress(
    session: Connection, import_id: int, daemon_works: Callable[[Connection], bool]
) -> dict[str, Any]:
    """How far an import is; `session` is in autocommit.

    Args:
        daemon_works: tells whether somebody looks after imports that no worker has.

    Raises:
        OperatorError: there is no such import.
    """
    note, now = last_note(session, import_id)
    owned = import_id in ledger.owned_imports(session)
    if note is not None and not owned:
        note, now = last_note(session, import_id)  # its step may have ended between the two looks
    import_ = ledger.get(session, import_id)
    at_work = note if owned and not import_.status.ended else None
    step = at_work.step if at_work else _step_of(import_)
    done, total = _rows(import_, step, at_work)
    word = _word(import_, note, owned, lambda: daemon_works(session))
    return {
        "import_id": import_id,
        "status": _status(import_, at_work),
        "step": step,
        "steps": _steps(import_, step, at_work, now),
        "rows_done": done,
        "rows_total": total,
        "rows_per_second": _rate(import_, at_work),
        "elapsed_seconds": _seconds(import_.seen_at, _end(import_) or now),
        "next": _after(import_, step),
        "worker": {
            "alive": None if import_.status.at_rest else owned,
            "last_sign": _last_sign(import_, note).isoformat(),
            "word": word,
        },
        "finished": import_.status.ended,
    }


def _status(import_: Import, at_work: Note | None) -> str:
    """`waiting` for a worker, `running`, or how the import came to rest."""
    if import_.status.at_rest:
        return import_.status
    return "running" if at_work or import_.started_at else "waiting"


def _step_of(import_: Import) -> Step | None:
    if import_.status is Status.WAITING:
        return Step.LOADING if import_.started_at else Step.WAITING
    return _AT.get(import_.status)


def _way(import_: Import) -> dict[Step, datetime | None]:
    """The steps of an import in their order, each with when it ended."""
    held = {Step.HELD: import_.confirmed_at} if import_.held_at or import_.confirmed_at else {}
    return {
        Step.WAITING: import_.started_at,
        Step.LOADING: import_.loaded_at,
        Step.NORMALIZING: import_.held_at or import_.normalized_at,
        **held,
        Step.ARCHIVING: import_.archived_at,
        Step.EMPTYING: import_.completed_at if import_.status is Status.COMPLETED else None,
    }


def _steps(
    import_: Import, step: Step | None, at_work: Note | None, now: datetime
) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    state, before = "done", import_.seen_at
    for name, end in _way(import_).items():
        if name is step:
            began = at_work.began_at if at_work else before
            told.append({"step": name, "state": "now", "seconds": _seconds(began, now)})
            state = "to come"
        elif state == "done" and end is not None:
            told.append({"step": name, "state": "done", "seconds": _seconds(before, end)})
            before = max(before, end)
        else:
            state = "to come" if step else "left out"
            told.append({"step": name, "state": state, "seconds": None})
    return told


def _after(import_: Import, step: Step | None) -> Step | None:
    way = [*_way(import_)]
    following = way[way.index(step) + 1 :] if step else []
    return following[0] if following else None


def _rows(
    import_: Import, step: Step | None, at_work: Note | None
) -> tuple[int | None, int | None]:
    """Rows done, of how many; None where nobody has counted."""
    if at_work and at_work.rows_done is not None:
        return at_work.rows_done, at_work.rows_total
    if step in (Step.WAITING, Step.LOADING):
        return None, None
    whole = import_.status is Status.COMPLETED or step in (Step.HELD, Step.EMPTYING)
    return import_.rows_read if whole else None, import_.rows_read


def _rate(import_: Import, at_work: Note | None) -> float | None:
    """Rows a second: of the step at work, or of a whole import from its worker's first moment."""
    if at_work and at_work.rows_done:
        return _per_second(at_work.rows_done, at_work.began_at, at_work.noted_at)
    if import_.status is Status.COMPLETED and import_.started_at and import_.completed_at:
        return _per_second(import_.rows_read or 0, import_.started_at, import_.completed_at)
    return None


def _per_second(rows: int, began: datetime, ended: datetime) -> float | None:
    seconds = (ended - began).total_seconds()
    return round(rows / seconds, 1) if seconds > 0 else None


def _end(import_: Import) -> datetime | None:
    return import_.held_at if import_.status is Status.HELD else import_.completed_at


def _last_sign(import_: Import, note: Note | None) -> datetime:
    known = (import_.seen_at, *_way(import_).values(), _end(import_), note and note.noted_at)
    return max(moment for moment in known if moment)


def _word(import_: Import, note: Note | None, owned: bool, daemon_works: Callable[[], bool]) -> str:
    """What happens now, in a sentence for a person."""
    if import_.status.at_rest:
        return _AT_REST[import_.status]
    if owned:
        return "Its worker is at work."
    if not daemon_works():
        return "Nothing runs here that would import it: `lead-pipeline up` goes on with it."
    if note is not None:
        most = f"{_LIMITS.attempts} times at most"
        return f"Its worker is gone: it is tried again by itself, later each time ({most})."
    if import_.error_code == OUTSIDE_TROUBLE:
        return "The database or the bucket was unwell: it is tried again by itself, after a pause."
    if import_.tries > 1:
        return f"It is tried again, for the {_ordinal(import_.tries)} time."
    if import_.started_at is None:
        return "It waits for its turn."
    return "A worker is about to take it up."


def _ordinal(number: int) -> str:
    return {2: "second", 3: "third"}.get(number, f"{number}th")


def _seconds(began: datetime, ended: datetime) -> float:
    return round(max(0.0, (ended - began).total_seconds()), 3)
