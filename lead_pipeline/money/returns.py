"""Returns: leads given back to their supplier, asked for by a person or a file, and decided here.

A return is about the contact for which the lead was paid last. One that comes after the window of
its terms is refused at once; the others wait for somebody. An approved one is a credit.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError
from lead_pipeline.matching.charging import Act, Kind, follow_returns

Row = dict[str, Any]


class State(StrEnum):
    """Where a return stands."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Wish:
    """A lead that is to be given back, since when and why."""

    lead_id: int
    reason: str | None
    asked_at: datetime

    @property
    def plain(self) -> dict[str, Any]:
        at = self.asked_at.isoformat()
        return {"lead_id": self.lead_id, "reason": self.reason, "asked_at": at}


def ask(session: Connection, lead_id: int, reason: str, who: str) -> Row:
    """Give a lead back: the return as it then is, open or refused.

    Raises:
        OperatorError: nothing is owed for the lead, or it is given back already.
    """
    with session.transaction():
        run(session, "suppression/lock_decisions")
        wish = Wish(lead_id, reason, datetime.now(UTC))
        found = ask_all(session, [wish], who)
        if not found:
            raise OperatorError(_why_not(session, lead_id))
        return found[0]


def ask_all(
    session: Connection, wishes: Sequence[Wish], who: str, feedback_import_id: int | None = None
) -> list[Row]:
    """The returns that follow, inside a transaction that holds the lock of decisions; a lead for
    which nothing is owed, or which is given back already, has none."""
    asked = json.dumps([wish.plain for wish in wishes])
    named = {"asked": asked, "asked_by": who, "feedback_import_id": feedback_import_id}
    return run(session, "money/ask_returns", named | {"now": datetime.now(UTC)}).fetchall()


def approve(session: Connection, return_id: int, who: str) -> Row:
    """What was paid for it is not owed any more.

    Raises:
        OperatorError: there is no such return that is open.
    """
    return _decide(session, return_id, State.APPROVED, who, None)


def refuse(session: Connection, return_id: int, who: str, why: str) -> Row:
    """
    Raises:
        OperatorError: there is no such return that is open.
    """
    return _decide(session, return_id, State.REFUSED, who, why)


def all_returns(
    session: Connection, state: State | None = None, supplier: str | None = None, most: int = 500
) -> list[Row]:
    """The latest first, each with its supplier and what was paid."""
    return run(
        session, "money/list_returns", {"state": state, "supplier": supplier, "most": most}
    ).fetchall()


def _decide(session: Connection, return_id: int, state: State, who: str, why: str | None) -> Row:
    with session.transaction():
        run(session, "suppression/lock_decisions")
        said = {"return_id": return_id, "state": state, "who": who, "told": why}
        now = datetime.now(UTC)
        row = run(session, "money/decide_return", said | {"now": now}).fetchone()
        if row is None:
            raise OperatorError(f"no return {return_id} is open")
        if state is State.APPROVED:
            act = Act(Kind.RETURN, f"return {return_id}: {row['reason']}", now)
            follow_returns(session, act, [return_id])
        return row


def _why_not(session: Connection, lead_id: int) -> str:
    row = run(session, "money/find_return", {"lead_id": lead_id}).fetchone()
    if row is None:
        return f"nothing is owed for lead {lead_id}: it is not there, or no price was agreed"
    return f"lead {lead_id} is given back already: return {row['return_id']} is {row['state']}"
