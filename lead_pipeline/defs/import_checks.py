"""The checks of one import: what they are called, and what the ledger's counts come to.

They are partitioned like their assets, so that each partition shows its own. What is checked of all
leads is in master_checks.py.
"""

import logging
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import dagster as dg

from lead_pipeline import ledger
from lead_pipeline.database import connect
from lead_pipeline.defs.partitions import imports
from lead_pipeline.defs.reports import Metadata, counts_of, reason_of
from lead_pipeline.defs.resources import LeadSite
from lead_pipeline.ledger import Import, Status
from lead_pipeline.ledger.doubts import (
    FEWEST_VALID,
    MOST_REJECTED,
    doubtful_columns,
    rejected_share,
)


@dataclass(frozen=True, slots=True)
class Advice:
    """A check that stops nothing: where it fails, a person should look.

    The step that finds out logs its `evaluation`. It is no part of the step: Dagster shows a check
    that a queued run is going to make as an error as long as any partition of it has failed.
    """

    name: str
    asset: str
    description: str
    judge: Callable[[Import], dg.AssetCheckResult]

    def evaluation(self, import_: Import) -> dg.AssetCheckEvaluation:
        found = self.judge(import_)
        return dg.AssetCheckEvaluation(
            asset_key=dg.AssetKey(self.asset),
            check_name=self.name,
            passed=found.passed,
            metadata=found.metadata,
            severity=found.severity,
            description=found.description,
            partition=import_.partition_key,
        )

    def definition(self) -> dg.AssetChecksDefinition:
        """The same as Dagster lists it, and executes it beside assets that people materialize."""
        with _as_preview():

            @dg.asset_check(
                name=self.name,
                asset=self.asset,
                description=self.description,
                partitions_def=imports,
            )
            def check(
                context: dg.AssetCheckExecutionContext, site: LeadSite
            ) -> dg.AssetCheckResult:
                with connect(site.open().settings.database_url) as session:
                    return self.judge(ledger.import_of_partition(session, context.partition_key))

        return check


def _as_preview() -> warnings.catch_warnings:
    """For `partitions_def` of a check, which is a preview: the version that has it is pinned."""
    return warnings.catch_warnings(action="ignore", category=dg.PreviewWarning)


with _as_preview():
    LAW_OF_SUMS = dg.AssetCheckSpec(
        "law_of_sums",
        asset="normalized_leads",
        blocking=True,
        description="Rows read = rows with contacts + rejected + blank, and contacts found = sum "
        "of their outcomes, counted from the tables. Nothing is archived unless this holds.",
        partitions_def=imports,
    )


def law_of_sums(import_: Import, faults: list[str]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=not faults,
        check_name=LAW_OF_SUMS.name,
        metadata={**counts_of(import_), "faults": faults},
    )


def nothing_to_sum(import_: Import) -> dg.AssetCheckEvaluation:
    """The law of sums for an import that is left out before it is normalized: it has no rows.

    Without it the check would be told as skipped, for all partitions together.
    """
    return dg.AssetCheckEvaluation(
        asset_key=LAW_OF_SUMS.asset_key,
        check_name=LAW_OF_SUMS.name,
        passed=True,
        metadata={},
        blocking=True,
        description="Nothing is imported.",
        partition=import_.partition_key,
    )


def _is_news(record: logging.LogRecord) -> bool:
    return not (LAW_OF_SUMS.name in (said := record.getMessage()) and "emitted no result" in said)


# Where its step is skipped, and all that is downstream with it, Dagster warns of the missing check.
logging.getLogger("dagster._core.execution.plan.active").addFilter(_is_news)


def _was_read(import_: Import) -> dg.AssetCheckResult:
    if not import_.left_out:
        return _advice(True, {"rows read": import_.rows_read or 0})
    code, reason = reason_of(import_)
    return _advice(False, {"code": code, "reason": reason}, reason)


def _is_usable(import_: Import) -> dg.AssetCheckResult:
    share = rejected_share(import_)
    told = {"rows rejected": import_.rows_rejected or 0, "share": round(share, 4)}
    return _advice(share <= MOST_REJECTED, told)


def _has_valid_columns(import_: Import) -> dg.AssetCheckResult:
    doubtful = {column.header: column.doubt for column in doubtful_columns(import_)}
    return _advice(not doubtful, {"columns": doubtful})


def _waits_for_nobody(import_: Import) -> dg.AssetCheckResult:
    reasons = import_.held_for or []
    told = {"why": [one["message"] for one in reasons]}
    if import_.status is not Status.HELD:
        return _advice(True, told)
    todo = f"Look at it with `lead-pipeline review {import_.import_id}`, then confirm or discard."
    return _advice(False, told, todo)


def _advice(passed: bool, told: Metadata, description: str | None = None) -> dg.AssetCheckResult:
    # Of a check that passes, too: Dagster shows all partitions in the severity of the last one.
    severity = dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(
        passed=passed, severity=severity, metadata=told, description=description
    )


file_was_read = Advice(
    "file_was_read",
    "raw_leads",
    "The file is a list of leads that is not known yet. Of one that is not (rejected, a duplicate, "
    "gone from the bucket, taken back) the reason is told, and the steps after it are skipped.",
    _was_read,
)
most_rows_are_usable = Advice(
    "most_rows_are_usable",
    "normalized_leads",
    f"Not more than {MOST_REJECTED:.0%} of the rows that are not blank are rejected.",
    _is_usable,
)
contact_columns_are_valid = Advice(
    "contact_columns_are_valid",
    "normalized_leads",
    f"In every column of phones or mails {FEWEST_VALID:.0%} of the filled cells or more are valid; "
    "else it may be mapped wrongly, or hold numbers of another country.",
    _has_valid_columns,
)
waits_for_nobody = Advice(
    "waits_for_nobody",
    "normalized_leads",
    "Nobody has to look at the import before it counts. One that is held goes on when a person has "
    "confirmed it.",
    _waits_for_nobody,
)
CHECKS = [
    advice.definition()
    for advice in (
        file_was_read,
        most_rows_are_usable,
        contact_columns_are_valid,
        waits_for_nobody,
    )
]
