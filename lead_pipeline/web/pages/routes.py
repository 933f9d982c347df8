"""Every page there is."""

from lead_pipeline.web.pages import (
    assets,
    dnc,
    duplicates,
    imports,
    leads,
    login,
    mend,
    registry,
    review,
)

PAGES = (assets, login, imports, review, mend, leads, registry, dnc, duplicates)
