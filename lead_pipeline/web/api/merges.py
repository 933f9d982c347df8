"""Leads that may be one person, and what people say of them. Nothing is merged by itself."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from lead_pipeline.matching import merges
from lead_pipeline.web.guard import Operator, Session, TheSite

router = APIRouter(prefix="/merges", tags=["possible duplicates"])
Lead = Annotated[int, Field(ge=1, le=2**63 - 1)]
Most = Annotated[int, Query(ge=1, le=500, description="How many at most.")]


class Answer(BaseModel):
    """Whether two leads are one person."""

    model_config = ConfigDict(extra="forbid")

    lead_id: Lead
    other_lead_id: Lead
    answer: Literal["accept", "reject"]


@router.get("")
def open_questions(session: Session, _who: Operator, limit: Most = 50) -> list[dict[str, Any]]:
    """The open questions, the likeliest first."""
    return merges.open_questions(session, limit)


@router.get("/decisions")
def decisions(session: Session, _who: Operator, limit: Most = 50) -> list[dict[str, Any]]:
    """What was decided, the latest first."""
    return merges.decisions(session, limit)


@router.post("/decisions", status_code=201)
def decide(session: Session, site: TheSite, who: Operator, said: Answer) -> dict[str, Any]:
    """Say that two leads are one person, or two."""
    pair = (said.lead_id, said.other_lead_id)
    if said.answer == "accept":
        return merges.accept(session, *pair, who.name, site.settings)
    return merges.reject(session, *pair, who.name)


@router.post("/decisions/{decision_id}/take-back")
def take_back(
    session: Session, who: Operator, decision_id: Annotated[int, Path(ge=1, le=2**31 - 1)]
) -> dict[str, Any]:
    """Take a decision back: leads that it made one are two again. Opt-outs that it led to stay."""
    return merges.take_back(session, decision_id, who.name)
