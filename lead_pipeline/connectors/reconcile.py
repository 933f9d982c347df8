"""What LeadConduit counts beside what is here: no event of a day may be missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from lead_pipeline.connectors.clock import SYSTEM, Clock
from lead_pipeline.connectors.leadconduit import LeadConduitLeads
from lead_pipeline.connectors.model import Window
from lead_pipeline.connectors.registry import opened
from lead_pipeline.database import Connection, run
from lead_pipeline.settings.accounts import Accounts


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Leads of a span by outcome, at LeadConduit and here."""

    since: datetime
    until: datetime
    theirs: Mapping[str, int]
    ours: Mapping[str, int]

    @property
    def agrees(self) -> bool:
        return self.theirs == self.ours

    @property
    def advice(self) -> str:
        """What to do where they do not agree."""
        return f"the counts differ: lead-pipeline pull leadconduit --since {self.since:%Y-%m-%d}"


def leadconduit_of(accounts: Accounts) -> LeadConduitLeads:
    """
    Raises:
        OperatorError: it is not configured; the message says what to set.
    """
    return cast(LeadConduitLeads, opened(LeadConduitLeads.name, accounts))


def days_before_today(days: int, clock: Clock = SYSTEM) -> Window:
    """So many whole days, in UTC, as LeadConduit's ids tell the time: to the second."""
    today = clock.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Window(today - timedelta(days=days), today - timedelta(seconds=1))


def reconcile(session: Connection, source: LeadConduitLeads, span: Window) -> Reconciled:
    """
    Raises:
        Fault: LeadConduit did not answer.
    """
    asked = {"source": source.name, "since": span.since, "until": span.until}
    ours = run(session, "connectors/count_outcomes", asked).fetchall()
    here = {row["outcome"]: row["total"] for row in ours}
    theirs = {name: total for name, total in source.stats(span).items() if total}
    return Reconciled(span.since, span.until, theirs, here)
