"""An S3 that is unwell in each way delays an import, and loses nothing of it."""

from collections.abc import Iterator

import pytest

from lead_pipeline.bucket import open_bucket
from lead_pipeline.errors import OutsideTrouble
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.steps import load_raw_leads
from lead_pipeline.ledger import Status
from lead_pipeline.settings import Settings
from lead_pipeline_tests.faults.unwell_s3 import Ill, UnwellS3, before
from lead_pipeline_tests.integration.dagster_run import drop, state
from lead_pipeline_tests.integration.people import leads
from lead_pipeline_tests.integration.s3 import s3_client
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.making import csv_file

FILE = csv_file(["Full Name", "Email"], [["Ann Lee", "ann@example.com"]])
# An empty listing and a slow answer keep nobody from reading what is known.
FATAL = [Ill.ERROR, Ill.SLOW_DOWN, Ill.TRUNCATED, Ill.LYING]


@pytest.fixture
def unwell(s3_server: str) -> Iterator[UnwellS3]:
    with before(s3_server) as server:
        yield server


@pytest.mark.parametrize("ill", list(Ill))
def test_it_delays_and_loses_nothing(lead_settings: Settings, unwell: UnwellS3, ill: Ill) -> None:
    name = f"unwell-{ill.name.lower().replace('_', '-')}"
    client = s3_client(unwell.url)
    client.create_bucket(Bucket=name)
    site = Site(lead_settings, open_bucket(f"s3://{name}", s3_client=client))
    import_ = drop(site, "Acme/list.csv", FILE)
    unwell.ill = ill
    if ill in FATAL:
        with pytest.raises(OutsideTrouble):
            load_raw_leads(site, import_.partition_key or "")
        assert state(site, import_).error_code == "outside_trouble"
        with pytest.raises(OutsideTrouble):
            site.bucket.list()
    else:
        load_raw_leads(site, import_.partition_key or "")
    unwell.ill = None
    assert run_steps(site, import_).status is Status.COMPLETED
    assert leads(site, "full_name") == ["Ann Lee"]
