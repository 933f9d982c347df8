"""Whether the page lives, and whether what it needs answers: two questions, two addresses."""

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from lead_pipeline.database import connect
from lead_pipeline.errors import OutsideTrouble
from lead_pipeline.web.guard import TheSite

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """`database` and `bucket` are `ok`, or what is wrong with them."""

    database: str
    bucket: str


@router.get("/health")
def health() -> Alive:
    """The process answers. Nothing else is asked."""
    return Alive()


@router.get("/ready", responses={503: {"model": Ready}})
def ready(site: TheSite, response: Response) -> Ready:
    """Database and bucket answer; 503 where one of them does not."""
    found = Ready(database=_database(site), bucket=_bucket(site))
    if (found.database, found.bucket) != ("ok", "ok"):
        response.status_code = 503
    return found


def _database(site: TheSite) -> str:
    try:
        with connect(site.settings.database_url) as session:
            session.execute("SELECT 1")
    except OutsideTrouble:
        return "does not answer"
    return "ok"


def _bucket(site: TheSite) -> str:
    try:
        site.bucket.keys()
    except OutsideTrouble:
        return "does not answer"
    return "ok"
