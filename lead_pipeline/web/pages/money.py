"""The pages of a supplier, of returns, and of statements; a statement also for its supplier."""

from datetime import date, datetime
from itertools import islice
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, HTTPException, Path, Request, Response
from itsdangerous import BadSignature
from pydantic import BaseModel, ConfigDict, Field, field_validator

from lead_pipeline.database import Connection
from lead_pipeline.errors import OperatorError
from lead_pipeline.money import returns, statements
from lead_pipeline.money.report import overlap, worth
from lead_pipeline.suppliers.agreement import read_terms, write_terms
from lead_pipeline.suppliers.suppliers import history, is_known, settle_terms, terms_of_today
from lead_pipeline.web.api.money import (
    Month,
    Number,
    Reason,
    Supplier,
    csv_of,
    the_statement,
    workbook_of,
)
from lead_pipeline.web.guard import Admin, Operator, Session, of_gate
from lead_pipeline.web.pages.plots import weekly
from lead_pipeline.web.pages.posting import done, shown

router = APIRouter(include_in_schema=False)
LINK_DAYS = 30
"""So long a link for a supplier shows its statement."""
_LINK = "statement of a supplier"
_MOST_LINES = 200
Token = Annotated[str, Path(max_length=400)]


class TermsForm(BaseModel):
    """All terms as TOML, and from which day on they hold; empty: from the next file on."""

    model_config = ConfigDict(extra="forbid")

    toml: str = Field(max_length=100_000)
    valid_from: date | None = None

    @field_validator("valid_from", mode="before")
    @classmethod
    def empty_is_none(cls, value: Any) -> Any:
        return value or None


class MonthForm(BaseModel):
    """The month whose statement is issued."""

    model_config = ConfigDict(extra="forbid")

    month: Month


class ReturnForm(BaseModel):
    """A lead that is given back."""

    model_config = ConfigDict(extra="forbid")

    lead_id: Annotated[int, Field(ge=1, le=2**63 - 1)]
    reason: Reason


class RefusalForm(BaseModel):
    """Why a return is refused."""

    model_config = ConfigDict(extra="forbid")

    why: Reason


@router.get("/suppliers/{supplier}")
def supplier_page(
    request: Request, session: Session, _who: Operator, supplier: Supplier
) -> Response:
    """What its lists are worth, its statements, its returns and terms."""
    return _supplier(request, session, supplier)


@router.post("/suppliers/{supplier}/terms")
def new_terms(
    request: Request,
    session: Session,
    who: Admin,
    supplier: Supplier,
    said: Annotated[TermsForm, Form()],
) -> Response:
    """Settle all terms of a supplier."""
    try:
        agreement = read_terms(said.toml.replace("\r\n", "\n"))
        settle_terms(session, supplier, agreement, said.valid_from, who.name)
    except OperatorError as error:
        return _supplier(request, session, supplier, fault=str(error), toml=said.toml)
    return done(f"/suppliers/{quote(supplier, safe='')}", "agreed")


@router.post("/suppliers/{supplier}/statements")
def issue_statement(
    request: Request,
    session: Session,
    who: Admin,
    supplier: Supplier,
    said: Annotated[MonthForm, Form()],
) -> Response:
    """Freeze the statement of a month that is over."""
    month = datetime.strptime(said.month, "%Y-%m").date()  # noqa: DTZ007 - a day of no zone
    try:
        issued = statements.issue(session, supplier, month, who.name)
    except OperatorError as error:
        return _supplier(request, session, supplier, fault=str(error))
    return done(f"/statements/{issued['statement_id']}", "issued")


@router.get("/overlap")
def overlap_page(request: Request, session: Session, _who: Operator) -> Response:
    """Who sells whose people."""
    return shown(request, "overlap", pairs=overlap(session))


@router.get("/returns")
def returns_page(request: Request, session: Session, _who: Operator) -> Response:
    """Who was given back, those first that wait for somebody."""
    return _returns(request, session)


