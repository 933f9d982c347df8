"""The nightly upkeep of the database, with what its tables take as metadata."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import dagster as dg
from pydantic import Field

from lead_pipeline.connectors.malformed import forget_malformed
from lead_pipeline.database import connect
from lead_pipeline.defs.resources import LeadSite
from lead_pipeline.imports.upkeep import keep_up


class UpkeepConfig(dg.Config):
    """How long the contacts of an undone import are kept, so that `explain` tells of them."""

    keep_undone_days: int = Field(30, ge=0, description="Days after the undo.")


@dg.op(description="Drops what was put aside of old undone imports, and sweeps dead rows.")
def sweep(context: dg.OpExecutionContext, site: LeadSite, config: UpkeepConfig) -> None:
    before = datetime.now(UTC) - timedelta(days=config.keep_undone_days)
    with connect(site.open().settings.database_url, autocommit=True) as session:
        done = keep_up(session, before)
        forgotten = forget_malformed(session)
    context.log.info(f"{done.dropped} old undone imports cleared, {forgotten} unreadable bodies")
    context.add_output_metadata(asdict(done))


@dg.job(description="Keeps the database small: see docs/operations.md.")
def upkeep() -> None:
    sweep()


nightly_upkeep = dg.ScheduleDefinition(
    name="nightly_upkeep",
    job=upkeep,
    cron_schedule="30 4 * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every night: nothing that nobody needs stays in the database.",
)
