"""The assets of an import, in its four steps, and the bucket they come from.

A body reads the partition, calls one function of imports/steps.py and reports what the ledger says.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from lead_pipeline import ledger
from lead_pipeline.database import connect
from lead_pipeline.defs import reports
from lead_pipeline.defs.partitions import imports
from lead_pipeline.defs.resources import LeadSite
from lead_pipeline.errors import LeadPipelineError, OutsideTrouble
from lead_pipeline.imports import steps
from lead_pipeline.imports.plans import plan_of
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import, Status

_GROUP = "lead_import"
_OWNERS = ["team:lead-operations"]

lead_imports = dg.AssetSpec(
    "lead_imports",
    description="The bucket that every list of leads arrives in. Its first folder names the "
    "supplier or the source.",
    group_name=_GROUP,
    kinds={"s3"},
    owners=_OWNERS,
)

LAW_OF_SUMS = dg.AssetCheckSpec(
    "law_of_sums",
    asset="normalized_leads",
    blocking=True,
    description="Rows read = rows with contacts + rejected + blank, and contacts found = sum of "
    "their outcomes, counted from the tables. Nothing is archived unless this holds.",
)


@dg.asset(
    deps=[lead_imports],
    partitions_def=imports,
    group_name=_GROUP,
    kinds={"postgres", "table"},
    owners=_OWNERS,
    output_required=False,
    metadata={"dagster/table_name": "leads", "dagster/column_schema": reports.raw_schema()},
)
def raw_leads(context: dg.AssetExecutionContext, site: LeadSite) -> Iterator[dg.MaterializeResult]:
    """The file's rows as they stand, in the staging table `leads`.

    Nothing is materialized for a file that holds the same bytes as an earlier one: it is recorded
    as a duplicate, and the steps after it are skipped.
    """
    with _told():
        import_ = steps.load_raw_leads(site.open(), context.partition_key, context.run.run_id)
    if import_.status is Status.DUPLICATE:
        context.log.info(f"{import_.object_key}: duplicate, {import_.error}; nothing to import")
        return
    context.log.info(reports.loaded_line(import_))
    yield dg.MaterializeResult(metadata=reports.loaded(import_))


@dg.asset(
    deps=[raw_leads],
    partitions_def=imports,
    group_name=_GROUP,
    kinds={"postgres", "table"},
    owners=_OWNERS,
    check_specs=[LAW_OF_SUMS],
)
def normalized_leads(context: dg.AssetExecutionContext, site: LeadSite) -> dg.MaterializeResult:
    """One row per contact that can be called: names, emails, phones and the row's typed values."""
    opened = site.open()
    with _told():
        import_ = steps.normalize_leads(opened, context.partition_key, context.run.run_id)
        sums = steps.check_sums(opened, context.partition_key)
    faults = sums.faults if sums else []
    if faults:
        _fail(opened, import_, faults)
    context.log.info(reports.normalized_line(import_))
    return dg.MaterializeResult(
        metadata=reports.normalized(import_, plan_of(import_, opened.settings)),
        check_results=[
            dg.AssetCheckResult(
                passed=not faults,
                check_name=LAW_OF_SUMS.name,
                metadata=reports.sums(import_, faults),
            )
        ],
    )


def _decided(name: str, description: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        name,
        deps=[normalized_leads],
        partitions_def=imports,
        description=description,
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
        ),
        _decided(
            "lead_sources_history", "The first sighting of a lead by each source after its primary."
        ),
        _decided("duplicate_leads", "Contacts that were somebody known: in their file, or a lead."),
        _decided(
            "dnc_suppressions",
            "Phones and mails that a do-not-call list took away, and which list.",
        ),
    ],
    can_subset=True,
)
def decided_leads(
    context: dg.AssetExecutionContext, site: LeadSite
) -> Iterator[dg.MaterializeResult]:
    """The one transaction that decides, for all the tables that it fills."""
    opened = site.open()
    with _told():
        import_ = steps.archive_leads(opened, context.partition_key, context.run.run_id)
    context.log.info(reports.decided_line(import_))
    plan = plan_of(import_, opened.settings)
    for key, metadata in reports.decided(import_, plan).items():
        if dg.AssetKey(key) in context.selected_asset_keys:
            yield dg.MaterializeResult(asset_key=key, metadata=metadata)


@dg.asset(
    deps=["archived_leads"],
    partitions_def=imports,
    group_name=_GROUP,
    kinds={"postgres"},
    owners=_OWNERS,
)
def truncated_staging(context: dg.AssetExecutionContext, site: LeadSite) -> dg.MaterializeResult:
    """`leads` without this import's rows, its columns kept, ready for the next file."""
    with _told():
        import_ = steps.truncate_staging(site.open(), context.partition_key, context.run.run_id)
    context.log.info(f"staging of {import_.object_key} is empty: the import is complete")
    return dg.MaterializeResult(metadata=reports.completed(import_))


@contextmanager
def _told() -> Iterator[None]:
    """What went wrong, told to Dagster: outside trouble is tried again, all else is not."""
    try:
        yield
    except OutsideTrouble as error:
        raise dg.RetryRequested(max_retries=3, seconds_to_wait=2) from error
    except LeadPipelineError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error


def _fail(site: Site, import_: Import, faults: list[str]) -> None:
    """A broken sum is a fault of ours: the import stops and its staging stays to be looked at."""
    with connect(site.settings.database_url) as session:
        reason = "the law of sums is broken: " + "; ".join(faults)
        ledger.end(session, import_.import_id, Status.FAILED, "broken_sum", reason)
