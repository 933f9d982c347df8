"""Every page there is."""

from lead_pipeline.web.pages import (
    assets,
    bucket,
    dnc,
    duplicates,
    imports,
    leads,
    login,
    mend,
    one_import,
    registry,
    review,
    upload,
)

PAGES = (
    assets, login, imports, upload, one_import, review, mend, leads, registry, dnc, duplicates,
    bucket,
)  # fmt: skip
