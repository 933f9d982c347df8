"""Leads that suppliers offer before they post them: what they would be told.

Nothing is kept of a ping, and it does not count as a post.
"""

from datetime import datetime
from functools import partial

from lead_pipeline.access.posters import Proof
from lead_pipeline.connectors.posts import posted_today, require_room, require_supplier, waiting
from lead_pipeline.database import Connection
from lead_pipeline.imports.ping import Foreseen, Ping, foresee


def answer_ping(session: Connection, proof: Proof, ping: Ping, now: datetime) -> Foreseen:
    """
    Raises:
        Refused: nothing proves whose lead it is.
        OperatorError: nobody of this name can post.
        CapReached: the supplier may post no more leads today.
    """
    poster = proof.poster(session)
    require_supplier(poster.supplier)
    if poster.daily_cap is not None:
        require_room(poster.daily_cap, posted_today(session, poster.supplier), 1)
    return foresee(session, ping, poster.supplier, now, partial(waiting, session))
