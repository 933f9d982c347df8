"""What tests of the sensor share: a file for the bucket, a tick as the daemon carries it out."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import pytest
from dagster._core.test_utils import instance_for_test

from lead_pipeline import ledger
from lead_pipeline.database import connect
from lead_pipeline.defs.sensors import new_lead_files
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import
from lead_pipeline_tests.integration.commands import Command
from lead_pipeline_tests.integration.dagster_run import resource
from lead_pipeline_tests.making import csv_file


@pytest.fixture
def stored_instance(command: Command) -> Iterator[dg.DagsterInstance]:
    """Dagster with its tables in the database of the site, where commands find them too."""
    with instance_of_settings() as instance:
        yield instance


@contextmanager
def instance_of_settings() -> Iterator[dg.DagsterInstance]:
    """Dagster with its tables in the database that the environment names."""
    ours = {"module": "lead_pipeline.stack.storage", "class": "LeadStorage", "config": {}}
    with instance_for_test(overrides={"storage": {"custom": ours}}) as instance:
        yield instance


def put(site: Site, key: str, *mails: str) -> None:
    """Put a list of people into the bucket; nobody tells the ledger."""
    source = site.settings.home / "source"
    source.write_bytes(csv_file(["Email"], [[mail] for mail in mails]))
    site.bucket.put(source, key)


def tick(site: Site, instance: dg.DagsterInstance) -> list[dg.RunRequest]:
    """What one evaluation asks for; the partitions that it wants are added, as the daemon does."""
    with dg.build_sensor_context(instance, resources={"site": resource(site)}) as context:
        result = new_lead_files(context)
    if isinstance(result, dg.SkipReason):
        return []
    assert isinstance(result, dg.SensorResult)
    for request in result.dynamic_partitions_requests or ():
        name = request.partitions_def_name
        new = [k for k in request.partition_keys if not instance.has_dynamic_partition(name, k)]
        instance.add_dynamic_partitions(name, new)
    return list(result.run_requests or ())


def newest(site: Site) -> Import:
    """The import that was entered last."""
    with connect(site.settings.database_url) as session:
        return ledger.newest_imports(session, 1)[0]
