"""The jobs: a file version from the bucket to the leads, and a look at all leads."""

import dagster as dg

from lead_pipeline.defs import assets, import_checks, master_checks

import_leads = dg.define_asset_job(
    "import_leads",
    selection=dg.AssetSelection.assets(*assets.STEPS)
    - dg.AssetSelection.checks(*import_checks.CHECKS, *master_checks.CHECKS),
    description="Raw leads, normalized leads, archived table, truncated staging: one file version.",
)

check_leads = dg.define_asset_job(
    "check_leads",
    selection=dg.AssetSelection.checks(*master_checks.CHECKS),
    description="Proves what must be true of all leads, from the tables themselves.",
)
