"""What a pull would bring: everything is read and counted, in a transaction that is taken back."""

from lead_pipeline.connectors import inbox
from lead_pipeline.connectors.clock import SYSTEM, Clock
from lead_pipeline.connectors.inbox import Kept
from lead_pipeline.connectors.model import Source, Window
from lead_pipeline.connectors.pull import claim
from lead_pipeline.database import connect
from lead_pipeline.settings import Settings


def rehearse(
    settings: Settings, source: Source, *, clock: Clock = SYSTEM, asked: Window | None = None
) -> Kept:
    """How many records a pull would find, by what would become of them. No cursor moves.

    Raises:
        Busy: a pull of this source is at work.
        Fault: something could not be read; a pull would go on with the other parts.
        OutsideTrouble: the database does not answer.
    """
    sums = Kept()
    with connect(settings.database_url, autocommit=True) as session:
        claim(session, source)
        with session.transaction(force_rollback=True):
            for part in source.parts():
                stands = inbox.cursor(session, source, part)
                for page in source.pages(part, stands, asked):
                    sums += inbox.keep(session, source, part, page, now=clock.now())
    return sums
