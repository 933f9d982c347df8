"""The sensors: on the bucket, whose files become runs, and on the first import that is done.

That on the bucket gathers what is there, has it decided (intake/), and carries it out.
"""

import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

import dagster as dg

from lead_pipeline import ledger
from lead_pipeline.bucket import Bucket
from lead_pipeline.connectors.deliver import deliver, is_anything_waiting
from lead_pipeline.database import Connection, connect
from lead_pipeline.defs.jobs import check_leads, import_leads
from lead_pipeline.defs.partitions import imports
from lead_pipeline.defs.resources import LeadSite
from lead_pipeline.defs.run_notes import end_of, how_it_was_lost, is_alive, note_end
from lead_pipeline.imports.site import Site
from lead_pipeline.intake.arrivals import Arrivals
from lead_pipeline.intake.decisions import Decision, Limits, decide
from lead_pipeline.intake.looks import note_look
from lead_pipeline.intake.runs import Phase, RunSeen
from lead_pipeline.intake.silence import Silence
from lead_pipeline.ledger import Import, Status

_PHASES = {
    dg.DagsterRunStatus.NOT_STARTED: Phase.CREATED,
    dg.DagsterRunStatus.QUEUED: Phase.WAITING,
    dg.DagsterRunStatus.MANAGED: Phase.WAITING,
    dg.DagsterRunStatus.STARTING: Phase.STARTING,
    dg.DagsterRunStatus.STARTED: Phase.WORKING,
    dg.DagsterRunStatus.CANCELING: Phase.WORKING,
    dg.DagsterRunStatus.SUCCESS: Phase.SUCCEEDED,
    dg.DagsterRunStatus.FAILURE: Phase.FAILED,
    dg.DagsterRunStatus.CANCELED: Phase.CANCELED,
}
_PARTITION_TAG = "dagster/partition"
_RUN_KEY_TAG = "dagster/run_key"
# Open imports looked at, from the oldest on and from the newest back.
_MOST_OPEN = 250
_PAUSE_SECONDS = 0.25
_LIMITS = Limits()


@dg.sensor(
    job=import_leads,
    minimum_interval_seconds=1,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Each new file version in the bucket becomes one partition and one run; a run that "
    "died or vanished is started again.",
)
def new_lead_files(
    context: dg.SensorEvaluationContext, site: LeadSite
) -> dg.SensorResult | dg.SkipReason:
    opened = site.open()
    with connect(opened.settings.database_url, autocommit=True) as session:
        decision = _watch(context, session, opened)
        _carry_out(context, session, decision)
        note_look(session)
    if not decision.launch:
        return dg.SkipReason("nothing to start")
    return dg.SensorResult(
        run_requests=[
            dg.RunRequest(
                run_key=launch.run_key,
                partition_key=launch.partition,
                tags={"lead_pipeline/object": launch.object_key[:250]},
            )
            for launch in decision.launch
        ],
        dynamic_partitions_requests=[
            imports.build_add_request([launch.partition for launch in decision.launch])
        ],
    )


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitored_jobs=[import_leads],
    request_job=check_leads,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="After the first import that is done all leads are checked, so that nobody has to "
    "wait for the night to see the checks of leads_master.",
)
def first_import(_context: dg.RunStatusSensorContext) -> dg.RunRequest:
    # A run key is remembered for ever: no later import leads to a run.
    return dg.RunRequest(run_key="first_import")


@cache
def _arrivals(bucket: Bucket) -> Arrivals:
    """What a process knows of a bucket, it knows as long as it lives."""
    return Arrivals(bucket)


@cache
def _silence(_database_url: str) -> Silence:
    """Imports that nobody is seen to hold, as long as the process lives."""
    return Silence()


def _watch(context: dg.SensorEvaluationContext, session: Connection, site: Site) -> Decision:
    """Look until there is something to do, LEADS_WATCH_SECONDS are over, or the stack ends.

    A tick that looked once and left would make a file wait for the next one.
    """
    until = time.monotonic() + site.settings.watch_seconds
    while True:
        if is_anything_waiting(session):
            deliver(site)
        for entered in _arrivals(site.bucket).enter(session):
            if entered.status.ended:  # a duplicate, or an object whose name cannot be used
                context.log.warning(f"{entered.object_key}: not imported, {entered.error}")
        decision = _look(context.instance, session, _silence(site.settings.database_url))
        left = until - time.monotonic()
        if decision != Decision() or left <= 0 or site.settings.stop_mark.exists():
            return decision
        time.sleep(min(_PAUSE_SECONDS, left))


def _look(instance: dg.DagsterInstance, session: Connection, silence: Silence) -> Decision:
    open_imports = ledger.open_imports(session, _MOST_OPEN)
    if not open_imports:
        return Decision()
    runs, owned = _runs_of(instance, open_imports), ledger.owned_imports(session)
    silent = silence.look([one.import_id for one in open_imports], owned)
    return decide(open_imports, runs, silent, datetime.now(UTC), _LIMITS)


def _runs_of(
    instance: dg.DagsterInstance, open_imports: Sequence[Import]
) -> dict[str, list[RunSeen]]:
    """Partition -> its runs, newest first, whoever started them."""
    partitions = [i.partition_key for i in open_imports if i.partition_key]
    records = instance.get_run_records(
        filters=dg.RunsFilter(tags={_PARTITION_TAG: partitions}), order_by="id", ascending=False
    )
    found: dict[str, list[RunSeen]] = defaultdict(list)
    for record in records:
        run = record.dagster_run
        found[run.tags[_PARTITION_TAG]].append(
            RunSeen(
                run.run_id,
                run.tags.get(_RUN_KEY_TAG),
                _PHASES[run.status],
                record.update_timestamp.replace(tzinfo=record.update_timestamp.tzinfo or UTC),
                None if run.is_finished else is_alive(run),
                end_of(run),
            )
        )
    return found


def _carry_out(
    context: dg.SensorEvaluationContext, session: Connection, decision: Decision
) -> None:
    """All but the launches: those are asked for last, when the ledger has the new attempt."""
    for seen in decision.lost:
        run = context.instance.get_run_by_id(seen.run_id)
        if run and not run.is_finished:
            _close(context.instance, run)
    for again in decision.again:
        attempt = again.import_.attempt + 1
        context.log.warning(f"{again.import_.object_key}: attempt {attempt}, {again.reason}")
        ledger.next_attempt(session, again.import_, again.reason, outage=again.outage)
    for import_, reason in decision.give_up:
        context.log.error(f"{import_.object_key}: {reason}")
        ledger.end(
            session, import_.import_id, Status.FAILED, import_.error_code or "failed", reason
        )


def _close(instance: dg.DagsterInstance, run: dg.DagsterRun) -> None:
    """End a run whose worker is lost; what a person wanted to cancel is cancelled by that."""
    end = how_it_was_lost(run)
    note_end(instance, run.run_id, end)
    message = f"The worker of this run {end}."
    if run.status is dg.DagsterRunStatus.CANCELING:
        instance.report_run_canceled(run, message)
    else:
        instance.report_run_failed(run, message)
