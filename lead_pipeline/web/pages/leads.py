"""The pages of leads: search, and one with its whole life, its work and its opt-out."""

from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from lead_pipeline.database import Connection
from lead_pipeline.errors import OperatorError
from lead_pipeline.explain import explain_lead
from lead_pipeline.imports.site import Site
from lead_pipeline.leads.changes import MOST_ATTEMPTS, NoSuchLead, change_lead
from lead_pipeline.leads.search import Filters, search, values_of
from lead_pipeline.suppression.opt_outs import opt_out
from lead_pipeline.web.api.leads import Lead
from lead_pipeline.web.guard import Operator, Seller, Session, TheSite
from lead_pipeline.web.once import fingerprint, once
from lead_pipeline.web.pages.posting import done, shown
from lead_pipeline.web.paging import page
from lead_pipeline.web.problems import Missing

router = APIRouter(prefix="/leads", include_in_schema=False)
_SHOWN = 50


class Search(BaseModel):
    """What the form of the page asks for; what is empty asks for nothing."""

    q: str = Field("", max_length=500)
    source: str | None = Field(None, max_length=200)
    supplier: str | None = Field(None, max_length=200)
    tag: str | None = Field(None, max_length=200)
    status: str | None = Field(None, max_length=200)
    since: date | None = None
    until: date | None = None
    callable: bool | None = None
    assigned_to: str | None = Field(None, max_length=200)
    cursor: int | None = Field(None, ge=1, le=2**63 - 1)

    @field_validator("*", mode="before")
    @classmethod
    def empty_is_nothing(cls, value: Any, info: Any) -> Any:
        return None if value == "" and info.field_name != "q" else value

    @property
    def filters(self) -> Filters:
        return Filters(**self.model_dump(exclude={"q", "cursor"}))

    def query(self, **cursor: int) -> str:
        """The query of a page of the same search."""
        asked = self.model_dump(mode="json", exclude_none=True, exclude={"cursor"})
        return urlencode(asked | cursor)


class Work(BaseModel):
    """The form of what people know of a lead; what is left empty is taken away."""

    model_config = ConfigDict(extra="forbid")

    version: str = Field(max_length=64)
    status: str = Field(max_length=100)
    assigned_to: str = Field("", max_length=100)
    next_followup_at: datetime | None = None
    total_attempts: int = Field(ge=0, le=MOST_ATTEMPTS)
    is_qualified: bool = False

    @field_validator("next_followup_at", mode="before")
    @classmethod
    def empty_is_never(cls, value: Any) -> Any:
        return value or None

    def said(self, time_zone: str) -> dict[str, Any]:
        values = self.model_dump(exclude={"version"})
        if moment := self.next_followup_at:  # as a browser sends it: without a zone
            values["next_followup_at"] = moment.replace(tzinfo=ZoneInfo(time_zone))
        return values


class OptOut(BaseModel):
    """The form of an opt-out, which nobody can take back; `key` is the form's own, so that sending
    it twice is once."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field(min_length=8, max_length=64)
    sure: Literal["true"]
    reason: str = Field("", max_length=500)


@router.get("")
def leads(
    request: Request,
    session: Session,
    site: TheSite,
    _who: Seller,
    asked: Annotated[Search, Query()],
) -> Response:
    """Search leads."""
    found = search(
        session, asked.q, asked.filters, site.settings, before=asked.cursor, most=_SHOWN + 1
    )
    some = page(found, _SHOWN, "lead_id")
    pages = {
        "first": asked.query(),
        "next": asked.query(cursor=some.next) if some.next else None,
    }
    known = values_of(session)
    return shown(request, "leads", asked=asked, found=some.items, known=known, **pages)


@router.get("/{lead_id}")
def one_lead(
    request: Request, session: Session, site: TheSite, _who: Seller, lead_id: Lead
) -> Response:
    """One lead."""
    return _lead(request, session, site, lead_id)


@router.post("/{lead_id}")
def change(
    request: Request,
    session: Session,
    site: TheSite,
    who: Operator,
    lead_id: Lead,
    work: Annotated[Work, Form()],
) -> Response:
    """Change what people know of it."""
    said = work.said(site.settings.time_zone)
    try:
        change_lead(session, lead_id, who.name, said, work.version)
    except OperatorError as error:
        return _lead(request, session, site, lead_id, fault=str(error))
    return done(f"/leads/{lead_id}", "changed")


@router.post("/{lead_id}/opt-out")
def opt_out_lead(
    request: Request,
    session: Session,
    site: TheSite,
    who: Operator,
    lead_id: Lead,
    said: Annotated[OptOut, Form()],
) -> Response:
    """Opt every phone and mail of it out."""

    def create() -> dict[str, Any]:
        (lead,) = _life(session, site, lead_id)["leads"]
        if channels := [*(lead["phones"] or ()), *(lead["emails"] or ())]:
            opt_out(session, channels, said.reason or None, site.settings)
        return {}

    body = sha256(said.model_dump_json().encode()).hexdigest()
    once(site.settings.database_url, said.key, who, fingerprint(request, body), create)
    return done(f"/leads/{lead_id}", "opted_out")


def _lead(
    request: Request,
    session: Connection,
    site: Site,
    lead_id: int,
    fault: str | None = None,
) -> Response:
    life = _life(session, site, lead_id)
    (lead,) = life["leads"]
    time_zone = site.settings.time_zone
    again = lead["next_followup_at"]
    facts = {
        "life": life,
        "lead": lead,
        "time_zone": time_zone,
        "followup": f"{again.astimezone(ZoneInfo(time_zone)):%Y-%m-%dT%H:%M}" if again else "",
    }
    return shown(request, "lead", fault=fault, **facts)


def _life(session: Connection, site: Site, lead_id: int) -> dict[str, Any]:
    """
    Raises:
        Missing: there is no such lead (any more).
    """
    try:
        return explain_lead(session, site, lead_id)
    except NoSuchLead as error:
        raise Missing(str(error)) from error
