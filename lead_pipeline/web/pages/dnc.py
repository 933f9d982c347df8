"""The page of do-not-call lists: their age, loading one (tried first), and opt-outs."""

from datetime import date
from hashlib import sha256
from pathlib import PurePath
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from lead_pipeline.database import Connection
from lead_pipeline.errors import LeadPipelineError, OperatorError
from lead_pipeline.imports.site import Site
from lead_pipeline.intake.files import require_name
from lead_pipeline.suppression.lists import KINDS, Kind, list_facts
from lead_pipeline.suppression.opt_outs import opt_out
from lead_pipeline.suppression.versions import Mode
from lead_pipeline.web.api.dnc import FIRST_DAY, load_file, order_of
from lead_pipeline.web.guard import Operator, Session, TheSite
from lead_pipeline.web.once import fingerprint, once
from lead_pipeline.web.pages import tried
from lead_pipeline.web.pages.posting import done, shown

router = APIRouter(prefix="/dnc", include_in_schema=False)
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class ListForm(BaseModel):
    """What a person says of a list file."""

    model_config = ConfigDict(extra="forbid")

    name: Text
    kind: Kind | None = None
    campaign: Text | None = None
    as_of: Annotated[date, Field(ge=FIRST_DAY)] | None = None
    mode: Mode | None = None
    shrink: bool = False

    @field_validator("kind", "campaign", "as_of", "mode", mode="before")
    @classmethod
    def empty_is_none(cls, value: Any) -> Any:
        return value or None


class TryForm(ListForm):
    """The same with the file."""

    file: UploadFile


class LoadForm(ListForm):
    """The same with the file that was tried: its SHA-256 and its name."""

    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    filename: Text


class OptOutForm(BaseModel):
    """The form of opt-outs: a phone or mail a line."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field(min_length=8, max_length=64)
    values: str = Field(min_length=3, max_length=100_000)
    reason: str = Field("", max_length=500)


@router.get("")
def lists(request: Request, session: Session, _who: Operator) -> Response:
    """Every list, and the forms."""
    return _lists(request, session)


@router.post("/try")
def try_list(
    request: Request,
    session: Session,
    site: TheSite,
    _who: Operator,
    said: Annotated[TryForm, Form()],
) -> Response:
    """Tell what loading a file would come to; it is kept for a while."""
    name = PurePath(said.file.filename or "").name
    try:
        require_name(name)
        digest = tried.keep(site.settings, said.file.file)
        would = _load(site, said, digest, name, dry_run=True)
    except LeadPipelineError as error:
        return _lists(request, session, fault=str(error), said=said)
    file = {"sha256": digest, "filename": name}
    return _lists(request, session, would=would, said=said, file=file)


@router.post("/load")
def load_list(
    request: Request,
    session: Session,
    site: TheSite,
    _who: Operator,
    said: Annotated[LoadForm, Form()],
) -> Response:
    """Load the file that was tried."""
    try:
        require_name(said.filename)
        _load(site, said, said.sha256, said.filename, dry_run=False)
    except LeadPipelineError as error:
        return _lists(request, session, fault=str(error), said=said)
    tried.forget(site.settings, said.sha256)
    return done("/dnc", "loaded")


@router.post("/opt-outs")
def opt_outs(
    request: Request,
    session: Session,
    site: TheSite,
    who: Operator,
    said: Annotated[OptOutForm, Form()],
) -> Response:
    """Opt people out."""

    def create() -> dict[str, Any]:
        values = [line.strip() for line in said.values.splitlines() if line.strip()]
        opt_out(session, values, said.reason or None, site.settings)
        return {}

    body = sha256(said.model_dump_json().encode()).hexdigest()
    try:
        once(site.settings.database_url, said.key, who, fingerprint(request, body), create)
    except OperatorError as error:
        return _lists(request, session, fault=str(error))
    return done("/dnc", "opted_out")


def _load(site: Site, said: ListForm, digest: str, name: str, *, dry_run: bool) -> dict[str, Any]:
    order = order_of(said, said.name, site.settings)
    with tried.kept(site.settings, digest, name) as path:
        if path is None:
            raise OperatorError(f"{name} was tried too long ago: try it once more")
        return load_file(site, path, order, dry_run=dry_run)


def _lists(
    request: Request,
    session: Connection,
    *,
    fault: str | None = None,
    would: dict[str, Any] | None = None,
    said: ListForm | None = None,
    file: dict[str, str] | None = None,
) -> Response:
    facts = {"lists": list_facts(session), "kinds": KINDS, "would": would, "file": file}
    return shown(request, "dnc", fault=fault, said=said, **facts)
