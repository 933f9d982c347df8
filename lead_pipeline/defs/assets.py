"""The assets of an import, in its four steps, and the bucket they come from.

A body reads the partition, calls one function of imports/steps.py and reports what the ledger says.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version

import dagster as dg

from lead_pipeline import ledger, tracker
from lead_pipeline.database import connect
from lead_pipeline.defs import import_checks, reports
from lead_pipeline.defs.partitions import imports
from lead_pipeline.defs.resources import LeadSite
from lead_pipeline.errors import LeadPipelineError, OutsideTrouble
from lead_pipeline.imports import steps
from lead_pipeline.imports.plans import plan_of
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import, Status
from lead_pipeline.matching import master

_GROUP = "lead_import"
_OWNERS = ["team:lead-operations"]
# Another release may read, map or normalise the same file in another way.
_VERSION = version("lead-pipeline")


def lead_imports(kind: str, pulled: Sequence[str], absent: Sequence[str]) -> dg.AssetSpec:
    """The bucket, of which Dagster knows what raw_leads observed in it. `pulled` are the assets
    that fill it too, `absent` tells of those that could."""
    return dg.AssetSpec(
        reports.BUCKET,
        deps=list(pulled),
        description="The bucket that every list of leads arrives in. Its first folder names the "
        "supplier or the source.\n\n" + "\n\n".join(f"{one}." for one in absent),
        group_name=_GROUP,
        kinds={kind},
        owners=_OWNERS,
    )


@dg.asset(
    deps=[reports.BUCKET],
    partitions_def=imports,
    group_name=_GROUP,
    kinds={"postgres", "table"},
    owners=_OWNERS,
    code_version=_VERSION,
    output_required=False,
    metadata={"dagster/table_name": "leads", "dagster/column_schema": reports.raw_schema()},
)
def raw_leads(context: dg.AssetExecutionContext, site: LeadSite) -> Iterator[dg.MaterializeResult]:
    """The file's rows as they stand, in the staging table `leads`.

    Nothing is materialized for a file that cannot be imported, that holds the same bytes as an
    earlier one, or that is gone: the check says so, and the steps after it are skipped.
    """
    with _told():
        opened = site.work_on(context.partition_key)
        import_ = steps.load_raw_leads(opened, context.partition_key, context.run.run_id)
    uri = opened.bucket.uri(import_.object_key)
    if import_.status not in (Status.FAILED, Status.UNDONE):  # gone or taken back: nothing was read
        context.log_event(reports.observed(import_, uri))
    context.log_event(import_checks.file_was_read.evaluation(import_))
    if _is_left_out(context, import_):
        context.log_event(import_checks.nothing_to_sum(import_))
        return
    context.log.info(reports.loaded_line(import_))
    link = reports.page_link(import_, opened.settings.page_url)
    yield dg.MaterializeResult(metadata={**reports.loaded(import_, uri), **link})


@dg.asset(
    deps=[raw_leads],
    partitions_def=imports,
    group_name=_GROUP,
    kinds={"postgres", "table"},
    owners=_OWNERS,
    code_version=_VERSION,
    output_required=False,
    check_specs=[import_checks.LAW_OF_SUMS],
)
def normalized_leads(
    context: dg.AssetExecutionContext, site: LeadSite
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """One row per contact that can be called: names, emails, phones and the row's typed values."""
    with _told():
        opened = site.work_on(context.partition_key)
        import_ = steps.normalize_leads(opened, context.partition_key, context.run.run_id)
        sums = steps.check_sums(opened, context.partition_key)
    faults = sums.faults if sums else []
    if faults:
        _fail(opened, import_, faults)
    law = import_checks.law_of_sums(import_, faults)
    if _is_left_out(context, import_) and import_.status is not Status.HELD:
        yield law  # a step that is not skipped owes it to Dagster
        return
    context.log.info(reports.normalized_line(import_))
    context.log_event(import_checks.most_rows_are_usable.evaluation(import_))
    context.log_event(import_checks.contact_columns_are_valid.evaluation(import_))
    context.log_event(import_checks.waits_for_nobody.evaluation(import_))
    metadata = reports.normalized(import_, plan_of(import_, opened.settings))
    yield dg.MaterializeResult(metadata=metadata, check_results=[law])


