"""Leads that suppliers post, and what they are told at once."""

from asyncio import wrap_future
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel

from lead_pipeline.access.posters import BySignature
from lead_pipeline.connectors.posts import MOST, Post
from lead_pipeline.web.bodies import FORM, JSON, Malformed, parsed
from lead_pipeline.web.desk import Desk
from lead_pipeline.web.once import Key
from lead_pipeline.web.proving import Body, Supplier, as_evidence, proof_of, refusals
from lead_pipeline.web.receiving import COUNTED_HERE

router = APIRouter(prefix="/leads", tags=["posting"])
_LEADS: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {
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


@router.post("", openapi_extra=_LEADS, max_body_size=COUNTED_HERE)
async def post_leads(
    request: Request,
    body: Body,
    supplier: Supplier = None,
    key: Key = None,
) -> Answers:
    """Post one lead or many, in the supplier's own fields. Each is kept and answered at once.

    By a supplier's token, by its signature (Standard Webhooks, with `supplier`), or by an
    operator, who says the `supplier`. A lead with an `external_id`, `lead_id` or `id`, or a post
    with an `Idempotency-Key`, may be sent again and is answered as before.
    """
    proof = await proof_of(request, supplier, body)
    async with as_evidence(request, proof, body):
        leads = _leads(parsed(request, body))
    if isinstance(proof, BySignature):
        key = key or request.headers.get("webhook-id")
    desk: Desk = request.app.state.desk
    with refusals():
        told = await wrap_future(desk.answer(Post(proof, leads, key)))
    return Answers(leads=[LeadAnswer(**asdict(one)) for one in told])


def _leads(said: Any) -> list[Mapping[str, Any]]:
    leads = said if isinstance(said, list) else [said]
    if not leads or len(leads) > MOST:
        raise Malformed(f"a post has 1 to {MOST} leads, not {len(leads)}")
    for at, lead in enumerate(leads, start=1):
        if not isinstance(lead, dict) or not lead:
            raise Malformed(f"lead {at} is no object with fields of a lead")
    return leads
