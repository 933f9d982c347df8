"""The one job: a file version from the bucket to the archive."""

import dagster as dg

from lead_pipeline.defs import assets

import_leads = dg.define_asset_job(
    "import_leads",
    selection=[
        assets.raw_leads,
        assets.normalized_leads,
        assets.archived_leads,
        assets.truncated_staging,
    ],
    description="Raw leads, normalized leads, archived table, truncated staging: one file version.",
)
