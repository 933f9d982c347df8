"""The page of leads that may be one person."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from lead_pipeline.database import Connection
from lead_pipeline.errors import OperatorError
from lead_pipeline.matching import merges
from lead_pipeline.web.guard import Operator, Session, TheSite
from lead_pipeline.web.pages.posting import done, shown

router = APIRouter(prefix="/duplicates", include_in_schema=False)
_SHOWN = 50


class Answer(BaseModel):
    """The form below a pair of leads: which of its two buttons was pressed."""

    model_config = ConfigDict(extra="forbid")

    lead_id: int = Field(ge=1, le=2**63 - 1)
    other_lead_id: int = Field(ge=1, le=2**63 - 1)
    answer: Literal["accept", "reject"]


@router.get("")
def duplicates(request: Request, session: Session, _who: Operator) -> Response:
    """The open questions, and what was decided."""
    return _duplicates(request, session)


@router.post("")
def decide(
    request: Request,
    session: Session,
    site: TheSite,
    who: Operator,
    said: Annotated[Answer, Form()],
) -> Response:
    """Say that two leads are one person, or two."""
    pair = (said.lead_id, said.other_lead_id)
    try:
        if said.answer == "accept":
            merges.accept(session, *pair, who.name, site.settings)
        else:
            merges.reject(session, *pair, who.name)
    except OperatorError as error:
        return _duplicates(request, session, fault=str(error))
    return done("/duplicates", said.answer)


@router.post("/{decision_id}/take-back")
def take_back(
    request: Request,
    session: Session,
    who: Operator,
    decision_id: Annotated[int, Path(ge=1, le=2**31 - 1)],
) -> Response:
    """Take a decision back."""
    try:
        merges.take_back(session, decision_id, who.name)
    except OperatorError as error:
        return _duplicates(request, session, fault=str(error))
    return done("/duplicates", "taken_back")


def _duplicates(request: Request, session: Connection, fault: str | None = None) -> Response:
    found = {
        "questions": merges.open_questions(session, _SHOWN),
        "decisions": merges.decisions(session, _SHOWN),
    }
    return shown(request, "duplicates", fault=fault, **found)
