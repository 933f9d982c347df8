"""What people say of leads that may be one person: accept, reject, take back.

A decision is kept by the match keys that both leads had, so that it holds whatever becomes of the
leads and their imports: the rule of sightings.py makes one person of all who have one of them.
Whoever of the two asked not to be called or written to has asked for both.
"""

from dataclasses import asdict, dataclass
from typing import Any

from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError
from lead_pipeline.matching import replay
from lead_pipeline.matching.charging import Act, Kind
from lead_pipeline.settings import Settings
from lead_pipeline.suppression.opt_outs import opt_out

_NO_IMPORT = 0  # no import is at work


@dataclass(frozen=True, slots=True)
class After:
    """The last pair that was shown of the open questions, and how likely it is."""

    lead_id: int
    other_lead_id: int
    probability: float | None


def open_questions(
    session: Connection, most: int, after: After | None = None
) -> list[dict[str, Any]]:
    """Pairs that nobody has decided about, the likeliest first, each with what its leads are."""
    last = asdict(after) if after else dict.fromkeys(("lead_id", "other_lead_id", "probability"))
    return run(session, "matching/select_questions", {"most": most, **last}).fetchall()


def decisions(session: Connection, most: int, before: int | None = None) -> list[dict[str, Any]]:
    """What was decided, the latest first; of what was before a decision, if one is named."""
    return run(session, "matching/select_decisions", {"most": most, "before": before}).fetchall()


def accept(
    session: Connection, lead_id: int, other_lead_id: int, who: str, settings: Settings
) -> dict[str, Any]:
    """Make two leads one; `session` is in autocommit. The lead that is left, and the decision.

    The older one of them founds the lead, the other one speaks after it: no channel is lost.

    Raises:
        OperatorError: one of them is not there, has no key of its own, or people have worked on
            both of them.
    """
    with session.transaction():
        run(session, "suppression/lock_decisions")
        _require_mergeable(session, lead_id, other_lead_id)
        decision = _decide(session, lead_id, other_lead_id, who, accepted=True)
        _rebuild(session, [lead_id, other_lead_id], f"decision {decision} of {who}")
        _opt_out_both(session, decision, settings)
        (left,) = run(session, "matching/select_merged_lead", {"decision_id": decision})
    return {"decision_id": decision, "lead_id": left["lead_id"]}


def reject(session: Connection, lead_id: int, other_lead_id: int, who: str) -> dict[str, Any]:
    """Two leads are two people: they are not suggested again.

    Raises:
        OperatorError: one of them is not there, or has no key of its own.
    """
    with session.transaction():
        run(session, "suppression/lock_decisions")
        _require_leads(session, lead_id, other_lead_id)
        decision = _decide(session, lead_id, other_lead_id, who, accepted=False)
    return {"decision_id": decision}


def take_back(session: Connection, decision_id: int, who: str) -> dict[str, Any]:
    """A decision holds no more: leads that it made one are two again, as their files have them.

    Opt-outs that it led to stay: who may be called fails closed.

    Raises:
        OperatorError: there is no such decision that holds.
    """
    with session.transaction():
        run(session, "suppression/lock_decisions")
        merged = [
            row["lead_id"]
            for row in run(session, "matching/select_merged_lead", {"decision_id": decision_id})
        ]
        named = {"decision_id": decision_id, "who": who}
        if not run(session, "matching/take_decision_back", named).rowcount:
            raise OperatorError(f"there is no decision {decision_id} that holds")
        _rebuild(session, merged, f"decision {decision_id} taken back by {who}")
    return {"decision_id": decision_id, "lead_ids": merged}


def _require_leads(session: Connection, *leads: int) -> list[dict[str, Any]]:
    if len(set(leads)) < len(leads):
        raise OperatorError("a lead is one with itself: name two leads")
    found = run(
        session, "matching/select_mergeable", {"leads": [*leads]}, {"worked_on": replay.WORKED_ON}
    ).fetchall()
    for lead in set(leads) - {row["lead_id"] for row in found}:
        raise OperatorError(f"there is no lead {lead}")
    for row in found:
        if not row["keys"]:
            raise OperatorError(
                f"lead {row['lead_id']} has no key by which it could be known again"
            )
    return found


def _require_mergeable(session: Connection, *leads: int) -> None:
    found = _require_leads(session, *leads)
    if all(row["worked_on"] for row in found):
        raise OperatorError(
            f"people have worked on lead {leads[0]} and on lead {leads[1]}: set one of them back "
            "to New, without a person, a date or attempts, for only one of both can be kept"
        )


def _decide(session: Connection, lead_id: int, other: int, who: str, *, accepted: bool) -> int:
    pair = {"lead_id": min(lead_id, other), "other_lead_id": max(lead_id, other)}
    (row,) = run(session, "matching/add_decision", pair | {"who": who, "accepted": accepted})
    decision: int = row["decision_id"]
    run(session, "matching/add_decision_keys", pair | {"decision_id": decision})
    run(session, "matching/close_question", pair | {"who": who, "accepted": accepted})
    return decision


def _rebuild(session: Connection, leads: list[int], cause: str) -> None:
    replay.create(session)
    waiting = list(leads)

    def seed() -> int:
        taken = run(session, "matching/take_leads", {"leads": waiting}).rowcount
        waiting.clear()
        return taken

    replay.replay(session, _NO_IMPORT, seed, Act(Kind.MERGE, cause))


def _opt_out_both(session: Connection, decision: int, settings: Settings) -> None:
    rows = run(session, "matching/select_opt_outs_of_both", {"decision_id": decision})
    if left := [row["value"] for row in rows]:
        opt_out(session, left, f"is who opted out before (decision {decision})", settings)
