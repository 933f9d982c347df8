"""S3 as the bucket, over HTTP: complete listings, versions by ETag, and trouble told as trouble."""

import hashlib
import socket
import threading
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from botocore.stub import Stubber

from lead_pipeline.bucket import Bucket, BucketObject, MissingObject, open_bucket
from lead_pipeline.errors import ObjectChanged, OperatorError, OutsideTrouble
from lead_pipeline_tests.integration.s3 import s3_client

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


@pytest.fixture
def client(s3_server: str) -> "S3Client":
    return s3_client(s3_server)


@pytest.fixture
def name(client: "S3Client") -> str:
    """A bucket of the test's own."""
    name = f"lead-imports-{uuid.uuid4().hex}"
    client.create_bucket(Bucket=name)
    return name


@pytest.fixture
def bucket(client: "S3Client", name: str) -> Bucket:
    return open_bucket(f"s3://{name}", s3_client=client)


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


def listed(bucket: Bucket) -> dict[str, BucketObject]:
    return {found.key: found for found in bucket.list()}


def test_what_is_put_is_listed_and_fetched_unchanged(bucket: Bucket, tmp_path: Path) -> None:
    source = tmp_path / "source.csv"
    source.write_text("name\nAda\n")
    stored = bucket.put(source, "Acme/leads.csv")
    assert bucket.list() == [stored]
    assert stored.tag == bucket.tag_of(source) == hashlib.md5(b"name\nAda\n").hexdigest()
    assert stored.size == 9
    fetched = bucket.fetch(stored.key, stored.tag, tmp_path / "copy.csv")
    assert (fetched.sha256, fetched.size) == (hashlib.sha256(b"name\nAda\n").hexdigest(), 9)
    assert (tmp_path / "copy.csv").read_text() == "name\nAda\n"


def test_an_empty_bucket_lists_nothing(bucket: Bucket) -> None:
    assert bucket.list() == []


def test_more_objects_than_one_page_holds_are_all_listed_and_paid_for(
    client: "S3Client", name: str
) -> None:
    bucket = open_bucket(f"s3://{name}", s3_client=client, s3_list_seconds=5)
    assert bucket.pause == 5
    keys = [f"Acme/{number:04}.csv" for number in range(1005)]
    for key in keys:
        client.put_object(Bucket=name, Key=key, Body=b"name\n")
    found = bucket.list()
    assert sorted(listed(bucket)) == keys
    assert bucket.pause == 10
    # S3 tells whole seconds, so that many of these have the same time.
    assert len({thing.modified for thing in found}) < len(found)
    assert found == sorted(found, key=lambda thing: (thing.modified, thing.key))


@pytest.mark.parametrize(
    "key",
    [
        "märz/日本.csv",
        "😀.csv",
        "a b+c&d=e;f.csv",
        "100%25 #1?.csv",
        'it\'s "quoted" <b>.csv',
    ],
)
def test_any_character_may_stand_in_a_key(bucket: Bucket, tmp_path: Path, key: str) -> None:
    source = tmp_path / "source.csv"
    source.write_text("name\n")
    stored = bucket.put(source, key)
    assert listed(bucket) == {key: stored}
    assert bucket.fetch(key, stored.tag, tmp_path / "copy.csv").size == 5


def test_folder_markers_and_unfinished_files_are_left_alone(
    bucket: Bucket, client: "S3Client", name: str
) -> None:
    for key in ["Acme/", "Acme/.hidden.csv", ".sync/leads.csv", "leads.csv.part", "~$leads.xlsx"]:
        client.put_object(Bucket=name, Key=key, Body=b"")
    client.put_object(Bucket=name, Key="Acme/empty.csv", Body=b"")
    assert list(listed(bucket)) == ["Acme/empty.csv"]


@pytest.mark.parametrize(
    "key",
    ["Acme//list.csv", "/x", "a/./b", "Acme/../list.csv", "list.csv/", "back\\slash.csv"],
)
def test_a_key_that_leads_elsewhere_is_told_with_its_fault_and_never_used(
    bucket: Bucket, client: "S3Client", name: str, tmp_path: Path, key: str
) -> None:
    client.put_object(Bucket=name, Key=key, Body=b"name\n")
    (found,) = bucket.list()
    assert (found.key, found.size) == (key, 5)
    assert "cannot be used" in (found.fault or "")
    assert bucket.keys() == set()
    with pytest.raises(OperatorError):
        bucket.fetch(key, found.tag, tmp_path / "copy.csv")


@pytest.mark.parametrize("code", ["NoSuchBucket", "404", "AccessDenied"])
def test_a_bucket_that_is_away_when_an_object_is_read_is_trouble_and_no_missing_object(
    bucket: Bucket, client: "S3Client", name: str, tmp_path: Path, code: str
) -> None:
    with Stubber(client) as stubbed:
        stubbed.add_client_error("get_object", code, http_status_code=404)
        with pytest.raises(OutsideTrouble) as caught:
            bucket.fetch("leads.csv", "tag", tmp_path / "copy.csv")
    assert not isinstance(caught.value, ObjectChanged)


