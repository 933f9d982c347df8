"""Where leads come from: sources, and suppliers with what is agreed with them."""

from decimal import Decimal
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from lead_pipeline.choices.reading import settle_region
from lead_pipeline.settings import Review
from lead_pipeline.suppliers.sources import add_source, all_sources
from lead_pipeline.suppliers.suppliers import agree, with_weeks
from lead_pipeline.suppliers.terms import Scope
from lead_pipeline.web.guard import Admin, Operator, Session, TheSite
from lead_pipeline.web.once import Key, fingerprint, once
from lead_pipeline.web.receiving import unprocessable

router = APIRouter(tags=["sources and suppliers"])
_MOST_DAYS = 36_500  # a century
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00]+$"),
]

Price = Annotated[Decimal, Field(ge=0, le=1_000_000, decimal_places=4)]
Days = Annotated[int, Field(ge=1, le=_MOST_DAYS)]
Region = Annotated[str, Field(pattern="^[A-Z]{2}$")]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]


class NewSource(BaseModel):
    """A source and its sub-source, such as Meta and meta_form."""

    model_config = ConfigDict(extra="forbid")

    source: Name
    sub_source: Name


class SourceRow(BaseModel):
    """A source; its leads in total and of today, in the account's time zone."""

    source_id: int
    source: str
    sub_source: str
    total: int
    today: int


class NewTerms(BaseModel):
    """What is agreed; what is not there stays. Null takes the price, the look-back (then: however
    long ago) or the review (then: as LEADS_REVIEW says) away."""

    model_config = ConfigDict(extra="forbid")

    cost_per_lead: Price | None = None
    lookback_days: Days | None = None
    scope: Scope = Scope.EVERYWHERE
    review: Review | None = None
    region: Region = "US"
    currency: Currency | None = None


@router.get("/sources")
def list_sources(session: Session, _who: Operator) -> list[SourceRow]:
    """Every source, the largest first."""
    return [
        SourceRow(
            source_id=one["source_id"],
            source=one["display_name"],
            sub_source=one["source_type"],
            total=one["total_leads_count"],
            today=one["todays_leads_count"],
        )
        for one in all_sources(session)
    ]


@router.post("/sources", status_code=201)
def new_source(
    request: Request,
    session: Session,
    site: TheSite,
    who: Operator,
    said: NewSource,
    key: Key = None,
) -> Response:
    """Enter a source by hand: the files of the folder of its name count for it."""

    def create() -> dict[str, Any]:
        number = add_source(session, said.source, said.sub_source, by_hand=True)
        return {"source_id": number} | said.model_dump()

    body = sha256(said.model_dump_json().encode()).hexdigest()
    return once(site.settings.database_url, key, who, fingerprint(request, body), create)


@router.get("/suppliers")
def list_suppliers(session: Session, _who: Operator) -> list[dict[str, Any]]:
    """Every supplier: its terms, what became of its contacts, and of each week's."""
    return with_weeks(session)


@router.put("/suppliers/{supplier}")
def new_terms(
    session: Session,
    who: Admin,
    supplier: Annotated[str, Path(min_length=1, max_length=200)],
    said: NewTerms,
) -> dict[str, Any]:
    """Settle what is agreed with a supplier, from its next file on."""
    stated = said.model_fields_set
    with unprocessable(), session.transaction():
        if "region" in stated:
            settle_region(session, "supplier", supplier, said.region)
        return agree(
            session,
            supplier,
            cost_per_lead=said.cost_per_lead,
            no_price="cost_per_lead" in stated and said.cost_per_lead is None,
            lookback_days=(said.lookback_days or 0) if "lookback_days" in stated else None,
            scope=said.scope if "scope" in stated else None,
            review=said.review,
            usual_review="review" in stated and said.review is None,
            currency=said.currency,
            who=who.name,
        )
