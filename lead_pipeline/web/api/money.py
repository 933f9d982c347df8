"""Terms of suppliers, returns, statements, and what their lists are worth."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from lead_pipeline.database import Connection
from lead_pipeline.errors import OperatorError
from lead_pipeline.money import returns, statements
from lead_pipeline.money.report import WEEKS, overlap, worth
from lead_pipeline.money.returns import State
from lead_pipeline.money.sheets import as_csv, as_workbook
from lead_pipeline.suppliers.agreement import Agreement
from lead_pipeline.suppliers.suppliers import history, settle_terms, terms_of_today
from lead_pipeline.web.api.registry import Name
from lead_pipeline.web.guard import Admin, Operator, Session
from lead_pipeline.web.receiving import unprocessable

router = APIRouter(tags=["money"])
Supplier = Annotated[str, Path(min_length=1, max_length=200)]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Reason = Annotated[str, Field(min_length=1, max_length=1000, pattern=r"^[^\x00]+$")]
Month = Annotated[str, Field(pattern=r"^[1-9]\d{3}-(0[1-9]|1[0-2])$", description="As 2026-01.")]
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Terms(BaseModel):
    """All terms of a supplier, and the first day on which files come under them; without one they
    hold from the next file on."""

    model_config = ConfigDict(extra="forbid")

    terms: Agreement
    valid_from: date | None = None


class Wish(BaseModel):
    """A lead that is given back, and why."""

    model_config = ConfigDict(extra="forbid")

    lead_id: Annotated[int, Field(ge=1, le=2**63 - 1)]
    reason: Reason


class Refusal(BaseModel):
    """Why a return is refused."""

    model_config = ConfigDict(extra="forbid")

    why: Reason


class Wanted(BaseModel):
    """A month whose statement is to be issued."""

    model_config = ConfigDict(extra="forbid")

    supplier: Name
    month: Month

    @property
    def first(self) -> date:
        return datetime.strptime(self.month, "%Y-%m").date()  # noqa: DTZ007 - a day of no zone


@router.get("/suppliers/report")
def report(
    session: Session,
    _who: Operator,
    supplier: Annotated[str | None, Query(max_length=200)] = None,
    weeks: Annotated[int, Query(ge=1, le=520)] = WEEKS,
) -> dict[str, Any]:
    """What lists were worth by supplier and week, and who sells whose people."""
    return {
        "worth": [one.facts for one in worth(session, supplier, weeks)],
        "overlap": [] if supplier else overlap(session),
    }


@router.get("/suppliers/{supplier}/terms")
def terms(session: Session, _who: Operator, supplier: Supplier) -> dict[str, Any]:
    """The terms that hold today, and all there were."""
    return {
        "terms": terms_of_today(session, supplier).plain,
        "history": history(session, supplier),
    }


@router.put("/suppliers/{supplier}/terms")
def new_terms(session: Session, who: Admin, supplier: Supplier, said: Terms) -> dict[str, Any]:
    """Settle all terms of a supplier."""
    with unprocessable():
        return settle_terms(session, supplier, said.terms, said.valid_from, who.name)


@router.get("/returns")
def list_returns(
    session: Session,
    _who: Operator,
    state: State | None = None,
    supplier: Annotated[str | None, Query(max_length=200)] = None,
) -> dict[str, Any]:
    """At most 500 leads that were given back, the latest first."""
    return {"items": returns.all_returns(session, state, supplier)}


@router.post("/returns", status_code=201)
def new_return(session: Session, who: Operator, said: Wish) -> dict[str, Any]:
    """Give a lead back; after the window of the terms it is refused at once."""
    return returns.ask(session, said.lead_id, said.reason, who.name)


@router.post("/returns/{return_id}/approve")
def approve_return(session: Session, who: Admin, return_id: Number) -> dict[str, Any]:
    """What was paid for it is not owed any more."""
    return returns.approve(session, return_id, who.name)


@router.post("/returns/{return_id}/refuse")
def refuse_return(session: Session, who: Admin, return_id: Number, said: Refusal) -> dict[str, Any]:
    """Refuse it, with the reason."""
    return returns.refuse(session, return_id, who.name, said.why)


@router.get("/statements")
def list_statements(
    session: Session,
    _who: Operator,
    supplier: Annotated[str | None, Query(max_length=200)] = None,
) -> dict[str, Any]:
    """Those that were issued, the latest first."""
    return {"items": statements.all_statements(session, supplier)}


@router.post("/statements", status_code=201)
def issue_statement(session: Session, who: Admin, said: Wanted) -> dict[str, Any]:
    """Freeze the statement of a month that is over."""
    return statements.issue(session, said.supplier, said.first, who.name)


@router.get("/statements/{statement_id}.csv")
def statement_csv(session: Session, _who: Operator, statement_id: Number) -> Response:
    """Its lines as CSV, in which nothing is a formula."""
    return csv_of(the_statement(session, statement_id))


@router.get("/statements/{statement_id}.xlsx")
def statement_workbook(session: Session, _who: Operator, statement_id: Number) -> Response:
    """Its lines as an Excel workbook."""
    return workbook_of(the_statement(session, statement_id))


def the_statement(session: Connection, statement_id: int) -> dict[str, Any]:
    """A statement by its number, or 404."""
    try:
        return statements.get_statement(session, statement_id)
    except OperatorError as error:
        raise HTTPException(404, str(error)) from error


def csv_of(statement: dict[str, Any]) -> Response:
    """The download of a statement as CSV."""
    lines = as_csv(statement["content"])
    return StreamingResponse(lines, media_type="text/csv", headers=_named(statement, "csv"))


def workbook_of(statement: dict[str, Any]) -> Response:
    """The download of a statement as a workbook."""
    content = as_workbook(statement["content"])
    return Response(content, media_type=_WORKBOOK, headers=_named(statement, "xlsx"))


def _named(statement: dict[str, Any], ending: str) -> dict[str, str]:
    name = f"statement-{statement['statement_id']}-{statement['month']:%Y-%m}.{ending}"
    return {"Content-Disposition": f'attachment; filename="{name}"'}