def test_a_prefix_is_a_bucket_of_its_own(client: "S3Client", name: str, tmp_path: Path) -> None:
    source = tmp_path / "source.csv"
    source.write_text("name\n")
    client.put_object(Bucket=name, Key="inbox/other.csv", Body=b"name\n")
    client.put_object(Bucket=name, Key="in/", Body=b"")
    bucket = open_bucket(f"s3://{name}/in/", s3_client=client)
    stored = bucket.put(source, "Acme/leads.csv")
    assert bucket.list() == [stored]
    assert bucket.fetch("Acme/leads.csv", stored.tag, tmp_path / "copy.csv").size == 5
    assert "in/Acme/leads.csv" in listed(open_bucket(f"s3://{name}", s3_client=client))


def test_an_object_stored_in_parts_is_fetched_by_its_tag(
    bucket: Bucket, client: "S3Client", name: str, tmp_path: Path
) -> None:
    upload = client.create_multipart_upload(Bucket=name, Key="leads.csv")["UploadId"]
    parts = [
        {
            "PartNumber": number,
            "ETag": client.upload_part(
                Bucket=name, Key="leads.csv", UploadId=upload, PartNumber=number, Body=body
            )["ETag"],
        }
        for number, body in [(1, b"x" * 5 * 1024 * 1024), (2, b"y")]
    ]
    client.complete_multipart_upload(
        Bucket=name,
        Key="leads.csv",
        UploadId=upload,
        MultipartUpload={"Parts": parts},  # type: ignore[typeddict-item]
    )
    (found,) = bucket.list()
    assert found.tag.endswith("-2")
    assert bucket.fetch(found.key, found.tag, tmp_path / "copy.csv").size == found.size


def test_a_version_that_was_replaced_after_the_listing_is_not_fetched(
    bucket: Bucket, client: "S3Client", name: str, tmp_path: Path
) -> None:
    client.put_object(Bucket=name, Key="leads.csv", Body=b"name\nAda\n")
    (found,) = bucket.list()
    client.put_object(Bucket=name, Key="leads.csv", Body=b"name\nEve\n")
    with pytest.raises(ObjectChanged, match="replaced"):
        bucket.fetch(found.key, found.tag, tmp_path / "copy.csv")
    assert not (tmp_path / "copy.csv").exists()


def test_a_deleted_object_is_missing(
    bucket: Bucket, client: "S3Client", name: str, tmp_path: Path
) -> None:
    client.put_object(Bucket=name, Key="leads.csv", Body=b"name\n")
    (found,) = bucket.list()
    client.delete_object(Bucket=name, Key="leads.csv")
    assert bucket.list() == []
    with pytest.raises(MissingObject, match="not in the bucket any more"):
        bucket.fetch(found.key, found.tag, tmp_path / "copy.csv")


def test_a_missing_bucket_is_trouble_and_not_an_empty_one(
    client: "S3Client", tmp_path: Path
) -> None:
    bucket = open_bucket(f"s3://nobody-made-{uuid.uuid4().hex}", s3_client=client)
    source = tmp_path / "source.csv"
    source.write_text("name\n")
    for attempt in (
        bucket.list,
        lambda: bucket.fetch("leads.csv", "tag", tmp_path / "copy.csv"),
        lambda: bucket.put(source, "leads.csv"),
    ):
        with pytest.raises(OutsideTrouble, match="check the bucket's name") as caught:
            attempt()
        assert not isinstance(caught.value, ObjectChanged)


def test_a_server_that_is_down_is_trouble(closed_port: int, tmp_path: Path) -> None:
    bucket = open_bucket(
        "s3://lead-imports", s3_client=s3_client(f"http://127.0.0.1:{closed_port}")
    )
    with pytest.raises(OutsideTrouble, match="AWS_ENDPOINT_URL"):
        bucket.list()
    with pytest.raises(OutsideTrouble, match="AWS_ENDPOINT_URL"):
        bucket.fetch("leads.csv", "tag", tmp_path / "copy.csv")


def test_a_connection_that_ends_too_early_is_trouble_and_leaves_nothing(tmp_path: Path) -> None:
    class Stingy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"name\n")

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Stingy) as server:
        threading.Thread(target=server.handle_request).start()
        client = s3_client(f"http://127.0.0.1:{server.server_port}")
        bucket = open_bucket("s3://lead-imports", s3_client=client)
        with pytest.raises(OutsideTrouble, match="cannot read"):
            bucket.fetch("leads.csv", "tag", tmp_path / "copy.csv")
    assert not (tmp_path / "copy.csv").exists()


def test_the_client_is_found_in_the_environment(
    s3_server: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    assert open_bucket(f"s3://{name}").list() == []


def test_without_credentials_the_message_says_what_to_set(
    s3_server: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for setting in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(setting, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server)
    with pytest.raises(OutsideTrouble, match="AWS_ACCESS_KEY_ID"):
        open_bucket(f"s3://{name}").list()
