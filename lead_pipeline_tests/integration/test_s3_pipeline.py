"""The whole run with the bucket on a real S3 server over HTTP, sensor included."""

import itertools
from collections.abc import Iterator

import dagster as dg
import pytest

from lead_pipeline import ledger
from lead_pipeline.bucket import open_bucket
from lead_pipeline.bucket.s3 import ATTEMPTS, make_client
from lead_pipeline.database import connect
from lead_pipeline.defs.resources import LeadS3
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.steps import load_raw_leads
from lead_pipeline.ledger import Import, Status
from lead_pipeline.settings import Settings
from lead_pipeline_tests.integration.dagster_run import drop, import_object, rows, state
from lead_pipeline_tests.integration.s3 import s3_client
from lead_pipeline_tests.integration.steps import archived, run_steps
from lead_pipeline_tests.integration.test_sensor import a_run_of, tick
from lead_pipeline_tests.making import csv_file

FILE = csv_file(["Full Name", "Email"], [["Ann Lee", "ann@example.com"], ["Bo Ek", ""]])
_number = itertools.count(1)


@pytest.fixture
def name() -> str:
    """A bucket of one's own on the server that all tests share."""
    return f"lead-imports-{next(_number)}"


@pytest.fixture
def on_s3(lead_settings: Settings, s3_server: str, name: str) -> Site:
    client = s3_client(s3_server)
    client.create_bucket(Bucket=name)
    lead_settings.home.mkdir(exist_ok=True)
    return Site(lead_settings, open_bucket(f"s3://{name}", s3_client=client))


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def upload(s3_server: str, name: str, key: str, content: bytes = FILE) -> None:
    """What `aws s3 cp` does."""
    s3_client(s3_server).put_object(Bucket=name, Key=key, Body=content)


def test_an_object_goes_from_upload_to_archive(
    on_s3: Site, s3_server: str, name: str, instance: dg.DagsterInstance
) -> None:
    upload(s3_server, name, "Acme Leads/May leads.csv")
    (request,) = tick(on_s3, instance)
    (import_,) = rows(on_s3, "SELECT * FROM lead_sources")
    assert (import_["object_key"], import_["supplier"]) == (
        "Acme Leads/May leads.csv",
        "Acme Leads",
    )
    assert import_["sha256"] is None  # the listing tells the ETag, only reading tells the content
    assert request.partition_key == f"May_leads_{import_['version_tag'][:12]}"
    found = in_ledger(on_s3)
    assert import_object(on_s3, found, instance=instance).success
    done = state(on_s3, found)
    assert (done.status, done.contacts_new, done.rows_rejected) == (Status.COMPLETED, 1, 1)
    assert len(done.sha256 or "") == 64
    assert [row["contact_email"] for row in archived(on_s3, done)] == ["ann@example.com"]


def test_an_observation_of_the_bucket_tells_the_uri_of_the_object(
    on_s3: Site, s3_server: str, name: str
) -> None:
    result = import_object(on_s3, drop(on_s3, "Acme Leads/50% off ü.csv", FILE))
    (seen,) = [e.asset_observation_data for e in result.all_events if e.is_asset_observation]
    told = seen.asset_observation.metadata["dagster/uri"].value
    assert told == f"s3://{name}/Acme%20Leads/50%25%20off%20%C3%BC.csv"


def in_ledger(site: Site) -> Import:
    """The newest import."""
    with connect(site.settings.database_url) as session:
        return ledger.newest_imports(session, 1)[0]


def test_a_second_tick_finds_nothing_new(
    on_s3: Site, s3_server: str, name: str, instance: dg.DagsterInstance
) -> None:
    upload(s3_server, name, "leads.csv")
    (request,) = tick(on_s3, instance)
    a_run_of(instance, request, dg.DagsterRunStatus.STARTED)
    upload(s3_server, name, "leads.csv")  # the same bytes again: another time, the same ETag
    assert tick(on_s3, instance) == []
    assert len(rows(on_s3, "SELECT * FROM lead_sources")) == 1


def test_the_same_bytes_under_another_key_are_a_duplicate(
    on_s3: Site, s3_server: str, name: str, instance: dg.DagsterInstance
) -> None:
    upload(s3_server, name, "Acme/leads.csv")
    (request,) = tick(on_s3, instance)
    a_run_of(instance, request, dg.DagsterRunStatus.STARTED)
    upload(s3_server, name, "Harbor/leads.csv")
    assert tick(on_s3, instance) == []
    found = in_ledger(on_s3)
    assert (found.object_key, found.status, found.duplicate_of) == (
        "Harbor/leads.csv", Status.DUPLICATE, 1,
    )  # fmt: skip


