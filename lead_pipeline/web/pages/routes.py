"""Every page there is."""

from lead_pipeline.web.pages import (
    assets,
    bucket,
    connectors,
    dnc,
    duplicates,
    imports,
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
    assets, login, imports, upload, one_import, review, mend, leads, registry, connectors,
    dnc, duplicates, bucket, stats, notices, money,
)  # fmt: skip
