"""The paths of /api/hybrid, kept as they were."""

import shutil
from functools import partial
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, BinaryIO

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from lead_pipeline import ledger
from lead_pipeline.access.tokens import Who
from lead_pipeline.database import connect
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports import review
from lead_pipeline.imports.site import Site
from lead_pipeline.intake.drop import Request as DropRequest
from lead_pipeline.intake.drop import drop_file
from lead_pipeline.intake.files import require_name
from lead_pipeline.ledger import Status
from lead_pipeline.suppliers.suppliers import all_suppliers
from lead_pipeline.web.api.imports import Number, the_import
from lead_pipeline.web.guard import LastingOperator, Operator, Session, TheSite, Viewer
from lead_pipeline.web.hybrid.sessions import (
    active_sessions,
    preview_data,
    session_facts,
    step_result,
)
from lead_pipeline.web.hybrid.steps import SessionStep
from lead_pipeline.web.once import Key, fingerprint, once
from lead_pipeline.web.problems import invalid_body
from lead_pipeline.web.receiving import unprocessable
from lead_pipeline.web.wishes import Cost, Text

router = APIRouter(prefix="/hybrid", tags=["hybrid"])
SessionId = Annotated[int, Field(ge=1, le=2**31 - 1)]


class Said(BaseModel):
    """What is said of a file beside it."""

    model_config = ConfigDict(extra="forbid")

    supplier_id: Text | None = None
    lead_cost: Cost | None = None


class OneStep(BaseModel):
    """The step of a session that is asked for; `database_upload`, the last one, confirms it."""

    session_id: SessionId
    step: SessionStep


class Supplier(BaseModel):
    """Who sold the file of a session, by name, and what a lead of it costs."""

    session_id: SessionId
    supplier_id: Text
    lead_cost: Cost | None = None


_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "supplier_id": {"type": "string"},
                        "lead_cost": {"type": "string"},
                    },
                }
            }
        },
    }
}


@router.get("/health")
def health() -> dict[str, str]:
    """The process answers."""
    return {"status": "healthy"}


@router.post("/start-processing", status_code=201, openapi_extra=_FORM)
async def start_processing(
    request: Request, site: TheSite, who: LastingOperator, key: Key = None
) -> Response:
    """Begin a session with a file: it goes as far as it can and then waits for its person."""
    async with request.form(max_files=1, max_fields=4) as form:  # once it is known who sends it
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise HTTPException(422, "the form has no file in its field `file`")
        said = _said({name: value for name, value in form.items() if name != "file"})
        start = partial(_start, request, site, who, key, file.filename or "", file.file, said)
        return await run_in_threadpool(start)


def _start(
    request: Request,
    site: Site,
    who: Who,
    key: str | None,
    name: str,
    content: BinaryIO,
    said: Said,
) -> Response:
    with unprocessable():
        require_name(name)
        if said.supplier_id is not None:
            require_name(said.supplier_id, "the name of a supplier")
    with TemporaryDirectory(prefix="lead-pipeline-") as folder:
        path = Path(folder) / name
        with path.open("wb") as copy:
            shutil.copyfileobj(content, copy)
        if not path.stat().st_size:
            raise HTTPException(422, f"{name}: the file is empty")
        with path.open("rb") as copy:
            asked = fingerprint(request, file_digest(copy, "sha256").hexdigest() + name)
        create = partial(_session_of, site, path, said)
        return once(site.settings.database_url, key, who, asked, create)


def _session_of(site: Site, path: Path, said: Said) -> dict[str, Any]:
    with connect(site.settings.database_url, autocommit=True) as session:
        dropped = drop_file(
            path, site.bucket, site.settings, supplier=said.supplier_id, new_version=True,
            session=session, request=DropRequest(said.lead_cost, hold=True), enter=True,
        )  # fmt: skip
        import_ = ledger.of_version(session, dropped.object_key, dropped.version_tag)
        if import_ is None:
            raise OperatorError(f"{path.name}: its content is being imported under another name")
        return session_facts(session, import_)


@router.post("/process-step")
def process_step(session: Session, site: TheSite, who: Operator, asked: OneStep) -> dict[str, Any]:
    """What a step has come to. The steps run by themselves; the last one lets the session count."""
    import_ = the_import(session, asked.session_id)
    if asked.step is SessionStep.DATABASE_UPLOAD and import_.status is Status.HELD:
        import_ = review.let_through(session, import_, who.name)
    facts = session_facts(session, import_)
    (status,) = (step["status"] for step in facts["steps"] if step["step"] == asked.step)
    over = status in ("completed", "waiting")
    result = step_result(site, session, import_, asked.step) if over else None
    return facts | {"step": asked.step, "step_status": status, "result": result}


@router.post("/process-all-steps/{import_id}")
def process_all_steps(session: Session, who: Operator, import_id: Number) -> dict[str, Any]:
    """Let the session count: now if it waits, else as soon as it is ready."""
    import_ = review.let_through(session, the_import(session, import_id), who.name)
    return session_facts(session, import_)


@router.get("/session-status/{import_id}")
def session_status(session: Session, _who: Viewer, import_id: Number) -> dict[str, Any]:
    """How far a session is, step by step."""
    return session_facts(session, the_import(session, import_id))


@router.get("/active-sessions")
def sessions(session: Session, _who: Viewer) -> dict[str, Any]:
    """The sessions that wait for a person, then those that are under way."""
    return {"sessions": active_sessions(session)}


@router.get("/preview-data/{import_id}")
def preview(session: Session, site: TheSite, _who: Operator, import_id: Number) -> dict[str, Any]:
    """What the session would do if it counted now."""
    return preview_data(site, session, the_import(session, import_id))


@router.post("/update-supplier")
def update_supplier(session: Session, _who: Operator, asked: Supplier) -> dict[str, Any]:
    """Say who sold the file and what a lead of it costs; another supplier has it read again."""
    import_ = the_import(session, asked.session_id)
    with unprocessable():
        require_name(asked.supplier_id, "the name of a supplier")
    done = review.assign_supplier(session, import_, asked.supplier_id, asked.lead_cost)
    return session_facts(session, done)


@router.get("/suppliers")
def suppliers(session: Session, _who: Operator) -> dict[str, Any]:
    """The suppliers to choose from, with what a lead of each costs."""
    told = [
        {"id": one["supplier"], "name": one["supplier"], "lead_cost": one["cost_per_lead"]}
        for one in all_suppliers(session)
    ]
    return {"suppliers": told}


@router.delete("/session/{import_id}")
def delete_session(session: Session, who: Operator, import_id: Number) -> dict[str, Any]:
    """End a session that waits without a lead."""
    done = review.discard(session, the_import(session, import_id), who.name)
    return session_facts(session, done)


def _said(fields: dict[str, Any]) -> Said:
    """
    Raises:
        RequestValidationError: it is not what `Said` says.
    """
    try:
        return Said.model_validate({name: value for name, value in fields.items() if value != ""})
    except ValidationError as error:
        raise invalid_body(error) from error
