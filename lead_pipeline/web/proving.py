"""Whoever posts: what it shows, why it is turned away, and what is kept of it then."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Annotated

from fastapi import Depends, HTTPException, Query, Request
from fastapi.security.utils import get_authorization_scheme_param
from starlette.concurrency import run_in_threadpool

from lead_pipeline.access import posters
from lead_pipeline.access.posters import BySignature, ByToken, LetIn, Proof
from lead_pipeline.access.tokens import Role
from lead_pipeline.connectors.malformed import keep_malformed
from lead_pipeline.connectors.posts import CapReached, OtherLead, require_supplier
from lead_pipeline.database import connect
from lead_pipeline.web.bodies import Malformed, raw_body
from lead_pipeline.web.guard import briefly, of_site

_operator = briefly(Role.OPERATOR)


async def _body(request: Request) -> bytes:
    return await raw_body(request)


Body = Annotated[bytes, Depends(_body)]
Supplier = Annotated[str | None, Query(max_length=200)]


async def proof_of(request: Request, supplier: str | None, body: bytes) -> Proof:
    """What is shown by whoever posts.

    What a browser brings along by itself, a cookie or being on this machine, counts only where the
    guard lets it: not from another site.
    """
    _, token = get_authorization_scheme_param(request.headers.get("authorization"))
    if token.startswith(posters.PREFIX):
        return ByToken(token.strip())
    if supplier is None:
        raise HTTPException(422, "say whose leads they are: ?supplier=...")
    if posters.SIGNATURE in request.headers:
        return BySignature(supplier, request.headers, body)
    await run_in_threadpool(_operator, request)
    return LetIn(supplier)


@contextmanager
def refusals() -> Iterator[None]:
    """What a desk turns away, as answers of HTTP."""
    try:
        yield
    except posters.Refused as error:
        raise HTTPException(401, str(error), {"WWW-Authenticate": "Bearer"}) from error
    except CapReached as error:
        raise HTTPException(429, str(error)) from error
    except OtherLead as error:
        raise HTTPException(422, str(error)) from error


@asynccontextmanager
async def as_evidence(request: Request, proof: Proof, body: bytes) -> AsyncIterator[None]:
    """Keep a body that cannot be read, once it is proven whose it is."""
    try:
        yield
    except Malformed as error:
        with refusals():
            await run_in_threadpool(_keep, request, proof, body, error.detail)
        raise


def _keep(request: Request, proof: Proof, body: bytes, why: str) -> None:
    kind = request.headers.get("content-type")
    with connect(of_site(request).settings.database_url, autocommit=True) as session:
        sender = proof.poster(session).supplier
        require_supplier(sender)
        keep_malformed(session, sender, request.url.path, why, kind, body)
