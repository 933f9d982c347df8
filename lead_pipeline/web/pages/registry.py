"""The pages of sources and suppliers."""

from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from lead_pipeline.access.tokens import Who
from lead_pipeline.choices.reading import settle_region
from lead_pipeline.database import Connection
from lead_pipeline.errors import OperatorError
from lead_pipeline.settings import Review
from lead_pipeline.suppliers.sources import add_source, all_sources
from lead_pipeline.suppliers.suppliers import agree, with_weeks
from lead_pipeline.suppliers.terms import Scope
from lead_pipeline.web.api.registry import Currency, Days, Name, Price, Region
from lead_pipeline.web.guard import Admin, Operator, Session, TheSite
from lead_pipeline.web.once import fingerprint, once
from lead_pipeline.web.pages.plots import weekly
from lead_pipeline.web.pages.posting import done, shown

router = APIRouter(include_in_schema=False)


class SourceForm(BaseModel):
    """The form of a new source."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field(min_length=8, max_length=64)
    source: Name
    sub_source: Name


class TermsForm(BaseModel):
    """The form of a supplier's terms; all of them as they are to be, but for an empty region."""

    model_config = ConfigDict(extra="forbid")

    supplier: Name
    cost_per_lead: Price | None = None
    lookback_days: Days | None = None
    scope: Scope
    review: Review | None = None
    region: Region | None = None
    currency: Currency | None = None

    @field_validator(
        "cost_per_lead", "lookback_days", "review", "region", "currency", mode="before"
    )
    @classmethod
    def empty_is_none(cls, value: Any) -> Any:
        return value or None


@router.get("/sources")
def sources(request: Request, session: Session, _who: Operator) -> Response:
    """Every source, and a form for another one."""
    return shown(request, "sources", sources=all_sources(session))


@router.post("/sources")
def new_source(
    request: Request,
    session: Session,
    site: TheSite,
    who: Operator,
    said: Annotated[SourceForm, Form()],
) -> Response:
    """Enter a source by hand."""

    def create() -> dict[str, Any]:
        return {"source_id": add_source(session, said.source, said.sub_source, by_hand=True)}

    body = sha256(said.model_dump_json().encode()).hexdigest()
    once(site.settings.database_url, said.key, who, fingerprint(request, body), create)
    return done("/sources", "added")


@router.get("/suppliers")
def suppliers(request: Request, session: Session, _who: Operator) -> Response:
    """Every supplier with shares and trend, and their terms."""
    return _suppliers(request, session)


@router.post("/suppliers")
def new_terms(
    request: Request, session: Session, who: Admin, said: Annotated[TermsForm, Form()]
) -> Response:
    """Settle what is agreed with a supplier."""
    try:
        with session.transaction():
            _agree(session, said, who)
    except OperatorError as error:
        return _suppliers(request, session, fault=str(error))
    return done("/suppliers", "agreed")


def _agree(session: Connection, said: TermsForm, who: Who) -> None:
    if said.region is not None:
        settle_region(session, "supplier", said.supplier, said.region)
    agree(
        session,
        said.supplier,
        cost_per_lead=said.cost_per_lead,
        no_price=said.cost_per_lead is None,
        lookback_days=said.lookback_days or 0,
        scope=said.scope,
        review=said.review,
        usual_review=said.review is None,
        currency=said.currency,
        who=who.name,
    )


def _suppliers(request: Request, session: Connection, fault: str | None = None) -> Response:
    found = with_weeks(session)
    told = [one | {"trend": weekly(one["weeks"])} for one in found]
    return shown(request, "suppliers", fault=fault, suppliers=told)
