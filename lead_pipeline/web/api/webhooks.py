"""Webhooks of vendors, under /webhooks. Each is there only where its secret is set.

Programs call them, from anywhere: nothing that a browser brings along by itself lets anybody in
here, only what the secret proves.
"""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.concurrency import run_in_threadpool

from lead_pipeline.connectors import webhook_calls
from lead_pipeline.connectors.knowlarity import KnowlarityCalls
from lead_pipeline.connectors.malformed import keep_malformed
from lead_pipeline.connectors.webhook_calls import NoRecord, NotProven
from lead_pipeline.database import Connection, connect
from lead_pipeline.settings.accounts import KnowlarityAccount, Webhooks
from lead_pipeline.web.bodies import Malformed, parsed, raw_body
from lead_pipeline.web.guard import of_site
from lead_pipeline.web.receiving import COUNTED_HERE

router = APIRouter(prefix="/webhooks", include_in_schema=False)  # vendors say what they send
_LONGEST_CHALLENGE = 1024
_NO_LOG = KnowlarityAccount("", "")  # calls may be pushed where the log cannot be read


async def _body(request: Request) -> bytes:
    return await raw_body(request)


Body = Annotated[bytes, Depends(_body)]


@router.get("/meta", response_class=PlainTextResponse)
def meta_challenge(
    request: Request,
    mode: Annotated[str, Query(alias="hub.mode")] = "",
    challenge: Annotated[str, Query(alias="hub.challenge", max_length=_LONGEST_CHALLENGE)] = "",
    verify_token: Annotated[str, Query(alias="hub.verify_token")] = "",
) -> PlainTextResponse:
    """Meta asks whether this address is ours, before it sends anything."""
    secret = _required(_webhooks(request).meta_verify_token)
    with _session(request) as session:
        if mode != "subscribe" or not webhook_calls.is_same(verify_token, secret):
            webhook_calls.count(session, "meta", "refused")
            return PlainTextResponse("the verify token is another", 403)
        webhook_calls.count(session, "meta", "challenged")
    return PlainTextResponse(challenge)


@router.post("/meta", max_body_size=COUNTED_HERE)
async def meta(request: Request, body: Body) -> JSONResponse:
    """Meta names leads of a Page's forms, signed over the bytes that it sends."""
    secret = _required(_webhooks(request).meta_app_secret)

    def keep(session: Connection) -> None:
        webhook_calls.require_meta_signature(
            body, request.headers.get("x-hub-signature-256", ""), secret
        )
        webhook_calls.keep_meta(session, _json(body))

    return await run_in_threadpool(_kept, request, "meta", keep, body)


@router.post("/google", max_body_size=COUNTED_HERE)
async def google(request: Request, body: Body) -> JSONResponse:
    """Google sends what somebody filled in; `google_key` in it is the proof."""
    key = _required(_webhooks(request).google_lead_key)
    try:
        said = _json(body)
    except NoRecord:
        said = {}  # and nothing in it proves anything

    def keep(session: Connection) -> None:
        webhook_calls.keep_google(session, said, key)

    told = json.dumps(webhook_calls.without_key(said)).encode()
    return await run_in_threadpool(_kept, request, webhook_calls.GOOGLE.name, keep, told)


@router.get("/knowlarity/{token}")
def knowlarity_by_address(request: Request, token: str) -> JSONResponse:
    """Knowlarity tells of a call by the parameters of the address."""
    told = request.url.query.encode()
    return _call(request, token, lambda: dict(request.query_params), told)


@router.post("/knowlarity/{token}", max_body_size=COUNTED_HERE)
async def knowlarity(request: Request, token: str, body: Body) -> JSONResponse:
    """Knowlarity tells of a call, as JSON or as a form."""
    return await run_in_threadpool(_call, request, token, lambda: parsed(request, body), body)


def _call(request: Request, token: str, read: Callable[[], Any], told: bytes) -> JSONResponse:
    secret = _required(_webhooks(request).knowlarity_token)
    account = of_site(request).settings.accounts.knowlarity or _NO_LOG

    def keep(session: Connection) -> None:
        if not webhook_calls.is_same(token, secret):
            raise NotProven("the address is another")
        webhook_calls.keep_knowlarity(session, read(), KnowlarityCalls(account))

    return _kept(request, webhook_calls.KNOWLARITY.name, keep, told)


def _kept(
    request: Request, source: str, keep: Callable[[Connection], None], told: bytes
) -> JSONResponse:
    """The answer to a call that is kept, and counted, in one transaction; or that is refused.

    What it `told` is kept where it is proven and says nothing that can be read.
    """
    with _session(request) as session:
        try:
            with session.transaction():
                keep(session)
                webhook_calls.count(session, source, "delivered")
        except NotProven as error:
            webhook_calls.count(session, source, "refused")
            return JSONResponse({"message": str(error)}, 403)
        except (NoRecord, Malformed) as error:
            webhook_calls.count(session, source, "refused")
            why = error.detail if isinstance(error, Malformed) else str(error)
            kind = request.headers.get("content-type")
            keep_malformed(session, source, request.scope["route"].path, why, kind, told)
            return JSONResponse({"message": why}, 422)
    return JSONResponse({})


def _session(request: Request) -> AbstractContextManager[Connection]:
    return connect(of_site(request).settings.database_url, autocommit=True)


def _webhooks(request: Request) -> Webhooks:
    return of_site(request).settings.accounts.webhooks


def _required(secret: str | None) -> str:
    if secret is None:
        raise HTTPException(404, "this webhook is not configured")
    return secret


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NoRecord("the body is no JSON") from error
