"""Do-not-call: the lists, loading the next version of one, and opt-outs."""

from dataclasses import asdict
from datetime import date, datetime, time
from hashlib import sha256
from pathlib import Path as File
from typing import Annotated, Any, Protocol
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.concurrency import run_in_threadpool

from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.matching.look_back import load_and_look_back
from lead_pipeline.settings import Settings
from lead_pipeline.suppression.lines import Lines, Rejected
from lead_pipeline.suppression.lists import Kind, list_facts
from lead_pipeline.suppression.load import Order
from lead_pipeline.suppression.opt_outs import opt_out
from lead_pipeline.suppression.versions import Mode
from lead_pipeline.web.guard import LastingOperator, Operator, Session, TheSite
from lead_pipeline.web.once import Key, fingerprint, once
from lead_pipeline.web.receiving import COUNTED_HERE, RAW_BODY, received, unprocessable

router = APIRouter(prefix="/dnc", tags=["do-not-call"])
FIRST_DAY = date(1970, 1, 1)
_SHOWN = 20  # lines that could not be read
Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Value = Annotated[str, StringConstraints(min_length=3, max_length=320)]


class OptOuts(BaseModel):
    """Phones and mail addresses of people who asked not to be called or written to."""

    model_config = ConfigDict(extra="forbid")

    values: list[Value] = Field(min_length=1, max_length=1000)
    reason: str | None = Field(None, max_length=500, pattern=r"^[^\x00]*$")


class Said(BaseModel):
    """The query of a load."""

    model_config = ConfigDict(extra="forbid")

    filename: Text = Field("list.csv", description="What the file is called.")
    kind: Kind | None = Field(None, description="What kind it is (for a new list).")
    campaign: Text | None = Field(None, description="It counts for this campaign only.")
    as_of: Annotated[date, Field(ge=FIRST_DAY)] | None = Field(
        None, description="Day on which it was made."
    )
    mode: Mode | None = Field(None, description="Whether the file is all of it or changes it.")
    shrink: bool = Field(False, description="It may lose more than half of its entries.")
    dry_run: bool = Field(False, description="Tell what it would do, and do nothing.")


class SaysOfList(Protocol):
    """What is said of a list file, by whichever way it comes."""

    kind: Kind | None
    campaign: str | None
    as_of: date | None
    mode: Mode | None
    shrink: bool


def order_of(said: SaysOfList, name: str, settings: Settings) -> Order:
    zone = ZoneInfo(settings.time_zone)
    made = datetime.combine(said.as_of, time(), zone) if said.as_of else None
    return Order(name, said.kind, said.campaign, made, said.mode, said.shrink)


@router.get("")
def list_lists(session: Session, _who: Operator) -> list[dict[str, Any]]:
    """Every list: its kind, version and age. Whether that is enough is for people to judge."""
    return list_facts(session)


@router.post("/opt-outs", status_code=201)
def new_opt_outs(
    request: Request,
    session: Session,
    site: TheSite,
    who: Operator,
    said: OptOuts,
    key: Key = None,
) -> Response:
    """Opt people out, at once for every lead and for every later file; what that did, each."""

    def create() -> dict[str, Any]:
        with unprocessable():
            done = opt_out(session, said.values, said.reason, site.settings)
        return {"opted_out": [asdict(one) for one in done]}

    body = sha256(said.model_dump_json().encode()).hexdigest()
    return once(site.settings.database_url, key, who, fingerprint(request, body), create)


@router.post("/{name}", openapi_extra=RAW_BODY, max_body_size=COUNTED_HERE)
async def load(
    name: Annotated[str, Path(min_length=1, max_length=200)],
    request: Request,
    site: TheSite,
    _who: LastingOperator,
    said: Annotated[Said, Query()],
) -> dict[str, Any]:
    """Make a file the next version of a list: its bytes are the body. The same bytes again change
    nothing. With `dry_run` all of it is tried and taken back."""
    order = order_of(said, name, site.settings)
    async with received(request, said.filename, site.settings) as file:
        return await run_in_threadpool(load_file, site, file.path, order, dry_run=said.dry_run)


def load_file(site: Site, path: File, order: Order, *, dry_run: bool) -> dict[str, Any]:
    """What loading a file came to, with the first lines that nobody could read."""
    first: list[Rejected] = []

    def hear(lines: Lines) -> None:
        first.extend(lines.rejected[: _SHOWN - len(first)])

    region = site.settings.default_region
    with connect(site.settings.database_url, autocommit=True) as session:
        done = load_and_look_back(session, path, order, region, hear, dry_run=dry_run)
    return done.facts | {"dry_run": dry_run, "first_rejected": [asdict(one) for one in first]}
