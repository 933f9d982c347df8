"""What comes twice is done once: requests with an `Idempotency-Key`.

The same key gives the first answer for a day, to whoever had it. A request that failed has created
nothing and is tried anew. While the first one works the second waits for it; if the page dies with
it, nothing is kept of it either, for its claim is not committed.
"""

import json
from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Header, HTTPException, Request
from fastapi.responses import JSONResponse
from psycopg.types.json import Json

from lead_pipeline.access.tokens import Who
from lead_pipeline.database import connect, run

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=255,
        description="Of your choice; the same request with the same key is done once.",
    ),
]
REPLAYED = "Idempotency-Replayed"
"""The header of an answer that was given before."""


def once(
    url: str, key: str | None, who: Who, fingerprint: str, create: Callable[[], dict[str, Any]]
) -> JSONResponse:
    """The answer 201 with what `create` made, or that of the first request with this key.

    Args:
        url: of the database.
        fingerprint: see `fingerprint`.

    Raises:
        HTTPException: 422, the key was that of another request.
    """
    if key is None:
        return JSONResponse(create(), HTTPStatus.CREATED)
    claim = {"key_digest": _digest(who.name, key), "fingerprint": fingerprint}
    with connect(url, autocommit=True) as session:
        run(session, "web/forget_answers")
        with session.transaction():
            if run(session, "web/claim_key", claim).rowcount:
                answer = create()
                run(session, "web/save_answer", {**claim, "answer": Json(answer)})
                return JSONResponse(answer, HTTPStatus.CREATED)
        found = run(session, "web/select_answer", claim).fetchone()
    if found is None or found["fingerprint"] != fingerprint:
        raise HTTPException(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "this Idempotency-Key was given for another request: give each its own",
        )
    return JSONResponse(found["answer"], HTTPStatus.CREATED, {REPLAYED: "true"})


def fingerprint(request: Request, body_sha256: str) -> str:
    """What tells a request from another: its method, its address, its body."""
    asked = sorted(request.query_params.multi_items())
    return _digest(request.method, request.url.path, json.dumps(asked), body_sha256)


def _digest(*parts: str) -> str:
    return sha256(json.dumps(parts).encode()).hexdigest()
