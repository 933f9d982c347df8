"""Feedback that is posted by dialers, texting tools and buyers."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Body, HTTPException, Request, Response

from lead_pipeline.connectors.feedback import MOST, keep_posted
from lead_pipeline.web.guard import Operator, Session, TheSite
from lead_pipeline.web.once import Key, fingerprint, once

router = APIRouter(prefix="/feedback", tags=["feedback"])
Row = dict[str, Any]
_EXAMPLE = {
    "lead_number": 17,
    "at": "2026-05-01T10:00:00Z",
    "channel": "call",
    "disposition": "Callback",
}


@router.post("", status_code=201)
def post_feedback(
    request: Request,
    session: Session,
    site: TheSite,
    who: Operator,
    said: Annotated[Row | list[Row], Body(examples=[_EXAMPLE])],
    key: Key = None,
) -> Response:
    """Post what came of leads: one object or up to 1,000, with the columns of the layout `feedback`
    as fields. All is kept at once and imported a moment later; the import tells of each row whether
    its lead was found. What has an `event_id` is taken once, however often it comes."""
    rows = said if isinstance(said, list) else [said]
    if not rows or len(rows) > MOST:
        raise HTTPException(422, f"a post has 1 to {MOST:,} rows, not {len(rows):,}")
    if not all(rows):
        raise HTTPException(422, f"row {[bool(one) for one in rows].index(False) + 1} says nothing")

    def create() -> dict[str, Any]:
        kept = keep_posted(session, rows, key, datetime.now(UTC))
        return {"kept": kept.new, "known": kept.known, "quarantined": kept.quarantined}

    body = sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    return once(site.settings.database_url, key, who, fingerprint(request, body), create)
