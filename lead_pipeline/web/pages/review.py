"""The review of an import: what was understood of its file, what it comes to, and the decision."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from lead_pipeline.database import Connection
from lead_pipeline.errors import BadFile, OperatorError, OutsideTrouble
from lead_pipeline.explain.figures import figures_of_import, figures_of_preview, usual_shares
from lead_pipeline.fields.catalogue import fields
from lead_pipeline.imports.looks import look_at_import
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import, Status
from lead_pipeline.web.api import imports as api
from lead_pipeline.web.api import settling
from lead_pipeline.web.api.imports import Number, the_import
from lead_pipeline.web.guard import Operator, Session, TheSite
from lead_pipeline.web.pages.forms import Fields
from lead_pipeline.web.pages.posting import done, shown
from lead_pipeline.web.pages.rendering import page

router = APIRouter(prefix="/imports/{import_id}/review", include_in_schema=False)
_ROWS = 10
_UNDECIDED = (Status.HELD, Status.REJECTED, Status.FAILED)
# What a person had better mend first stands first: nothing is right in a file that is read wrongly.
_CLASSES = {
    "most_rows_rejected": "reading",
    "unsure_mapping": "mapping",
    "decisive_drift": "mapping",
    "unclear_flag": "flags",
    "unclear_flag_cells": "flags",
    "few_valid": "cells",
    "always": "always",
}
_OF_FORM = ("encoding", "delimiter", "header_row", "sheet", "date_order", "region")


@dataclass(frozen=True, slots=True)
class Look:
    """The dry run of an undecided import as all is settled by now, or what is in its way."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    fault: str | None = None

    def differs(self, import_: Import) -> bool:
        """Whether it would be read or mapped otherwise than it was."""
        if not self.facts or import_.layout is None:
            return False
        file, found = self.facts["file"], import_.layout
        read = all(file[name] == found[name] for name in ("encoding", "delimiter", "header_row"))
        same = file["sheet"] == found["sheet"] and self.facts["columns"] == import_.columns
        return not (read and same and self.facts["region"] == import_.region)


@router.get("")
def review(
    request: Request, session: Session, site: TheSite, who: Operator, import_id: Number
) -> Response:
    """One import as its person has to see it; read only where it is decided."""
    return _shown(request, session, site, who, import_id)


@router.post("/reading")
def settle_reading(
    request: Request,
    session: Session,
    site: TheSite,
    who: Operator,
    import_id: Number,
    form: Fields,
) -> Response:
    """Settle how the file is read, and show what it would come to now."""
    try:
        settled = settling.reading_of(session, who, import_id)["settled"]
        settling.settle_reading(session, who, import_id, _reading(form, settled))
    except (HTTPException, OperatorError, ValidationError) as error:
        return _shown(request, session, site, who, import_id, _what(error))
    return _back(import_id, "#reading")


@router.post("/columns")
def correct_columns(
    request: Request,
    session: Session,
    site: TheSite,
    who: Operator,
    import_id: Number,
    form: Fields,
) -> Response:
    """Correct the mapping where the form says otherwise, all of it or none."""
    try:
        told = settling.columns(session, site, who, import_id)["columns"]
        settling.correct_columns(session, site, who, import_id, _corrections(form, told))
    except (HTTPException, OperatorError, ValidationError) as error:
        return _shown(request, session, site, who, import_id, _what(error))
    return _back(import_id, "#mapping")


@router.post("/supplier")
def assign_supplier(
    request: Request,
    session: Session,
    site: TheSite,
    who: Operator,
    import_id: Number,
    form: Fields,
) -> Response:
    """Say who sold the file, and what a lead of it costs."""
    said = {name: value.strip() for name in ("supplier", "cost") if (value := form.get(name, ""))}
    try:
        settling.assign_supplier(session, who, import_id, settling.Sold.model_validate(said))
    except (HTTPException, OperatorError, ValidationError) as error:
        return _shown(request, session, site, who, import_id, _what(error))
    return _back(import_id, "")


@router.post("/confirm")
def confirm(session: Session, who: Operator, import_id: Number) -> Response:
    """Let it count."""
    api.confirm(session, who, import_id)
    return done(f"/imports/{import_id}", "confirmed")


@router.post("/again")
def again(session: Session, who: Operator, import_id: Number) -> Response:
    """Read its file once more, as all is settled by now."""
    api.again(session, who, import_id)
    return done(f"/imports/{import_id}", "again")


