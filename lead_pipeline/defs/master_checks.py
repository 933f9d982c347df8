"""What must be true of all leads, as asset checks of `leads_master`.

They run after the first import, every night, and when asked.
"""

from collections.abc import Callable

import dagster as dg

from lead_pipeline.database import Connection, connect
from lead_pipeline.defs.resources import LeadSite
from lead_pipeline.matching import proofs

_MASTER = dg.AssetKey("leads_master")


def _check(
    name: str, description: str, prove: Callable[[Connection], dict[str, int]]
) -> dg.AssetChecksDefinition:
    @dg.asset_check(asset=_MASTER, name=name, description=description)
    def check(site: LeadSite) -> dg.AssetCheckResult:
        with connect(site.open().settings.database_url) as session:
            faults = prove(session)
        return dg.AssetCheckResult(passed=not any(faults.values()), metadata=faults)

    return check


no_two_leads_with_one_key = _check(
    "no_two_leads_with_one_key",
    "Every mail and phone of a lead is that lead's alone.",
    proofs.broken_keys,
)
no_lead_without_a_source = _check(
    "no_lead_without_a_source",
    "Every lead, and every line of its history, has a source and an import.",
    proofs.broken_sources,
)
counts_equal_what_is_counted = _check(
    "counts_equal_what_is_counted",
    "The counts of sources and of imports are what their leads and duplicates come to.",
    proofs.broken_counts,
)
charges_equal_outcomes = _check(
    "charges_equal_outcomes",
    "What is owed to suppliers is, contact by contact, what its outcome and the terms say.",
    proofs.broken_charges,
)
CHECKS = [
    no_two_leads_with_one_key,
    no_lead_without_a_source,
    counts_equal_what_is_counted,
    charges_equal_outcomes,
]
