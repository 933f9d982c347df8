"""How an import was read and mapped, and what people settle instead. All of it is for operators:
headers and samples are the file's."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from lead_pipeline.choices import mappings, reading
from lead_pipeline.choices.mappings import For
from lead_pipeline.database import Connection
from lead_pipeline.explain.columns import column_facts, header_of
from lead_pipeline.imports import review
from lead_pipeline.intake.files import require_name
from lead_pipeline.ledger import Import
from lead_pipeline.ledger.facts import import_facts
from lead_pipeline.web.api.imports import Number, the_import
from lead_pipeline.web.guard import Operator, Session, TheSite
from lead_pipeline.web.receiving import unprocessable
from lead_pipeline.web.wishes import Cost, Reading, Text

router = APIRouter(prefix="/imports/{import_id}", tags=["imports"])
Header = Annotated[str, Field(max_length=10_000)]
_READ = ("kind", "encoding", "delimiter", "quote", "header_row", "sheet", "container")


class Corrections(BaseModel):
    """Which fields columns feed from the next reading on; null: none, it is kept in `extra`."""

    model_config = ConfigDict(extra="forbid")

    scope: Literal["object", "supplier", "anyone"] = Field(
        description="For whose files with this header it is remembered."
    )
    columns: dict[Header, Text | None] = Field({}, max_length=2000)
    forget: list[Header] = Field(
        [], max_length=2000, description="These are matched by themselves."
    )


class Settled(Reading):
    """How this object, or all files of its supplier, are to be read; nothing stated forgets it."""

    scope: Literal["object", "supplier"]


class Sold(BaseModel):
    """Who sold the file, and what a lead of it costs; if not said, as agreed with that supplier."""

    model_config = ConfigDict(extra="forbid")

    supplier: Text
    cost: Cost | None = None


@router.put("/supplier")
def assign_supplier(
    session: Session, _who: Operator, import_id: Number, sold: Sold
) -> dict[str, Any]:
    """Say who sold the file of a held import. Of another supplier it is read again, as is settled
    for that one's files."""
    import_ = the_import(session, import_id)
    with unprocessable():
        require_name(sold.supplier, "the name of a supplier")
    return import_facts(review.assign_supplier(session, import_, sold.supplier, sold.cost))


@router.get("/columns")
def columns(session: Session, site: TheSite, _who: Operator, import_id: Number) -> dict[str, Any]:
    """What each column feeds, how surely, with samples, and which fields it may have meant."""
    return column_facts(site, session, the_import(session, import_id))


@router.put("/columns")
def correct_columns(
    session: Session, site: TheSite, _who: Operator, import_id: Number, wanted: Corrections
) -> dict[str, Any]:
    """Correct columns, all of these or none. A held import is mapped so once it is read again."""
    import_ = the_import(session, import_id)
    header, whose = header_of(import_), _whose(import_, wanted.scope)
    with unprocessable():
        mappings.correct_all(session, header, whose, wanted.columns, wanted.forget)
    return column_facts(site, session, import_)


@router.get("/reading")
def reading_of(session: Session, _who: Operator, import_id: Number) -> dict[str, Any]:
    """How the file was read (`found`), and what is settled for it and for its supplier."""
    return _reading(session, the_import(session, import_id))


@router.put("/reading")
def settle_reading(
    session: Session, _who: Operator, import_id: Number, wanted: Settled
) -> dict[str, Any]:
    """Settle how it is read. A held import is read so once it is read again."""
    import_ = the_import(session, import_id)
    name = import_.object_key if wanted.scope == "object" else _supplier(import_)
    if wanted.choices.stated:
        reading.settle_reading(session, wanted.scope, name, wanted.choices)
    else:
        reading.forget_reading(session, wanted.scope, name)
    return _reading(session, import_)


def _reading(session: Connection, import_: Import) -> dict[str, Any]:
    layout, columns = import_.layout or {}, import_.columns or []
    orders = {c["header"]: c["order"] for c in columns if c["order"]}
    found = {name: layout.get(name) for name in _READ}
    found |= {"profile": import_.profile, "region": import_.region, "date_orders": orders}
    settled = reading.settled_readings(session, import_.object_key, import_.supplier)
    scopes = {scope: settled.get(scope, {}) for scope in ("object", "supplier")}
    return {"found": found if import_.layout else None, "settled": scopes}


def _whose(import_: Import, scope: str) -> For:
    match scope:
        case "object":
            return For(object_key=import_.object_key)
        case "supplier":
            return For(_supplier(import_))
        case _:
            return mappings.ANYONE


def _supplier(import_: Import) -> str:
    if import_.supplier is None:
        raise HTTPException(422, f"import {import_.import_id} has no supplier: say another scope")
    return import_.supplier
