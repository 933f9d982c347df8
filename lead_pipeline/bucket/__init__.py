"""The bucket that every list of leads arrives in: a folder or S3 behind one small protocol.

`open_bucket` chooses; what a bucket is stands in model.py, the two kinds next to it.
"""

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from lead_pipeline.bucket.folder import FolderBucket
from lead_pipeline.bucket.model import (
    Bucket,
    BucketObject,
    Contents,
    Entry,
    Fetched,
    Listing,
    MissingObject,
    Recall,
    check_key,
    is_left_alone,
)
from lead_pipeline.errors import OperatorError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

__all__ = [
    "Bucket",
    "BucketObject",
    "Contents",
    "Entry",
    "Fetched",
    "FolderBucket",
    "Listing",
    "MissingObject",
    "Recall",
    "check_key",
    "is_left_alone",
    "open_bucket",
]


def open_bucket(
    url: str,
    *,
    s3_client: "S3Client | None" = None,
    s3_list_seconds: float = 0.0,
    recall: Recall | None = None,
) -> Bucket:
    """The bucket at `url`: `/a/folder`, `file:///a/folder` or `s3://name[/prefix]`.

    Who lists it time and again says how far apart listings of S3 have to be (`s3_list_seconds` for
    every 1,000 objects), and by `recall` which versions of a folder's files are known already.

    Opening asks nothing of the outside: a folder that is missing shows when it is listed. Without
    `s3_client`, boto3 finds endpoint, region and credentials in its own way (`AWS_*`, profiles).

    Raises:
        OperatorError: the URL is none of these.
    """
    scheme, mark, rest = url.partition("://")
    if not mark and url:
        return FolderBucket(Path(url), recall=recall)
    if scheme == "file" and rest.startswith("/"):
        return FolderBucket(Path(unquote(rest)), recall=recall)
    name, _, prefix = rest.partition("/")
    # A URL with a user and a password in it is not echoed.
    if scheme == "s3" and name and "@" not in name:
        from lead_pipeline.bucket.s3 import S3Bucket

        return S3Bucket(name, prefix, s3_client, list_seconds=s3_list_seconds)
    raise OperatorError(
        "the bucket must be a folder (/path or file:///path) or s3://name/prefix; credentials "
        "belong in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, not in the URL"
    )
