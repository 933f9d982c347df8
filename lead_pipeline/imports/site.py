"""Where imports work."""

from dataclasses import dataclass

from lead_pipeline.bucket import Bucket
from lead_pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class Site:
    """Where imports work: the settings, and the bucket they read from."""

    settings: Settings
    bucket: Bucket
