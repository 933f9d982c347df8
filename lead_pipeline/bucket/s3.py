"""S3, or anything that speaks its protocol, as the bucket.

The only module that knows botocore; imported when a URL asks for it. Names, order and errors are
those of model.py.
"""

import hashlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError

from lead_pipeline.bucket.model import (
    CHUNK_BYTES,
    BucketObject,
    Contents,
    Entry,
    Fetched,
    Listing,
    MissingObject,
    check_folder,
    check_key,
    copy_hashing,
    fault_of_key,
    is_left_alone,
    oldest_first,
    unusable,
    written_whole,
)
from lead_pipeline.errors import ObjectChanged, OutsideTrouble

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import ListObjectsV2RequestTypeDef, ObjectTypeDef


ATTEMPTS = 3
"""How often botocore tries a request again, in its mode `standard`, before it counts as failed."""


def make_client(
    *,
    profile_name: str | None = None,
    unsigned: bool = False,
    max_attempts: int = ATTEMPTS,
    **options: Any,
) -> "S3Client":
    """A client for S3, with the same time-outs (in seconds) wherever it is used.

    `options` are those of boto3's `Session.client`. What is not said comes from the environment and
    the profiles, as boto3 reads them.
    """
    from boto3.session import Session
    from botocore import UNSIGNED
    from botocore.config import Config

    # Short enough that one bad moment of the network does not hold up everything behind it.
    config = Config(
        retries={"mode": "standard", "max_attempts": max_attempts},
        connect_timeout=5,
        read_timeout=30,
        signature_version=UNSIGNED if unsigned else None,
    )
    client: S3Client = Session(profile_name=profile_name).client("s3", config=config, **options)
    return client


class S3Bucket:
    """The objects of the bucket `name` whose keys begin with `prefix/`; tags are ETags.

    Every listing is paid for, 1,000 objects at a time: `list_seconds` of pause for each request.
    """

    kind = "s3"

    def __init__(
        self,
        name: str,
        prefix: str = "",
        client: "S3Client | None" = None,
        *,
        list_seconds: float = 0.0,
    ) -> None:
        self._name = name
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._given_client = client
        self.url = f"s3://{name}/{self._prefix}".rstrip("/")
        self._list_seconds = list_seconds
        self.pause = list_seconds

    def uri(self, key: str) -> str:
        return f"s3://{self._name}/{quote(self._prefix + key)}"

    def list(self) -> Listing:
        with self._trouble("list the bucket"):
            pages = [
                *self._client.get_paginator("list_objects_v2").paginate(
                    Bucket=self._name, Prefix=self._prefix
                )
            ]
            self.pause = self._list_seconds * len(pages)
            found = [self._object(item) for page in pages for item in page.get("Contents", ())]
        return oldest_first(filter(None, found))

    def keys(self) -> set[str]:
        return {found.key for found in self.list() if found.fault is None}

    def contents(self, folder: str, cursor: str | None, most: int) -> Contents:
        check_folder(folder)
        prefix = self._prefix + folder
        asked: ListObjectsV2RequestTypeDef = {
            "Bucket": self._name,
            "Prefix": prefix,
            "Delimiter": "/",
            "MaxKeys": most,
        }
        if cursor:
            asked["ContinuationToken"] = cursor
        with self._trouble("list the bucket"):
            page = self._client.list_objects_v2(**asked)
        found = [Entry(item["Prefix"]) for item in page.get("CommonPrefixes", ())]
        found += [
            Entry(item["Key"], item["ETag"].strip('"'), item["Size"], item["LastModified"])
            for item in page.get("Contents", ())
            if item["Key"] != prefix  # the marker of the folder itself
        ]
        named = (replace(one, key=one.key.removeprefix(self._prefix)) for one in found)
        usable = (one for one in named if not fault_of_key(one.key.removesuffix("/")))
        return Contents(sorted(usable, key=lambda one: one.key), page.get("NextContinuationToken"))

    def fetch(self, key: str, tag: str, into: Path) -> Fetched:
        check_key(key)
        # botocore counts the bytes of the body and raises if the connection ends too early.
        with self._trouble(f"read {key!r}"):
            answer = self._client.get_object(
                Bucket=self._name, Key=self._prefix + key, IfMatch=f'"{tag}"'
            )
            with closing(answer["Body"]) as body, written_whole(into) as target:
                return copy_hashing(body.iter_chunks(CHUNK_BYTES), target)

    def put(self, source: Path, key: str) -> BucketObject:
        check_key(key)
        whole_key = self._prefix + key
        # One request: S3 shows the object when all of it has arrived, and its ETag is the md5.
        with source.open("rb") as content, self._trouble(f"write {key!r}"):
            answer = self._client.put_object(Bucket=self._name, Key=whole_key, Body=content)
            stored = self._client.head_object(Bucket=self._name, Key=whole_key)
        return BucketObject(
            key, answer["ETag"].strip('"'), source.stat().st_size, stored["LastModified"]
        )

    def tag_of(self, source: Path) -> str:
        with source.open("rb") as content:
            return hashlib.file_digest(content, _md5).hexdigest()

    @cached_property
    def _client(self) -> "S3Client":
        return self._given_client or make_client()

    def _object(self, item: "ObjectTypeDef") -> BucketObject | None:
        """The listed item as an object; None for a folder marker and what is not for us."""
        key = item["Key"].removeprefix(self._prefix)
        is_marker = item["Key"].endswith("/") and not item["Size"]
        if is_marker or is_left_alone(key):
            return None
        told = (key, item["ETag"].strip('"'), item["Size"], item["LastModified"])
        fault = fault_of_key(key)
        return unusable(*told, fault) if fault else BucketObject(*told)

    @contextmanager
    def _trouble(self, doing: str) -> Iterator[None]:
        """Turn what botocore raises into the errors of this project."""
        try:
            yield
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code")
            if code == "NoSuchKey":  # any other 404 is the bucket's, or of what stands before it
                raise MissingObject(f"cannot {doing}: it is not in the bucket any more") from error
            if code in ("PreconditionFailed", "412"):
                raise ObjectChanged(
                    f"cannot {doing}: it was replaced since it was listed"
                ) from error
            raise self._outside_trouble(doing, error) from error
        except BotoCoreError as error:
            raise self._outside_trouble(doing, error) from error

    def _outside_trouble(self, doing: str, error: Exception) -> OutsideTrouble:
        return OutsideTrouble(
            f"cannot {doing} ({self.url}): {error}; check the bucket's name, the credentials "
            "(AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY or a profile) and AWS_ENDPOINT_URL"
        )


def _md5() -> "hashlib._Hash":
    return hashlib.md5(usedforsecurity=False)
