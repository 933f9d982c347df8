"""The asset of leads that may be one person: nightly, and whenever somebody materializes it."""

from importlib.util import find_spec

import dagster as dg

from lead_pipeline.database import connect
from lead_pipeline.defs.resources import LeadSite
from lead_pipeline.errors import OperatorError
from lead_pipeline.linkage.search import search


@dg.asset(
    deps=["leads_master"],
    group_name="leads",
    kinds={"postgres", "duckdb"},
    owners=["team:lead-operations"],
    metadata={"dagster/table_name": "merge_candidates"},
)
def possible_duplicates(
    context: dg.AssetExecutionContext, site: LeadSite
) -> dg.MaterializeResult[None]:
    """Pairs of leads that are likely one person although they have no key in common.

    New and changed leads are compared with all; nothing is merged before a person has accepted it.
    """
    try:
        with connect(site.open().settings.database_url, autocommit=True) as session:
            found = search(session)
    except OperatorError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
    context.log.info(f"{found.leads} leads looked at, {found.found} pairs are likely one person")
    return dg.MaterializeResult(
        metadata={
            "leads looked at": found.leads,
            "pairs compared": found.pairs,
            "likely one person": found.found,
        }
    )


find_duplicates = dg.define_asset_job(
    "find_duplicates",
    selection=dg.AssetSelection.assets(possible_duplicates),
    description="Looks for leads that may be one person, and leaves them for people to look at.",
)


@dg.schedule(
    job=find_duplicates,
    cron_schedule="0 4 * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Looks every night for new leads that may be somebody known.",
)
def nightly_duplicates() -> dg.RunRequest | dg.SkipReason:
    if find_spec("splink") is None:
        return dg.SkipReason("needs the extra: pip install 'lead-pipeline[linkage]'")
    return dg.RunRequest()
