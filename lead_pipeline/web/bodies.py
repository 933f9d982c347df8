"""Small bodies of programs: read whole, with a limit, and taken apart by what they say they are."""

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from fastapi import HTTPException, Request
from starlette.requests import ClientDisconnect

MOST_BYTES = 1024 * 1024
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


class Malformed(HTTPException):
    """Nobody can read the body; the detail says why, and nothing of it."""

    def __init__(self, why: str, status: int = 422) -> None:
        super().__init__(status, why)


async def raw_body(request: Request) -> bytes:
    """The bytes as they came, which signatures are over.

    Raises:
        HTTPException: 413, they are more than a megabyte; 400, they broke off.
    """
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                raise HTTPException(
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                    "the body is larger than 1 MB: send less at once",
                    {"Connection": "close"},
                )
    except ClientDisconnect as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "the body broke off") from error
    return bytes(body)


def parsed(request: Request, body: bytes) -> Any:
    """What a body of JSON or a form says.

    Raises:
        Malformed: 415, it says it is something else; 422, it is not what it says.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == FORM:
            return dict(parse_qsl(body.decode(), max_num_fields=2_000))
        if kind == JSON or kind.endswith("+json"):
            return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"the body is not {kind}, as it says") from error
    raise Malformed(f"send {JSON} or {FORM}", 415)
