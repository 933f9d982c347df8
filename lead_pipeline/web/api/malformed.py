"""What senders posted and nobody could read, for admins."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from lead_pipeline.connectors.malformed import all_malformed
from lead_pipeline.web.guard import Admin, Session

router = APIRouter(prefix="/malformed", tags=["posting"])


class MalformedBody(BaseModel):
    """A body, and why it could not be read. `bytes` came; `body` has the first 65,536 of them."""

    body_id: int
    sender: str
    path: str
    reason: str
    content_type: str | None
    bytes: int
    body: str
    received_at: datetime


class MalformedBodies(BaseModel):
    """The newest 100 of each sender, for 30 days, the newest first."""

    items: list[MalformedBody]


@router.get("")
def list_malformed(session: Session, _who: Admin) -> MalformedBodies:
    """What proven senders posted and nobody could read."""
    return MalformedBodies(items=[MalformedBody(**one) for one in all_malformed(session)])
