"""Contacts that are given back without anybody asking: listed too late, or a return undone."""

from collections.abc import Sequence

from lead_pipeline.database import Connection, run
from lead_pipeline.matching.charging import Act, Kind, follow_returns


def credit_listed(
    session: Connection, act: Act, suppressed: Sequence[int], released: Sequence[int]
) -> None:
    """Leads that a list which came later took from us are given back within their return window;
    those that its next version gives back are charged again."""
    named = {"cause": act.cause, "now": act.happened_at}
    found = run(session, "matching/credit_listed", {**named, "leads": [*suppressed]}).fetchall()
    found += run(session, "matching/charge_released", {**named, "leads": [*released]}).fetchall()
    if found:
        follow_returns(session, act, [row["return_id"] for row in found])


def withdraw_of(session: Connection, import_id: int) -> None:
    """What a file of feedback gave back is not given back any more, for the file is undone."""
    act = Act(Kind.RETURN, f"undo of feedback import {import_id}")
    named = {"import_id": import_id, "now": act.happened_at, "cause": act.cause}
    found = run(session, "matching/withdraw_returns", named).fetchall()
    if found:
        follow_returns(session, act, [row["return_id"] for row in found])
