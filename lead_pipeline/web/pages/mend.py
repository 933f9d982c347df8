"""Rejected rows in a grid, mended cell by cell and brought in again; many of them as a file."""

from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from lead_pipeline import ledger
from lead_pipeline.database import Connection
from lead_pipeline.errors import OperatorError
from lead_pipeline.explain.outcome_rows import Outcome
from lead_pipeline.imports.mending import cell_faults
from lead_pipeline.imports.site import Site
from lead_pipeline.web.api.imports import Number, the_import
from lead_pipeline.web.api.outcomes import Rows, rows_of_outcome
from lead_pipeline.web.api.retries import Mended, bring_in
from lead_pipeline.web.api.uploads import Stored, Text
from lead_pipeline.web.guard import Operator, Session, TheSite
from lead_pipeline.web.once import fingerprint, once
from lead_pipeline.web.pages.forms import Fields
from lead_pipeline.web.pages.posting import shown
from lead_pipeline.web.pages.rendering import page

router = APIRouter(prefix="/imports/{import_id}/mend", include_in_schema=False)
_MOST_ROWS = 300
_MOST_CELLS = 9_000  # of wide files fewer rows: a page of more is of no use to anybody
_MOST_SHOWN = 20


@router.get("")
def mend(
    request: Request,
    session: Session,
    site: TheSite,
    who: Operator,
    import_id: Number,
    object_key: Text = None,
    version_tag: Text = None,
) -> Response:
    """The grid, or what became of the rows that were mended last: the file that was stored then
    stands in the address, as in that of the API."""
    if object_key is not None and version_tag is not None:
        import_ = the_import(session, import_id)
        again = ledger.of_version(session, object_key, version_tag)
        return page(request, "mended", item=import_, again=again)
    return _grid(request, session, site, who, import_id)


@router.post("")
def save(
    request: Request,
    session: Session,
    site: TheSite,
    who: Operator,
    import_id: Number,
    form: Fields,
) -> Response:
    """Bring the rows in again of which a cell was changed."""
    mended = _mended(_rejected(session, site, who, import_id), form)
    if not mended["rows"]:
        return _grid(request, session, site, who, import_id, form, "unchanged")
    try:
        stored = _stored(request, site, who, import_id, form, Mended.model_validate(mended))
    except (OperatorError, ValidationError) as error:
        told = "too_long" if isinstance(error, ValidationError) else str(error)
        return _grid(request, session, site, who, import_id, form, told)
    query = stored.follow.partition("?")[2]
    return RedirectResponse(f"/imports/{import_id}/mend?{query}", HTTPStatus.SEE_OTHER)


def _stored(
    request: Request, site: Site, who: Operator, import_id: int, form: Fields, mended: Mended
) -> Stored:
    """What the API's retry answers to the same rows."""
    asked = fingerprint(request, sha256(mended.model_dump_json().encode()).hexdigest())
    with TemporaryDirectory(prefix="lead-pipeline-") as folder:
        path = Path(folder) / f"mended_{import_id}.csv"
        create = partial(bring_in, site, import_id, path, mended)
        answer = once(site.settings.database_url, form.get("key"), who, asked, create)
    return Stored.model_validate_json(bytes(answer.body))


def _grid(
    request: Request,
    session: Connection,
    site: Site,
    who: Operator,
    import_id: int,
    form: Mapping[str, str] | None = None,
    fault: str | None = None,
) -> Response:
    import_ = the_import(session, import_id)
    found = _rejected(session, site, who, import_id)
    region = import_.region or site.settings.default_region
    return shown(
        request, "mend", fault=fault, item=import_,
        rows=found.items, header=found.header, more=found.next is not None,
        faults=cell_faults(found.items, import_.columns or [], import_.profile, region),
        editable=_editable(found.header), said=form or {}, region=region,
        retries=ledger.retries_of(session, import_id, _MOST_SHOWN),
    )  # fmt: skip


def _rejected(session: Connection, site: Site, who: Operator, import_id: int) -> Rows:
    layout = the_import(session, import_id).layout or {"header": []}
    most = min(_MOST_ROWS, max(1, _MOST_CELLS // max(1, len(layout["header"]))))
    return rows_of_outcome(session, site, who, import_id, Outcome.REJECTED, 0, most)


def _editable(header: list[str]) -> list[bool]:
    """A mended cell is told by its header: of several that are the same, the last is meant."""
    return [name not in header[at + 1 :] for at, name in enumerate(header)]


def _mended(found: Rows, form: Mapping[str, str]) -> dict[str, Any]:
    """The rows of which the form says otherwise, with those cells."""
    changed = []
    for row in found.items:
        cells = {}
        for at, name in enumerate(found.header):
            was = row["cells"][at] if at < len(row["cells"]) else None
            now = form.get(f"cell.{row['row']}.{at}")
            if now is not None and _lines(now) != _lines(was or ""):
                cells[name] = _lines(now)
        if cells:
            changed.append({"row": row["row"], "cells": cells})
    return {"rows": changed}


def _lines(text: str) -> str:
    """A text with the line ends that a browser does not change."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
