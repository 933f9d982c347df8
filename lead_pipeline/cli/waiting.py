"""Waiting for imports in commands: the progress, how each ended, and the exit code."""

from collections.abc import Sequence

from lead_pipeline.cli.hints import hint, next_step
from lead_pipeline.cli.import_view import outcome_line
from lead_pipeline.cli.output import tell
from lead_pipeline.cli.progress import wait_for
from lead_pipeline.cli.session import FAILED, HELD, REJECTED_ROWS
from lead_pipeline.database import Connection
from lead_pipeline.intake.drop import Dropped
from lead_pipeline.ledger import Status
from lead_pipeline.ledger.facts import import_facts
from lead_pipeline.ledger.summaries import review


def wait_and_tell(
    session: Connection, dropped: Sequence[Dropped], timeout: float, as_json: bool
) -> int:
    """Wait for imports, tell how each ended and what to do then, and give the exit code."""
    codes = [0]
    for done in wait_for(session, dropped, timeout, show=not as_json):
        facts = import_facts(done, review(session, [done]).get(done.import_id)) if as_json else None
        tell(as_json, facts, outcome_line(done))
        if then := next_step(done):
            hint(then)
        if done.status is Status.HELD:
            codes.append(HELD)
        elif done.status is not Status.COMPLETED:
            codes.append(FAILED)
        elif done.rows_rejected:
            codes.append(REJECTED_ROWS)
    return FAILED if FAILED in codes else max(codes)
