"""Pulled sources in Dagster: each has an asset, a schedule and a backfill by days.

What is configured is in the graph, upstream of the bucket; what is not is absent, and the bucket's
description says how to get it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from lead_pipeline.connectors.history import Due, due
from lead_pipeline.connectors.model import Window
from lead_pipeline.connectors.pull import Busy, Pulled, pull
from lead_pipeline.connectors.registry import Connector, configured, connectors, opened
from lead_pipeline.database import connect
from lead_pipeline.defs import connector_checks
from lead_pipeline.defs.resources import LeadSite
from lead_pipeline.errors import OutsideTrouble
from lead_pipeline.settings import Settings, load_settings

_GROUP = "connectors"
_OWNERS = ["team:lead-operations"]
_FIRST_DAY = "2026-01-01"  # no vendor keeps its leads for longer than three months
_RETRIES = dg.RetryPolicy(max_retries=2, delay=30, backoff=dg.Backoff.EXPONENTIAL)
_LATE = 4  # times the interval without a pull make an asset stale


class Asked(dg.Config):
    """A span of time to read again, such as `2026-11-01T00:00:00+00:00`; empty in regular pulls."""

    since: str = ""
    until: str = ""

    def window(self) -> Window | None:
        if not self.since:
            return None
        until = datetime.fromisoformat(self.until) if self.until else datetime.now(UTC)
        return Window(_aware(datetime.fromisoformat(self.since)), _aware(until))


@dataclass(frozen=True, slots=True)
class PulledSources:
    """What the configured sources add to the definitions; `absent` says how to get the others."""

    names: list[str]
    absent: list[str]
    assets: list[dg.AssetsDefinition]
    checks: list[dg.AssetChecksDefinition]
    jobs: list[dg.JobDefinition | UnresolvedAssetJobDefinition]
    schedules: list[dg.ScheduleDefinition]
    sensors: list[dg.SensorDefinition]


def pulled(settings: Settings) -> PulledSources:
    there = configured(settings.accounts)
    nightly = connector_checks.nightly(there)
    jobs = [pull_job(one, nightly.checks) for one in there]
    return PulledSources(
        names=[one.asset for one in there],
        absent=[one.advice for one in connectors().values() if one not in there],
        assets=[pulled_asset(one) for one in there],
        checks=[*connector_checks.webhook_checks(there, settings.accounts), *nightly.checks],
        jobs=[
            *jobs,
            *(backfill_job(one, settings.time_zone) for one in there),
            *nightly.jobs,
        ],
        schedules=[
            *(schedule(one, job) for one, job in zip(there, jobs, strict=True)),
            *nightly.schedules,
        ],
        sensors=[prompt_sensor(there, jobs)] if there else [],
    )


def pulled_asset(connector: Connector) -> dg.AssetsDefinition:
    @dg.asset(
        name=connector.asset,
        group_name=_GROUP,
        kinds={"api"},
        owners=_OWNERS,
        pool=f"pull_{connector.name}",
        retry_policy=_RETRIES,
        freshness_policy=dg.FreshnessPolicy.time_window(
            fail_window=timedelta(minutes=_LATE * connector.minutes)
        ),
        output_required=False,
        description=f"What {connector.name} has that is new, in the inbox and the bucket; with "
        "`since` (and `until`) all of that time once more.",
    )
    def asset(
        context: dg.AssetExecutionContext, config: Asked, site: LeadSite
    ) -> Iterator[dg.MaterializeResult]:
        pulled = _pull(context, site, connector, config.window())
        if pulled is not None:
            yield dg.MaterializeResult(metadata=_metadata(pulled))

    return asset


def backfill_job(connector: Connector, zone: str) -> dg.JobDefinition:
    """Days of the past in this time zone, one run a day."""
    days = dg.DailyPartitionsDefinition(_FIRST_DAY, timezone=zone, end_offset=1)

    @dg.op(name=f"read_{connector.name}_again", pool=f"pull_{connector.name}")
    def read_again(context: dg.OpExecutionContext, site: LeadSite) -> None:
        start = datetime.fromisoformat(context.partition_key).replace(tzinfo=ZoneInfo(zone))
        pulled = _pull(context, site, connector, Window(start, start + timedelta(days=1)))
        if pulled is not None:
            context.add_output_metadata(_metadata(pulled))

    @dg.job(
        name=f"backfill_{connector.name}",
        partitions_def=days,
        description=f"Reads days of {connector.name} again; what is known by its id stays once.",
    )
    def backfill() -> None:
        read_again()

    return backfill


def pull_job(
    connector: Connector, nightly: Sequence[dg.AssetChecksDefinition]
) -> UnresolvedAssetJobDefinition:
    """The asset with its checks, but for those that have their own hour."""
    asset = dg.AssetSelection.assets(connector.asset)
    return dg.define_asset_job(
        f"pull_{connector.name}",
        selection=asset - dg.AssetSelection.checks(*nightly) if nightly else asset,
        description=f"Reads what {connector.name} has that is new.",
    )


def schedule(connector: Connector, job: UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    return dg.ScheduleDefinition(
        name=f"every_{connector.minutes}_minutes_{connector.name}",
        job=job,
        cron_schedule=f"*/{connector.minutes} * * * *",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Pulls {connector.name} every {connector.minutes} minutes.",
    )


def prompt_sensor(
    found: Sequence[Connector], jobs: Sequence[UnresolvedAssetJobDefinition]
) -> dg.SensorDefinition:
    """Pulls that do not wait for the clock: the first one, and those that a webhook asks for."""

    @dg.sensor(
        name="pulls_that_are_due",
        jobs=list(jobs),
        minimum_interval_seconds=5,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Pulls a source at once when it was not pulled for longer than its interval, "
        "as at the first start, and when a webhook named a record that has to be fetched.",
    )
    def sensor(site: LeadSite) -> Iterator[dg.RunRequest | dg.SkipReason]:
        with connect(site.open().settings.database_url, autocommit=True) as session:
            asked = [(one, due(session, one.name, one.minutes)) for one in found]
        requests = [
            dg.RunRequest(run_key=f"{one.name}-{said.key}", job_name=f"pull_{one.name}")
            for one, said in asked
            if isinstance(said, Due)
        ]
        if not requests:
            yield dg.SkipReason("every source was pulled in time")
        yield from requests

    return sensor


def _pull(
    context: dg.AssetExecutionContext | dg.OpExecutionContext,
    site: LeadSite,
    connector: Connector,
    window: Window | None,
) -> Pulled | None:
    """The pull, or None where another one is at work; what a person must mend fails the step."""
    at = site.open()
    try:
        pulled = pull(at, opened(connector.name, at.settings.accounts), asked=window)
    except Busy as error:
        context.log.info(str(error))
        return None
    except OutsideTrouble as error:
        raise dg.Failure(description=str(error)) from error
    for fault in pulled.faults:
        context.log.warning(f"{fault['part']}: {fault['reason']}")
    if pulled.status == "failed":
        lasting = any(fault["kind"] in _LASTING for fault in pulled.faults)
        raise dg.Failure(
            description=pulled.error, metadata=_metadata(pulled), allow_retries=not lasting
        )
    return pulled


_LASTING = ("AccessLost", "Forbidden", "BadRequest")


def _metadata(pulled: Pulled) -> dict[str, Any]:
    """Counts and reasons only: nothing of a record."""
    return {
        "pull": pulled.pull_id,
        "status": pulled.status,
        "read": pulled.read,
        "new": pulled.new,
        "known": pulled.known,
        "kept with a problem": pulled.quarantined,
        "tests": pulled.tests,
        "seconds": (pulled.ended_at - pulled.started_at).total_seconds(),
        "objects": pulled.objects,
        "parts that failed": [f"{f['part']}: {f['reason']}" for f in pulled.faults],
        "dagster/row_count": pulled.new,
    }


def _aware(moment: datetime) -> datetime:
    zone = ZoneInfo(load_settings().time_zone)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
