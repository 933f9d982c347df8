"""What the assets and the sensor work with; the environment is read when it is first used."""

from functools import partial
from typing import TYPE_CHECKING, Any

import dagster as dg
from dagster_aws.s3 import S3Resource
from pydantic import PrivateAttr

from lead_pipeline import ledger
from lead_pipeline.bucket import Bucket, BucketObject, open_bucket
from lead_pipeline.bucket.s3 import ATTEMPTS, make_client
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.log_format import import_at_work
from lead_pipeline.settings import load_settings

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

# A folder remembers the hashes of what it listed, a client its connections: one for the process.
_OPENED: dict[str, Bucket] = {}


class LeadS3(S3Resource):
    """dagster-aws's resource, whose clients wait and try again as all others of ours do.

    Profile, region, endpoint, keys and the rest of the session are configured as of the original.
    """

    max_attempts: int = ATTEMPTS

    def get_client(self) -> "S3Client":
        return make_client(
            profile_name=self.profile_name,
            unsigned=self.use_unsigned_session,
            max_attempts=self.max_attempts,
            region_name=self.region_name,
            endpoint_url=self.endpoint_url,
            use_ssl=self.use_ssl,
            verify=self.verify,
            aws_access_key_id=self.aws_access_key_id,
            aws_secret_access_key=self.aws_secret_access_key,
            aws_session_token=self.aws_session_token,
        )


class LeadSite(dg.ConfigurableResource[None]):
    """The settings and the bucket. The S3 client comes from dagster-aws, so that its session
    settings (profile, endpoint, retries) can be configured in one place.

    It lasts as long as a run: what its steps own, it owns until then."""

    s3: dg.ResourceDependency[S3Resource]
    _owned: dict[str, ledger.Ownership] = PrivateAttr(default_factory=dict)

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

    def work_on(self, partition: str) -> Site:
        """Open it for a step of an import, which belongs to this process until its run has ended.

        Raises:
            OutsideTrouble: another process works on the import, or the database is unwell.
            OperatorError: there is no such import, or a setting is wrong.
        """
        opened = self.open()
        url = opened.settings.database_url
        if partition not in self._owned:
            with connect(url) as session:
                import_id = ledger.import_of_partition(session, partition).import_id
            self._owned[partition] = ledger.Ownership(url, import_id)
            import_at_work.set(import_id)
        self._owned[partition].take()
        return opened

    def teardown_after_execution(self, _context: dg.InitResourceContext) -> None:
        """The run has ended, in whatever way."""
        for owner in self._owned.values():
            owner.release()


def versions_in_ledger(database_url: str, keys: list[str]) -> list[BucketObject]:
    with connect(database_url) as session:
        return ledger.versions_of(session, keys)


def resources() -> dict[str, Any]:
    return {"site": LeadSite(s3=LeadS3())}
