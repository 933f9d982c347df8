"""The same assets as Dagster runs them if it is told nothing: for latency.py.

Its own executor (a process for every step), and a sensor with its own interval of 30 s.
"""

from typing import Any

import dagster as dg  # noqa: TID251 - stock Dagster is what this is about

from lead_pipeline.defs import assets
from lead_pipeline.defs.jobs import import_leads
from lead_pipeline.defs.resources import resources
from lead_pipeline.defs.sensors import new_lead_files


@dg.sensor(
    job=import_leads,
    default_status=dg.DefaultSensorStatus.RUNNING,
    required_resource_keys={"site"},
)
def every_30_seconds(context: dg.SensorEvaluationContext) -> Any:
    return new_lead_files(context)


defs = dg.Definitions(
    assets=assets.STEPS,
    jobs=[import_leads],
    sensors=[every_30_seconds],
    resources=resources(),
)
