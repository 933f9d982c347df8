"""What the assets and the sensor work with; the environment is read when it is first used."""

from functools import partial
from typing import Any

import dagster as dg
from dagster_aws.s3 import S3Resource

from lead_pipeline import ledger
from lead_pipeline.bucket import Bucket, BucketObject, open_bucket
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.settings import load_settings

# A folder remembers the hashes of what it listed, a client its connections: one for the process.
_OPENED: dict[str, Bucket] = {}


class LeadSite(dg.ConfigurableResource[None]):
    """The settings and the bucket. The S3 client comes from dagster-aws, so that its session
    settings (profile, endpoint, retries) can be configured in one place."""

    s3: dg.ResourceDependency[S3Resource]

    def open(self) -> Site:
        """
        Raises:
            OperatorError: a setting is wrong; the message names it.
        """
        settings = load_settings()
        bucket = _OPENED.get(settings.bucket_url)
        if bucket is None:
            client = self.s3.get_client() if settings.bucket_url.startswith("s3://") else None
            bucket = open_bucket(
                settings.bucket_url,
                s3_client=client,
                s3_list_seconds=settings.s3_list_seconds,
                recall=partial(versions_in_ledger, settings.database_url),
            )
            _OPENED[settings.bucket_url] = bucket
        return Site(settings, bucket)


def versions_in_ledger(database_url: str, keys: list[str]) -> list[BucketObject]:
    with connect(database_url) as session:
        return ledger.versions_of(session, keys)


def resources() -> dict[str, Any]:
    return {"site": LeadSite(s3=S3Resource())}
