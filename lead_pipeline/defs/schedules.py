"""What happens by the clock."""

import dagster as dg

from lead_pipeline.defs.jobs import check_leads

nightly_check = dg.ScheduleDefinition(
    name="nightly_check",
    job=check_leads,
    cron_schedule="30 3 * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Proves every night what must be true of all leads.",
)
