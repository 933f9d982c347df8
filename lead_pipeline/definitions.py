"""What Dagster loads: everything of lead_pipeline.defs by name, and nothing else."""

from functools import cache

import dagster as dg

from lead_pipeline import log_format
from lead_pipeline.bucket import open_bucket
from lead_pipeline.defs import (
    assets,
    connectors,
    import_checks,
    jobs,
    linkage,
    master_checks,
    money,
    schedules,
    sensors,
    upkeep,
)
from lead_pipeline.defs.resources import resources
from lead_pipeline.settings import load_settings


@dg.definitions
@cache
def defs() -> dg.Definitions:
    """Made when Dagster asks for them, once in a process: what the bucket is, the settings say.

    Raises:
        OperatorError: a setting is wrong; the message names it.
    """
    settings = load_settings()
    log_format.use(settings.log_format)
    bucket = open_bucket(settings.bucket_url)
    pulled = connectors.pulled(settings)
    return dg.Definitions(
        assets=[
            assets.lead_imports(bucket.kind, pulled.names, pulled.absent),
            *assets.STEPS,
            linkage.possible_duplicates,
            money.supplier_worth,
            *pulled.assets,
        ],
        asset_checks=[*import_checks.CHECKS, *master_checks.CHECKS, *pulled.checks],
        jobs=[
            jobs.import_leads,
            jobs.check_leads,
            linkage.find_duplicates,
            money.report_worth,
            upkeep.upkeep,
            *pulled.jobs,
        ],
        sensors=[sensors.new_lead_files, sensors.first_import, *pulled.sensors],
        schedules=[
            schedules.nightly_check,
            linkage.nightly_duplicates,
            money.weekly_worth,
            upkeep.nightly_upkeep,
            *pulled.schedules,
        ],
        resources=resources(),
        # One process per run: the steps share it, and each takes its own lock in the database.
        executor=dg.in_process_executor,
    )
