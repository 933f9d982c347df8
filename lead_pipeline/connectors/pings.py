"""Leads that suppliers offer before they post them: what they would be told.

Nothing is kept of a ping, and it does not count as a post.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from lead_pipeline.access.posters import Proof
from lead_pipeline.connectors.posts import posted_today, require_room, require_supplier, waiting
from lead_pipeline.database import Connection
from lead_pipeline.errors import LeadPipelineError
from lead_pipeline.imports.ping import Ping, foresee
from lead_pipeline.imports.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Offered:
    """A ping, with what proves whose lead it is."""

    proof: Proof
    ping: Ping


def answer(
    session: Connection, offered: Sequence[Offered], now: datetime
) -> tuple[list[Verdict | LeadPipelineError], bool]:
    """What is said of each lead, or why nothing is; and whether keys wait to be digested."""
    suppliers = [_supplier(session, one.proof) for one in offered]
    let_in = [
        (one.ping, supplier)
        for one, supplier in zip(offered, suppliers, strict=True)
        if isinstance(supplier, str)
    ]
    if not let_in:
        return [one for one in suppliers if isinstance(one, LeadPipelineError)], False
    foreseen = foresee(session, let_in, now, partial(waiting, session))
    verdicts = iter(foreseen.verdicts)
    told = [one if isinstance(one, LeadPipelineError) else next(verdicts) for one in suppliers]
    return told, foreseen.is_behind


def _supplier(session: Connection, proof: Proof) -> str | LeadPipelineError:
    try:
        poster = proof.poster(session)
        require_supplier(poster.supplier)
        if poster.daily_cap is not None:
            require_room(poster.daily_cap, posted_today(session, poster.supplier), 1)
    except LeadPipelineError as error:
        return error
    return poster.supplier
