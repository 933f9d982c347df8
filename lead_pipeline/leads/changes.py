"""What people change in a lead: the columns that are theirs, each change with who and when.

No list writes to these columns. A lead with anything in them stays when its import is undone, and
keeps them when it is built again from its sightings; a change waits for whoever decides about the
lead at that moment.
"""

from collections.abc import Mapping
from datetime import UTC
from hashlib import sha256
from typing import Any

from psycopg import sql

from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError

FIELDS = ("status", "assigned_to", "next_followup_at", "total_attempts", "is_qualified")
"""The columns of `leads_master` that people change."""
MOST_ATTEMPTS = 1_000_000
_LONGEST = 100


class NoSuchLead(OperatorError):
    """There is no lead of this number (any more)."""


class ChangedMeanwhile(OperatorError):
    """Somebody else changed the lead since it was looked at; the message says who."""


def version_of(lead: Mapping[str, Any]) -> str:
    """What tells what people see in a lead from what it is after any change of theirs."""
    return sha256(repr([_as_text(lead[name]) for name in FIELDS]).encode()).hexdigest()[:16]


def change_lead(
    session: Connection, lead_id: int, who: str, said: Mapping[str, Any], seen: str | None = None
) -> dict[str, Any]:
    """Set some of `FIELDS` of a lead, and return all of them; what is the same is no change.

    Args:
        session: in autocommit.
        seen: the version (`version_of`) that the person looked at; None: whatever it is.

    Raises:
        NoSuchLead: it is not there.
        ChangedMeanwhile: it is another version by now; nothing was changed.
        OperatorError: a value is none that the column takes.
    """
    wanted = {name: _tidied(name, value) for name, value in said.items()}
    with session.transaction():
        before = run(session, "leads/lock_lead", {"lead_id": lead_id}).fetchone()
        if before is None:
            raise NoSuchLead(f"there is no lead {lead_id}")
        if seen is not None and seen != version_of(before):
            raise ChangedMeanwhile(_changed_meanwhile(session, lead_id))
        changed = {name: value for name, value in wanted.items() if value != before[name]}
        if changed:
            columns = {
                "columns": sql.SQL(", ").join(map(sql.Identifier, changed)),
                "values": sql.SQL(", ").join(map(sql.Literal, changed.values())),
            }
            run(session, "leads/change_lead", {"lead_id": lead_id}, columns)
        for name, value in changed.items():
            noted = {"old_value": _as_text(before[name]), "new_value": _as_text(value)}
            named = {"lead_id": lead_id, "who": who, "field": name}
            run(session, "leads/note_change", named | noted)
    after = before | changed
    return after | {"version": version_of(after)}


def changes_of(session: Connection, leads: list[int]) -> list[dict[str, Any]]:
    """What people changed in some leads, the latest first."""
    return run(session, "leads/select_changes", {"leads": leads}).fetchall()


def _tidied(name: str, value: Any) -> Any:
    """
    Raises:
        OperatorError: the column takes no such value.
    """
    if name not in FIELDS:
        raise OperatorError(f"{name} follows from the files: people change {', '.join(FIELDS)}")
    if name == "total_attempts" and not 0 <= value <= MOST_ATTEMPTS:
        raise OperatorError(f"attempts are 0 to {MOST_ATTEMPTS:,}, not {value}")
    if isinstance(value, str):
        value = " ".join(value.split()) or None
        if value and (len(value) > _LONGEST or not value.isprintable()):
            raise OperatorError(f"{name} is a word or a few, of at most {_LONGEST} letters")
    if name == "status" and value is None:
        raise OperatorError("a lead has a status, such as New")
    return value


def _changed_meanwhile(session: Connection, lead_id: int) -> str:
    last = next(iter(changes_of(session, [lead_id])), None)
    by = f" by {last['changed_by']} ({last['field']})" if last else ""
    return f"lead {lead_id} was changed meanwhile{by}: look at it again, then change it"


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int) else value.astimezone(UTC).isoformat()
