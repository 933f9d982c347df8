"""Feedback that is posted: into the inbox, and from there as a file of the layout `feedback`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from lead_pipeline.connectors import inbox
from lead_pipeline.connectors.inbox import Kept
from lead_pipeline.connectors.model import Json, Page, Part, Record
from lead_pipeline.database import Connection

NAME = "feedback"
"""Its folder in the bucket, its source in the inbox, and its layout."""
MOST = 1000
"""Rows of a post."""
OWN_ID = "event_id"
_PART = Part("posted", "posted feedback")


@dataclass(frozen=True, slots=True)
class _Sender:
    name: str = NAME
    profile: str = NAME
    import_source: str = "api"


def keep_posted(
    session: Connection, said: Sequence[Mapping[str, Json]], key: str | None, now: datetime
) -> Kept:
    """Keep what was posted, each once: known by its `event_id`, or by the key of its post."""
    records = list(_records(said, key))
    with session.transaction():
        return inbox.keep(session, _Sender(), _PART, Page(records), now=now)


def _records(said: Sequence[Mapping[str, Json]], key: str | None) -> Iterator[Record]:
    post = sha256(key.encode()).hexdigest() if key else uuid4().hex
    for at, one in enumerate(said):
        own = one.get(OWN_ID)
        is_own = isinstance(own, str | int) and str(own).strip()
        yield Record(f"event:{own}" if is_own else f"post:{post}:{at}", one)
