"""Whether the page lives, and whether what it needs answers: two questions, two addresses."""

from datetime import UTC, datetime
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from lead_pipeline.database import connect
from lead_pipeline.errors import OutsideTrouble
from lead_pipeline.intake.looks import since_look
from lead_pipeline.web.guard import TheSite

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """`database` and `bucket` are `ok`, or what is wrong with them. `last_look_seconds` is how long
    ago the sensor looked at the bucket; null if it never did."""

    database: str
    bucket: str
    last_look_seconds: float | None


@router.get("/health")
def health() -> Alive:
    """The process answers. Nothing else is asked."""
    return Alive()


@router.get("/ready", responses={503: {"model": Ready}})
def ready(site: TheSite, response: Response) -> Ready:
    """Database and bucket answer; 503 where one of them does not.

    A sensor that stands still is told and is no 503: what is uploaded meanwhile waits for it, and
    people need the page to learn of it.
    """
    database, look = _database(site)
    found = Ready(database=database, bucket=_bucket(site), last_look_seconds=look)
    if (found.database, found.bucket) != ("ok", "ok"):
        response.status_code = 503
    return found


def _database(site: TheSite) -> tuple[str, float | None]:
    try:
        with connect(site.settings.database_url) as session:
            return "ok", since_look(session, datetime.now(UTC))
    except OutsideTrouble:
        return "does not answer", None


def _bucket(site: TheSite) -> str:
    try:
        site.bucket.keys()
    except OutsideTrouble:
        return "does not answer"
    return "ok"