def _decided(
    name: str, description: str, metadata: dict[str, dg.TableSchema] | None = None
) -> dg.AssetSpec:
    return dg.AssetSpec(
        name,
        deps=[normalized_leads],
        partitions_def=imports,
        description=description,
        metadata=metadata,
        group_name=_GROUP,
        kinds={"postgres", "table"},
        owners=_OWNERS,
        skippable=True,
    )


@dg.multi_asset(
    specs=[
        _decided(
            "archived_leads",
            "The import's own table in the schema `archive`; from here on the import counts.",
        ),
        _decided(
            "leads_master",
            "One row a person: what they said first, brought up to date where a file was to.",
            {"dagster/column_schema": reports.master_schema()},
        ),
        _decided(
            "lead_sources_history", "The first sighting of a lead by each source after its primary."
        ),
        _decided("duplicate_leads", "Contacts that were somebody known: in their file, or a lead."),
        _decided(
            "dnc_suppressions",
            "Phones and mails that a do-not-call list took away, and which list.",
        ),
        _decided("rejected_leads", "Rows that gave no contact, with their raw cells and why."),
        _decided("invalid_contacts", "Contacts that cannot be called, and why."),
        _decided(
            "merge_candidates", "Pairs of leads that may be one person, for people to look at."
        ),
    ],
    can_subset=True,
)
def archived_leads(
    context: dg.AssetExecutionContext, site: LeadSite
) -> Iterator[dg.MaterializeResult]:
    """The one transaction that decides, for all the tables that it fills."""
    with _told():
        opened = site.work_on(context.partition_key)
        import_ = steps.archive_leads(opened, context.partition_key, context.run.run_id)
        with connect(opened.settings.database_url) as session:
            leads = reports.Leads(
                total=master.count_leads(session),
                candidates=master.count_candidates(session, import_.import_id),
            )
    if _is_left_out(context, import_):
        return
    context.log.info(reports.decided_line(import_))
    plan = plan_of(import_, opened.settings)
    for key, metadata in reports.decided(import_, plan, leads).items():
        if dg.AssetKey(key) in context.selected_asset_keys:
            yield dg.MaterializeResult(asset_key=key, metadata=metadata)


@dg.asset(
    deps=["archived_leads"],
    partitions_def=imports,
    group_name=_GROUP,
    kinds={"postgres"},
    owners=_OWNERS,
    output_required=False,
)
def truncated_staging(
    context: dg.AssetExecutionContext, site: LeadSite
) -> Iterator[dg.MaterializeResult]:
    """`leads` without this import's rows, its columns kept, ready for the next file."""
    with _told():
        opened = site.work_on(context.partition_key)
        import_ = steps.truncate_staging(opened, context.partition_key, context.run.run_id)
    if _is_left_out(context, import_):
        return
    context.log.info(f"staging of {import_.object_key} is empty: the import is complete")
    yield dg.MaterializeResult(metadata=reports.completed(import_))


STEPS = [raw_leads, normalized_leads, archived_leads, truncated_staging]


def _is_left_out(context: dg.AssetExecutionContext, import_: Import) -> bool:
    """Whether the import brings no leads, or none yet: no failure of the run; the log says why."""
    if import_.left_out:
        code, reason = reports.reason_of(import_)
        said = "waits for a person" if import_.status is Status.HELD else "not imported"
        context.log.warning(f"{import_.object_key}: {said} ({code}): {reason}")
    return import_.left_out


@contextmanager
def _told() -> Iterator[None]:
    """What went wrong, told to Dagster: outside trouble is tried again, all else is not."""
    try:
        yield
    except OutsideTrouble as error:
        raise dg.RetryRequested(max_retries=3, seconds_to_wait=2) from error
    except LeadPipelineError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
    except Exception as error:
        tracker.tell(error)
        raise


def _fail(site: Site, import_: Import, faults: list[str]) -> None:
    """A broken sum is a fault of ours, and the import stops."""
    with connect(site.settings.database_url) as session:
        reason = "the law of sums is broken: " + "; ".join(faults)
        ledger.end(session, import_.import_id, Status.FAILED, "broken_sum", reason)
