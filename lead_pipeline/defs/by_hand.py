"""Imports in this process, for commands that run where no daemon does."""

from collections.abc import Sequence

import dagster as dg

from lead_pipeline.defs.partitions import imports
from lead_pipeline.ledger import Import

# Every event stands in the instance; a terminal need not show them too.
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def import_here(job: dg.JobDefinition, found: Sequence[Import]) -> None:
    """Run each import as the daemon would have it run: its job, its partition, its run in the
    instance of DAGSTER_HOME. How it ended, the ledger tells."""
    with dg.DagsterInstance.get() as instance:
        for one in found:
            if one.partition_key is None:
                continue
            instance.add_dynamic_partitions(imports.name or "", [one.partition_key])
            job.execute_in_process(
                partition_key=one.partition_key,
                instance=instance,
                raise_on_error=False,
                run_config=_QUIET,
            )
