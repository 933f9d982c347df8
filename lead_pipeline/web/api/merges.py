"""Leads that may be one person, and what people say of them."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from lead_pipeline.access.tokens import Who
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.matching import merges
from lead_pipeline.matching.merges import After
from lead_pipeline.web.guard import LastingOperator, Operator, Session, TheSite
from lead_pipeline.web.once import Key, fingerprint, once
from lead_pipeline.web.paging import Page, PageSize, page

router = APIRouter(prefix="/merges", tags=["merges"])
_LEAD = r"[1-9]\d{0,17}"
Pair = Annotated[str, Path(pattern=f"^{_LEAD}-{_LEAD}$", description="The leads, such as 12-15.")]
Cursor = Annotated[str | None, Query(pattern=rf"^{_LEAD}-{_LEAD}(-[01]\.\d+(e-\d+)?)?$")]


class Questions(BaseModel):
    """Pairs nobody has decided about; `id` names one, `next` is the cursor of those that follow."""

    items: list[dict[str, Any]]
    next: str | None


class Decision(BaseModel):
    """What was said of two leads, and the lead that is left if they are one."""

    decision_id: int
    lead_id: int | None = None


@router.get("")
def open_questions(
    session: Session, _who: Operator, cursor: Cursor = None, limit: PageSize = 50
) -> Questions:
    """Who may be one person, the likeliest first, each pair with both its people."""
    found = merges.open_questions(session, limit + 1, _after(cursor))
    items = [{"id": f"{one['lead_id']}-{one['other_lead_id']}", **one} for one in found[:limit]]
    return Questions(items=items, next=_cursor(items[-1]) if len(found) > limit else None)


@router.get("/decisions")
def decisions(
    session: Session,
    _who: Operator,
    cursor: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    limit: PageSize = 50,
) -> Page:
    """What was decided, the latest first."""
    return page(merges.decisions(session, limit + 1, cursor), limit, "decision_id")


@router.post("/{pair}/accept", status_code=201, response_model=Decision)
def accept(
    request: Request, site: TheSite, who: LastingOperator, pair: Pair, key: Key = None
) -> JSONResponse:
    """These two leads are one person. The older one founds the lead; no channel is lost."""

    def act() -> dict[str, Any]:
        with connect(site.settings.database_url, autocommit=True) as session:
            return merges.accept(session, *_leads(pair), who.name, site.settings)

    return _once(request, site, who, key, act)


@router.post("/{pair}/reject", status_code=201, response_model=Decision)
def reject(
    request: Request, site: TheSite, who: LastingOperator, pair: Pair, key: Key = None
) -> JSONResponse:
    """These two leads are two people: it is not asked again."""

    def act() -> dict[str, Any]:
        with connect(site.settings.database_url, autocommit=True) as session:
            return merges.reject(session, *_leads(pair), who.name)

    return _once(request, site, who, key, act)


@router.post("/{decision_id}/take-back")
def take_back(
    session: Session, who: Operator, decision_id: Annotated[int, Path(ge=1, le=2**31 - 1)]
) -> dict[str, Any]:
    """A decision holds no more; opt-outs that it led to stay."""
    return merges.take_back(session, decision_id, who.name)


def _once(
    request: Request,
    site: Site,
    who: Who,
    key: str | None,
    act: Callable[[], dict[str, Any]],
) -> JSONResponse:
    return once(site.settings.database_url, key, who, fingerprint(request, ""), act)


def _leads(pair: str) -> tuple[int, int]:
    one, _, other = pair.partition("-")
    return int(one), int(other)


def _cursor(last: dict[str, Any]) -> str:
    likely = last["probability"]
    return last["id"] if likely is None else f"{last['id']}-{float(likely)!r}"


def _after(cursor: str | None) -> After | None:
    if cursor is None:
        return None
    one, other, *likely = cursor.split("-", 2)
    return After(int(one), int(other), float(likely[0]) if likely else None)
