"""Every page there is."""

from lead_pipeline.web.pages import (
    assets,
    bucket,
    connectors,
    dnc,
    duplicates,
    imports,
    lead_notices,
    leads,
    login,
    mend,
    money,
    notices,
    one_import,
    registry,
    review,
    stats,
    upload,
)

PAGES = (
    assets, login, imports, upload, one_import, review, mend, leads, lead_notices, registry,
    connectors, dnc, duplicates, bucket, stats, notices, money,
)  # fmt: skip