def upload_in_parts(s3_server: str, name: str, key: str, content: bytes = FILE) -> None:
    """What clients do with large files: the ETag then tells nothing of the content."""
    client = s3_client(s3_server)
    upload_id = client.create_multipart_upload(Bucket=name, Key=key)["UploadId"]
    part = client.upload_part(Bucket=name, Key=key, UploadId=upload_id, PartNumber=1, Body=content)
    client.complete_multipart_upload(
        Bucket=name, Key=key, UploadId=upload_id,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
    )  # fmt: skip


def test_a_duplicate_that_only_reading_can_tell_ends_as_one_and_stays_one(
    on_s3: Site, s3_server: str, name: str, instance: dg.DagsterInstance
) -> None:
    upload(s3_server, name, "Acme/leads.csv")
    tick(on_s3, instance)
    run_steps(on_s3, in_ledger(on_s3))
    upload_in_parts(s3_server, name, "Harbor/leads.csv")
    (request,) = tick(on_s3, instance)
    second = in_ledger(on_s3)
    assert second.partition_key == request.partition_key
    for _ in range(2):
        result = import_object(on_s3, second, instance=instance)
        assert result.success
        assert [e for e in result.all_events if e.is_step_materialization] == []
        (check,) = [check for check in result.get_asset_check_evaluations() if not check.passed]
        assert check.check_name == "file_was_read"
        assert check.metadata["code"].value == "duplicate"
        after = state(on_s3, second)
        assert (after.status, after.duplicate_of) == (Status.DUPLICATE, 1)
        assert after.error == "the same bytes as import 1"
    assert tick(on_s3, instance) == []


@pytest.mark.parametrize("key", ["Acme//list.csv", "/x", "a/./b.csv", "list.csv/"])
def test_an_object_whose_key_cannot_be_used_is_recorded_and_holds_up_nothing(
    on_s3: Site, s3_server: str, name: str, instance: dg.DagsterInstance, key: str
) -> None:
    upload(s3_server, name, key)
    assert tick(on_s3, instance) == []
    recorded = in_ledger(on_s3)
    assert (recorded.object_key, recorded.status) == (key, Status.REJECTED)
    assert (recorded.error_code, recorded.partition_key) == ("bad_name", None)
    assert "rename it in the bucket" in (recorded.error or "")
    upload(s3_server, name, "Acme/list.csv")
    (request,) = tick(on_s3, instance)
    assert request.tags["lead_pipeline/object"] == "Acme/list.csv"


def test_an_object_that_was_replaced_is_not_read_as_the_old_version(
    on_s3: Site, s3_server: str, name: str
) -> None:
    source = drop(on_s3, "leads.csv", FILE)
    upload(s3_server, name, "leads.csv", FILE + b"Cy Roe,cy@example.com\n")
    after = load_raw_leads(on_s3, source.partition_key or "")
    assert (after.status, after.error_code) == (Status.FAILED, "object_gone")
    assert "leads.csv" in (after.error or "")


def test_a_new_version_of_a_key_is_a_partition_of_its_own(
    on_s3: Site, s3_server: str, name: str, instance: dg.DagsterInstance
) -> None:
    upload(s3_server, name, "leads.csv")
    (first,) = tick(on_s3, instance)
    run_steps(on_s3, in_ledger(on_s3))
    upload(s3_server, name, "leads.csv", FILE + b"Cy Roe,cy@example.com\n")
    (second,) = tick(on_s3, instance)
    assert second.partition_key != first.partition_key
    assert run_steps(on_s3, in_ledger(on_s3)).contacts_callable == 2


def test_the_pipeline_and_the_commands_wait_and_try_again_alike(
    monkeypatch: pytest.MonkeyPatch, s3_server: str
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    of_dagster = LeadS3(endpoint_url=s3_server, region_name="eu-central-1").get_client()
    of_commands = make_client()

    for client in (of_dagster, of_commands):
        config = client.meta.config
        assert (config.connect_timeout, config.read_timeout) == (5, 30)
        assert config.retries == {"mode": "standard", "total_max_attempts": ATTEMPTS + 1}
    assert of_dagster.meta.endpoint_url == s3_server
    assert of_dagster.meta.region_name == "eu-central-1"
