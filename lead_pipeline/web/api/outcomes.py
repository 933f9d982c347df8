"""The rows of an import by outcome: in pages, or each as a file. They hold people's data."""

from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from lead_pipeline.bucket.names import file_stem
from lead_pipeline.explain.outcome_rows import Outcome, outcome_rows, outcome_table
from lead_pipeline.imports.rejected_rows import as_csv
from lead_pipeline.web.api.imports import Number, the_import
from lead_pipeline.web.guard import Operator, Session, TheSite
from lead_pipeline.web.paging import PageSize, page

router = APIRouter(prefix="/imports/{import_id}", tags=["imports"])
# By it spreadsheets know UTF-8, and names stay as they are on their way through one.
_MARK = "\ufeff"


class Rows(BaseModel):
    """Rows as they stand in the file: `row` (its number, as a spreadsheet has it), `code`,
    `reason`, `cells` in the order of `header`. Without cells `missing` says why.
    `next` is the cursor."""

    header: list[str]
    items: list[dict[str, Any]]
    missing: str | None
    next: int | None


@router.get("/rows")
def rows_of_outcome(
    session: Session,
    site: TheSite,
    _who: Operator,
    import_id: Number,
    outcome: Outcome,
    cursor: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: PageSize = 50,
) -> Rows:
    """The rows that came to this, in the order of the file, in pages."""
    import_ = the_import(session, import_id)
    found = outcome_rows(site, session, import_, outcome, cursor, limit + 1)
    shown = page(found.rows, limit, "row")
    return Rows(header=found.header, items=shown.items, missing=found.missing, next=shown.next)


@router.get("/files/{outcome}.csv", response_class=StreamingResponse)
def file_of_outcome(
    session: Session,
    site: TheSite,
    _who: Operator,
    import_id: Number,
    outcome: Annotated[Outcome, Path()],
) -> StreamingResponse:
    """The rows that came to this, in the file's own columns, then `_row`, `_code`, `_reason`.

    A cell that a spreadsheet would run as a formula has an apostrophe before it, which a retry
    takes off again.
    """
    import_ = the_import(session, import_id)
    lines = _begun(as_csv(*outcome_table(site, session, import_, outcome)))
    name = quote(f"{file_stem(import_.original_filename)}_{outcome}.csv")
    told = {"Content-Disposition": f"attachment; filename*=utf-8''{name}"}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=told)


def _begun(lines: Iterator[str]) -> Iterator[str]:
    """The same lines; what is wrong shows here, while it can still be answered."""
    header, first = next(lines), next(lines, "")
    return chain([_MARK + header + first], lines)
