"""Leads that suppliers offer before they post them."""

from asyncio import wrap_future
from dataclasses import asdict
from typing import Annotated, Any, Self

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from lead_pipeline.connectors.pings import Offered
from lead_pipeline.imports.ping import Ping
from lead_pipeline.web.bodies import FORM, JSON, Malformed, parsed
from lead_pipeline.web.ping_desk import PingDesk
from lead_pipeline.web.proving import Body, Supplier, as_evidence, proof_of, refusals
from lead_pipeline.web.receiving import COUNTED_HERE

router = APIRouter(prefix="/leads", tags=["posting"])
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Digests(BaseModel):
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
        "content": {kind: {"schema": Digests.model_json_schema()} for kind in (JSON, FORM)},
    }
}


@router.post("/ping", openapi_extra=_PING, max_body_size=COUNTED_HERE)
async def ping(
    request: Request,
    body: Body,
    supplier: Supplier = None,
) -> PingAnswer:
    """Ask what a lead would be told before it is posted, by the SHA-256 of its mail or phone.

    Proven as a post is. Nothing is kept, and it does not count as a post.
    """
    proof = await proof_of(request, supplier, body)
    async with as_evidence(request, proof, body):
        said = _digests(parsed(request, body))
    desk: PingDesk = request.app.state.ping_desk
    with refusals():
        verdict = await wrap_future(desk.answer(Offered(proof, said.ping)))
    return PingAnswer(**asdict(verdict))


def _digests(said: Any) -> Digests:
    try:
        return Digests.model_validate(said)
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_url=False)
        raise Malformed(
            "; ".join(
                ": ".join([*map(str, one["loc"]), one["msg"].removeprefix("Value error, ")])
                for one in wrong
            )
        ) from error
