"""Leads that suppliers post, and what they are told at once."""

from asyncio import wrap_future
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict
from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.security.utils import get_authorization_scheme_param
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from starlette.concurrency import run_in_threadpool

from lead_pipeline.access import posting as access
from lead_pipeline.access.posting import BySignature, ByToken, LetIn, Proof
from lead_pipeline.access.tokens import Role
from lead_pipeline.connectors.malformed import keep_malformed
from lead_pipeline.connectors.posting import MOST, CapReached, OtherLead, Post, require_supplier
from lead_pipeline.database import connect
from lead_pipeline.imports.ping import Ping
from lead_pipeline.web.bodies import FORM, JSON, Malformed, parsed, raw_body
from lead_pipeline.web.desk import Desk
from lead_pipeline.web.guard import briefly, of_site
from lead_pipeline.web.once import Key
from lead_pipeline.web.ping_desk import PingDesk
from lead_pipeline.web.receiving import COUNTED_HERE

router = APIRouter(prefix="/leads", tags=["posting"])
_operator = briefly(Role.OPERATOR)
_LEADS: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "oneOf": [
                        {"type": "object"},
                        {"type": "array", "items": {"type": "object"}, "maxItems": MOST},
                    ]
                }
            },
            FORM: {"schema": {"type": "object"}},
        },
    }
}


class LeadAnswer(BaseModel):
    """What a file would have said of a lead. `age_days`: how long ago a duplicate was received;
    `repeated`: the lead came before, and is answered as it was then."""

    external_id: str
    status: str
    reason: str | None
    age_days: int | None
    is_test: bool
    repeated: bool


class Answers(BaseModel):
    """An answer to each lead, in the order of the post."""

    leads: list[LeadAnswer]


Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Offered(BaseModel):
    """A lead that is offered: the SHA-256, in small hexadecimal digits, of the key of its mail and
    of its phone (E.164), at least one of them; and its campaign."""

    model_config = ConfigDict(extra="forbid")

    email_sha256: Sha256 | None = None
    phone_sha256: Sha256 | None = None
    campaign: Annotated[str, Field(max_length=200)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.email_sha256 is None and self.phone_sha256 is None:
            raise ValueError("say email_sha256, phone_sha256 or both")
        return self

    @property
    def ping(self) -> Ping:
        mail, phone = (
            None if one is None else bytes.fromhex(one)
            for one in (self.email_sha256, self.phone_sha256)
        )
        return Ping(mail, phone, self.campaign)


class PingAnswer(BaseModel):
    """What the lead would be told if it were posted now; `unknown`, and the reason why, where that
    cannot be said by these."""

    status: str
    reason: str | None
    age_days: int | None


_PING: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": Offered.model_json_schema()} for kind in (JSON, FORM)},
    }
}


async def _body(request: Request) -> bytes:
    return await raw_body(request)


@router.post("", openapi_extra=_LEADS, max_body_size=COUNTED_HERE)
async def post_leads(
    request: Request,
    body: Annotated[bytes, Depends(_body)],
    supplier: Annotated[str | None, Query(max_length=200)] = None,
    key: Key = None,
) -> Answers:
    """Post one lead or many, in the supplier's own fields. Each is kept and answered at once.

    By a supplier's token, by its signature (Standard Webhooks, with `supplier`), or by an
    operator, who says the `supplier`. A lead with an `external_id`, `lead_id` or `id`, or a post
    with an `Idempotency-Key`, may be sent again and is answered as before.
    """
    proof = await _proof(request, supplier, body)
    async with _as_evidence(request, proof, body):
        leads = _leads(parsed(request, body))
    if isinstance(proof, BySignature):
        key = key or request.headers.get("webhook-id")
    desk: Desk = request.app.state.desk
    with _refusals():
        told = await wrap_future(desk.answer(Post(proof, leads, key)))
    return Answers(leads=[LeadAnswer(**asdict(one)) for one in told])


@router.post("/ping", openapi_extra=_PING, max_body_size=COUNTED_HERE)
async def ping(
    request: Request,
    body: Annotated[bytes, Depends(_body)],
    supplier: Annotated[str | None, Query(max_length=200)] = None,
) -> PingAnswer:
    """Ask what a lead would be told before it is posted, by the SHA-256 of its mail or phone.

    Proven as a post is. Nothing is kept, and it does not count as a post.
    """
    proof = await _proof(request, supplier, body)
    async with _as_evidence(request, proof, body):
        offered = _offered(parsed(request, body))
    desk: PingDesk = request.app.state.ping_desk
    with _refusals():
        verdict = await wrap_future(desk.answer(proof, offered.ping))
    return PingAnswer(**asdict(verdict))


@contextmanager
def _refusals() -> Iterator[None]:
    """What a desk turns away, as answers of HTTP."""
    try:
        yield
    except access.Refused as error:
        raise HTTPException(401, str(error), {"WWW-Authenticate": "Bearer"}) from error
    except CapReached as error:
        raise HTTPException(429, str(error)) from error
    except OtherLead as error:
        raise HTTPException(422, str(error)) from error


def _offered(said: Any) -> Offered:
    try:
        return Offered.model_validate(said)
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_url=False)
        raise Malformed(
            "; ".join(
                ": ".join([*map(str, one["loc"]), one["msg"].removeprefix("Value error, ")])
                for one in wrong
            )
        ) from error


@asynccontextmanager
async def _as_evidence(request: Request, proof: Proof, body: bytes) -> AsyncIterator[None]:
    """Keep a body that cannot be read, once it is proven whose it is."""
    try:
        yield
    except Malformed as error:
        with _refusals():
            await run_in_threadpool(_keep, request, proof, body, error.detail)
        raise


def _keep(request: Request, proof: Proof, body: bytes, why: str) -> None:
    kind = request.headers.get("content-type")
    with connect(of_site(request).settings.database_url, autocommit=True) as session:
        sender = proof.poster(session).supplier
        require_supplier(sender)
        keep_malformed(session, sender, request.url.path, why, kind, body)


async def _proof(request: Request, supplier: str | None, body: bytes) -> Proof:
    """What is shown by whoever posts.

    What a browser brings along by itself, a cookie or being on this machine, counts only where the
    guard lets it: not from another site.
    """
    _, token = get_authorization_scheme_param(request.headers.get("authorization"))
    if token.startswith(access.PREFIX):
        return ByToken(token.strip())
    if supplier is None:
        raise HTTPException(422, "say whose leads they are: ?supplier=...")
    if access.SIGNATURE in request.headers:
        return BySignature(supplier, request.headers, body)
    await run_in_threadpool(_operator, request)
    return LetIn(supplier)


def _leads(said: Any) -> list[Mapping[str, Any]]:
    leads = said if isinstance(said, list) else [said]
    if not leads or len(leads) > MOST:
        raise Malformed(f"a post has 1 to {MOST} leads, not {len(leads)}")
    for at, lead in enumerate(leads, start=1):
        if not isinstance(lead, dict) or not lead:
            raise Malformed(f"lead {at} is no object with fields of a lead")
    return leads