@router.get("/discard")
def ask_to_discard(
    request: Request, session: Session, _who: Operator, import_id: Number
) -> Response:
    """Tell what discarding means, before it does."""
    import_ = the_import(session, import_id)
    return page(request, "discard", item=import_, is_held=import_.status is Status.HELD)


@router.post("/discard")
def discard(session: Session, who: Operator, import_id: Number) -> Response:
    """End it without a lead."""
    api.discard(session, who, import_id)
    return done(f"/imports/{import_id}", "discarded")


def _shown(
    request: Request,
    session: Connection,
    site: Site,
    who: Operator,
    number: int,
    fault: str | None = None,
) -> Response:
    import_ = the_import(session, number)
    look = _look(site, session, import_)
    usual = usual_shares(session, import_)
    differs = look.differs(import_)
    if look.facts:
        figures = figures_of_preview(look.facts["counts"], look.facts["quality"], usual)
    else:
        figures = figures_of_import(import_, usual) if import_.archived_at else []
    was_read = import_.layout is not None
    return shown(
        request, "review", fault=fault, item=import_, look=look,
        differs=differs, figures=figures, usual=usual,
        doubts=_by_class(look.facts["doubts"] if differs else import_.held_for or []),
        is_held=import_.status is Status.HELD,
        may_read_again=import_.status in _UNDECIDED,
        may_settle=import_.retry_of is None,
        same_header=not look.facts or _headers(look.facts["columns"]) == _headers(import_.columns),
        reading=settling.reading_of(session, who, number),
        mapping=settling.columns(session, site, who, number) if was_read else None,
        all_fields=sorted(fields()),
    )  # fmt: skip


def _look(site: Site, session: Connection, import_: Import) -> Look:
    """Only what is at rest is looked at: of the others the steps themselves tell."""
    if import_.status not in _UNDECIDED:
        return Look()
    try:
        with look_at_import(site, session, import_) as run:
            rows = list(run.rows(_ROWS))  # before the counts, which are those of all rows
            told = {"rows": rows, "counts": run.counts, "doubts": run.doubts}
            return Look({**run.head, **told, "quality": run.quality})
    except (BadFile, OutsideTrouble) as error:
        return Look(fault=str(error))


def _by_class(reasons: list[dict[str, str]]) -> list[tuple[str, list[str]]]:
    """The messages of each class of doubts, in the order in which they are to be mended."""
    of = {name: [one["message"] for one in reasons if _CLASSES[one["code"]] == name]
          for name in dict.fromkeys(_CLASSES.values())}  # fmt: skip
    return [(name, messages) for name, messages in of.items() if messages]


def _reading(form: Mapping[str, str], settled: Mapping[str, Any]) -> settling.Settled:
    """What the form says for its scope. What it has no field for stays, and what holds for the
    supplier anyway is not said of the object once more."""
    scope = form.get("scope", "object")
    kept = {name: v for name, v in settled.get(scope, {}).items() if name not in _OF_FORM}
    said = {name: value for name in _OF_FORM if (value := form.get(name, "").strip())}
    wanted = settling.Settled.model_validate({"scope": scope, **kept, **said})
    above = settled["supplier"] if scope == "object" else {}
    repeated = {
        name: None for name, value in wanted.choices.stated.items() if above.get(name) == value
    }
    return wanted.model_copy(update=repeated)


def _corrections(form: Mapping[str, str], columns: list[dict[str, Any]]) -> settling.Corrections:
    """The columns whose fields in the form are others than those they feed from now on."""
    wanted: dict[str, str | None] = {}
    forget = []
    for column in columns:
        chosen = form.get(f"other.{column['index']}", "").strip()
        chosen = chosen or form.get(f"field.{column['index']}", column["next"] or "-")
        if chosen == "=":
            forget.append(column["header"])
        elif chosen != (column["next"] or "-"):
            wanted[column["header"]] = None if chosen == "-" else chosen
    said = {"scope": form.get("scope", "object"), "columns": wanted, "forget": forget}
    return settling.Corrections.model_validate(said)


def _headers(columns: list[dict[str, Any]] | None) -> list[str]:
    return [column["header"] for column in columns or []]


def _what(error: HTTPException | OperatorError | ValidationError) -> str:
    """What is wrong with a form, without what was typed."""
    if isinstance(error, ValidationError):
        return "; ".join(
            f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()
        )
    return error.detail if isinstance(error, HTTPException) else str(error)


def _back(import_id: int, to: str) -> Response:
    return RedirectResponse(f"/imports/{import_id}/review{to}", HTTPStatus.SEE_OTHER)
