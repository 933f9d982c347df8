"""The whole run of one file through Dagster, on a real PostgreSQL."""

import pytest

from lead_pipeline.imports.site import Site
from lead_pipeline.stack.demo import demo_files
from lead_pipeline_tests.integration.dagster_run import drop, import_object


@pytest.mark.parametrize(("key", "path"), demo_files(), ids=[key for key, _ in demo_files()])
def test_a_demo_file_is_archived_and_staging_is_empty(site: Site, key, path):
    result = import_object(site, drop(site, key, path))
    assert result.success
