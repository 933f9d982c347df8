"""Leads: search, one with its whole life, and what people change in it. They are people's data."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from lead_pipeline.explain import explain_lead
from lead_pipeline.leads.changes import MOST_ATTEMPTS, NoSuchLead, change_lead
from lead_pipeline.leads.search import Filters, search
from lead_pipeline.web.guard import Operator, Seller, Session, TheSite
from lead_pipeline.web.paging import Page, PageSize, page
from lead_pipeline.web.problems import Missing

router = APIRouter(prefix="/leads", tags=["leads"])
Lead = Annotated[int, Path(ge=1, le=2**63 - 1, description="Number of the lead.")]
Word = Annotated[str | None, Query(max_length=200)]


class Change(BaseModel):
    """What is to be changed; what is not there stays. `version` is that of the lead as it was seen:
    if somebody has changed it since, nothing is changed and 409 says who."""

    model_config = ConfigDict(extra="forbid")

    version: str = Field(max_length=64)
    status: str = Field("New", max_length=100)
    assigned_to: str | None = Field(None, max_length=100)
    next_followup_at: AwareDatetime | None = None
    total_attempts: int = Field(0, ge=0, le=MOST_ATTEMPTS)
    is_qualified: bool = False

    @property
    def said(self) -> dict[str, Any]:
        return self.model_dump(exclude_unset=True, exclude={"version"})


@router.get("")
def find_leads(
    session: Session,
    site: TheSite,
    _who: Seller,
    q: Annotated[str, Query(max_length=500, description="Phone, mail, id, or name.")] = "",
    source: Word = None,
    supplier: Word = None,
    tag: Word = None,
    status: Word = None,
    since: Annotated[date | None, Query(description="Came to be on this day or later.")] = None,
    until: Annotated[date | None, Query(description="Came to be on this day or before.")] = None,
    callable: Annotated[  # noqa: A002 - the word of the API
        bool | None, Query(description="A phone or mail is left that may be used.")
    ] = None,
    assigned_to: Annotated[
        str | None, Query(max_length=200, description="Who works on it; empty: nobody.")
    ] = None,
    cursor: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    limit: PageSize = 50,
) -> Page:
    """The newest leads that fit, in pages. The words of a name are whole, the last may be a
    beginning."""
    filters = Filters(source, supplier, tag, status, since, until, callable, assigned_to)
    found = search(session, q, filters, site.settings, before=cursor, most=limit + 1)
    return page(found, limit, "lead_id")


@router.get("/{lead_id}")
def one_lead(session: Session, site: TheSite, _who: Seller, lead_id: Lead) -> dict[str, Any]:
    """All that is known of a lead, as `lead-pipeline explain` tells it."""
    try:
        return explain_lead(session, site, lead_id)
    except NoSuchLead as error:
        raise Missing(str(error)) from error


@router.patch("/{lead_id}")
def change(session: Session, who: Operator, lead_id: Lead, change: Change) -> dict[str, Any]:
    """Change what people know of a lead; its own after it, with the version for the next change."""
    try:
        return change_lead(session, lead_id, who.name, change.said, change.version)
    except NoSuchLead as error:
        raise Missing(str(error)) from error
