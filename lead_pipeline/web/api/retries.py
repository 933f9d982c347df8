"""Mended rows of an import: cell by cell as JSON, or as the downloaded file of them."""

from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool

from lead_pipeline.choices.reading import require_region
from lead_pipeline.database import connect
from lead_pipeline.imports.mending import as_dates, as_phones, trimmed
from lead_pipeline.imports.retry import drop_mended, write_mended
from lead_pipeline.imports.site import Site
from lead_pipeline.normalizing.date_order import DateOrder
from lead_pipeline.web.api.imports import Number, the_import
from lead_pipeline.web.api.uploads import Stored, stored
from lead_pipeline.web.guard import LastingOperator, Operator, Session, TheSite
from lead_pipeline.web.once import Key, fingerprint, once
from lead_pipeline.web.problems import invalid_body
from lead_pipeline.web.receiving import COUNTED_HERE, received, unprocessable

router = APIRouter(prefix="/imports/{import_id}/retry", tags=["imports"])
_MOST_ROWS = 1000
Cell = Annotated[str, Field(max_length=100_000)]


class MendedRow(BaseModel):
    """A rejected row by its number, and its cells that are mended, by their headers."""

    model_config = ConfigDict(extra="forbid")

    row: Annotated[int, Field(ge=1, le=2**62)]
    cells: dict[str, Cell] = Field(max_length=2000)


class Mended(BaseModel):
    """Rows that shall come in again; their other cells stay as they stand."""

    model_config = ConfigDict(extra="forbid")

    rows: list[MendedRow] = Field(min_length=1, max_length=_MOST_ROWS)


class Column(BaseModel):
    """All cells of a column, and what to do to them.

    `dates` need an `order`, `phones` a `region`.
    """

    model_config = ConfigDict(extra="forbid")

    how: Literal["trim", "dates", "phones"]
    order: Literal["month", "day"] = "month"
    region: Annotated[str, Field(pattern="^[A-Z]{2}$")] = "US"
    cells: list[Cell] = Field(max_length=_MOST_ROWS)


class Cells(BaseModel):
    """The cells in the same order; one that could not be read so is as it was."""

    cells: list[str]


_JSON: dict[str, Any] = Mended.model_json_schema()
_JSON["properties"]["rows"]["items"] = _JSON.pop("$defs")["MendedRow"]  # refs lead nowhere here
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": _JSON},
            "text/csv": {"schema": {"type": "string"}},
        },
    }
}


@router.post(
    "",
    status_code=201,
    response_model=Stored,
    openapi_extra=_BODY,
    max_body_size=COUNTED_HERE,
)
async def retry(
    request: Request, site: TheSite, who: LastingOperator, import_id: Number, key: Key = None
) -> Response:
    """Bring mended rows in again, as the rows of this import that they were.

    The body is JSON with rows and their mended cells, or the CSV of the rejected rows as they were
    downloaded, with its cells mended; rows may be left out.
    """
    async with received(request, f"mended_{import_id}.csv", site.settings) as file:
        asked = fingerprint(request, file.sha256)
        rows = _rows(file.path) if _is_json(request) else None
        create = partial(bring_in, site, import_id, file.path, rows)
        return await run_in_threadpool(once, site.settings.database_url, key, who, asked, create)


@router.post("/suggest")
def suggest(session: Session, _who: Operator, import_id: Number, column: Column) -> Cells:
    """What would become of a column's cells; nothing is kept of it."""
    the_import(session, import_id)
    match column.how:
        case "trim":
            return Cells(cells=trimmed(column.cells))
        case "dates":
            return Cells(cells=as_dates(column.cells, DateOrder.stated(column.order)))
        case "phones":
            with unprocessable():
                return Cells(cells=as_phones(column.cells, require_region(column.region)))


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip() == "application/json"


def _rows(path: Path) -> Mended:
    """
    Raises:
        RequestValidationError: it is not what `Mended` says.
    """
    try:
        return Mended.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise invalid_body(error) from error


def bring_in(site: Site, import_id: int, path: Path, mended: Mended | None) -> dict[str, Any]:
    """Drop the file of mended rows that lies at `path`, or is written there of what is `mended`."""
    with connect(site.settings.database_url, autocommit=True) as session:
        import_ = the_import(session, import_id)
        if mended is not None:
            cells = {row.row: row.cells for row in mended.rows}
            write_mended(path, site, session, import_, cells)
        return stored(drop_mended(path, import_, session, site.bucket, site.settings))
