"""What Dagster loads: everything in lead_pipeline.defs, and nothing else."""

import dagster as dg

from lead_pipeline import defs as package
from lead_pipeline.defs.resources import resources

defs = dg.Definitions.merge(
    dg.load_definitions_from_package_module(package),
    # One process per run: the steps share it, and each step takes its own lock in the database.
    dg.Definitions(resources=resources(), executor=dg.in_process_executor),
)
