"""The checks of one import: what they are called, and what the ledger's counts come to.

They are partitioned like their assets, so that each partition shows its own. What is checked of all
leads is in master_checks.py.
"""

import logging
import warnings

import dagster as dg

from lead_pipeline.defs.partitions import imports
from lead_pipeline.defs.reports import Metadata, counts_of, reason_of
from lead_pipeline.ledger import Import
from lead_pipeline.ledger.doubts import MOST_REJECTED, columns_without_valid, rejected_share


def _spec(name: str, asset: str, description: str, *, blocking: bool = False) -> dg.AssetCheckSpec:
    with warnings.catch_warnings():
        # `partitions_def` is the way to a check by partition, and Dagster calls it a preview; it is
        # pinned to the one version that the tests have passed with.
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return dg.AssetCheckSpec(
            name, asset=asset, description=description, blocking=blocking, partitions_def=imports
        )


FILE_WAS_READ = _spec(
    "file_was_read",
    "raw_leads",
    "The file is a list of leads that is not known yet. One that is not (rejected, a duplicate, "
    "gone from the bucket) is told here with the reason, and the steps after it are skipped.",
)
LAW_OF_SUMS = _spec(
    "law_of_sums",
    "normalized_leads",
    "Rows read = rows with contacts + rejected + blank, and contacts found = sum of "
    "their outcomes, counted from the tables. Nothing is archived unless this holds.",
    blocking=True,
)
MOST_ROWS_ARE_USABLE = _spec(
    "most_rows_are_usable",
    "normalized_leads",
    f"Not more than {MOST_REJECTED:.0%} of the rows that are not blank are rejected.",
)
CONTACT_COLUMNS_ARE_VALID = _spec(
    "contact_columns_are_valid",
    "normalized_leads",
    "Every column of phones or mails that is not empty holds a valid one. Otherwise it may be "
    "mapped wrongly.",
)


def _is_news(record: logging.LogRecord) -> bool:
    return not (LAW_OF_SUMS.name in (said := record.getMessage()) and "emitted no result" in said)


# Where its step is skipped, and all that is downstream with it, Dagster warns of the missing check.
logging.getLogger("dagster._core.execution.plan.active").addFilter(_is_news)


def file_was_read(import_: Import) -> dg.AssetCheckResult:
    if not import_.left_out:
        return _warning(FILE_WAS_READ, True, {"rows read": import_.rows_read or 0})
    code, reason = reason_of(import_)
    return _warning(FILE_WAS_READ, False, {"code": code, "reason": reason}, reason)


def law_of_sums(import_: Import, faults: list[str]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=not faults,
        check_name=LAW_OF_SUMS.name,
        metadata={**counts_of(import_), "faults": faults},
    )


def most_rows_are_usable(import_: Import) -> dg.AssetCheckResult:
    share = rejected_share(import_)
    told = {"rows rejected": import_.rows_rejected or 0, "share": round(share, 4)}
    return _warning(MOST_ROWS_ARE_USABLE, share <= MOST_REJECTED, told)


def contact_columns_are_valid(import_: Import) -> dg.AssetCheckResult:
    doubtful = {
        column.header: f"{column.field}: {column.filled} filled, none valid"
        for column in columns_without_valid(import_)
    }
    return _warning(CONTACT_COLUMNS_ARE_VALID, not doubtful, {"columns": doubtful})


def _warning(
    spec: dg.AssetCheckSpec, passed: bool, told: Metadata, description: str | None = None
) -> dg.AssetCheckResult:
    """A result that never stops an import: where it fails, a person should look."""
    return dg.AssetCheckResult(
        passed=passed,
        check_name=spec.name,
        severity=dg.AssetCheckSeverity.WARN,
        metadata=told,
        description=description,
    )