@router.post("/returns")
def ask_return(
    request: Request, session: Session, who: Operator, said: Annotated[ReturnForm, Form()]
) -> Response:
    """Give a lead back."""
    try:
        asked = returns.ask(session, said.lead_id, said.reason, who.name)
    except OperatorError as error:
        return _returns(request, session, fault=str(error))
    return done("/returns", asked["state"])


@router.post("/returns/{return_id}/approve")
def approve_return(request: Request, session: Session, who: Admin, return_id: Number) -> Response:
    """What was paid for it is not owed any more."""
    try:
        returns.approve(session, return_id, who.name)
    except OperatorError as error:
        return _returns(request, session, fault=str(error))
    return done("/returns", "approved")


@router.post("/returns/{return_id}/refuse")
def refuse_return(
    request: Request,
    session: Session,
    who: Admin,
    return_id: Number,
    said: Annotated[RefusalForm, Form()],
) -> Response:
    """Refuse it, with the reason."""
    try:
        returns.refuse(session, return_id, who.name, said.why)
    except OperatorError as error:
        return _returns(request, session, fault=str(error))
    return done("/returns", "refused")


@router.get("/statements/{statement_id}")
def statement_page(
    request: Request, session: Session, _who: Operator, statement_id: Number
) -> Response:
    """A statement with its first lines, and the link for its supplier."""
    found = the_statement(session, statement_id)
    token = of_gate(request).signer.dumps(statement_id, salt=_LINK)
    link = request.url_for("linked_statement", token=token)
    return _shown(request, session, found, f"/api/statements/{statement_id}", link=str(link))


@router.get("/statement/{token}.csv")
def linked_csv(request: Request, session: Session, token: Token) -> Response:
    """The lines for its supplier as CSV."""
    return csv_of(the_statement(session, _linked(request, token)))


@router.get("/statement/{token}.xlsx")
def linked_workbook(request: Request, session: Session, token: Token) -> Response:
    """The lines for its supplier as a workbook."""
    return workbook_of(the_statement(session, _linked(request, token)))


@router.get("/statement/{token}")
def linked_statement(request: Request, session: Session, token: Token) -> Response:
    """A statement for its supplier, who has the link."""
    found = the_statement(session, _linked(request, token))
    return _shown(request, session, found, f"/statement/{token}", link=None)


def _linked(request: Request, token: str) -> int:
    try:
        number: int = of_gate(request).signer.loads(
            token, salt=_LINK, max_age=LINK_DAYS * 24 * 3600
        )
    except BadSignature:
        raise HTTPException(404, "this link is over, or was never one") from None
    return number


def _shown(
    request: Request, session: Connection, found: dict[str, Any], path: str, *, link: str | None
) -> Response:
    lines = [*islice(statements.lines_of(found["content"]), _MOST_LINES)]
    return shown(
        request, "statement", one=found, lines=lines, most=_MOST_LINES, path=path, link=link,
        days=LINK_DAYS, returns=returns.all_returns(session, supplier=found["supplier"]),
    )  # fmt: skip


def _supplier(
    request: Request,
    session: Connection,
    supplier: str,
    fault: str | None = None,
    toml: str | None = None,
) -> Response:
    if not is_known(session, supplier):
        raise HTTPException(404, f"there is no supplier {supplier!r}")
    weeks = [one.facts for one in worth(session, supplier)]
    bars = [{"week": w["week"], "contacts": w["contacts"], "leads": w["new"]} for w in weeks]
    return shown(
        request,
        "supplier",
        fault=fault,
        supplier=supplier,
        weeks=weeks,
        trend=weekly(bars),
        toml=toml if toml is not None else write_terms(terms_of_today(session, supplier)),
        history=history(session, supplier),
        statements=statements.all_statements(session, supplier),
        returns=returns.all_returns(session, supplier=supplier),
    )


def _returns(request: Request, session: Connection, fault: str | None = None) -> Response:
    found = returns.all_returns(session)
    waiting = [one for one in found if one["state"] == returns.State.OPEN]
    decided = [one for one in found if one["state"] != returns.State.OPEN]
    return shown(request, "returns", fault=fault, waiting=waiting, decided=decided)
