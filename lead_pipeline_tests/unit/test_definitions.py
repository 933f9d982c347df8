"""What Dagster gets to see: exactly this list, loaded with an empty environment."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import lead_pipeline

PROGRAM = """
import json, socket

def refused(*_):
    raise AssertionError("loading the definitions must not use the network")

socket.socket.connect = refused

import dagster as dg
from lead_pipeline.definitions import defs

dg.Definitions.validate_loadable(defs())
repository = defs().get_repository_def()
graph = repository.asset_graph
print(json.dumps({
    "assets": {k.to_user_string(): sorted(d.to_user_string() for d in graph.get(k).parent_keys)
               for k in graph.get_all_asset_keys()},
    "partitions": {k.to_user_string(): graph.get(k).partitions_def.name
                   for k in graph.get_all_asset_keys() if graph.get(k).partitions_def},
    "groups": sorted({graph.get(k).group_name for k in graph.get_all_asset_keys()}),
    "undescribed": [k.to_user_string() for k in graph.get_all_asset_keys()
                    if not graph.get(k).description],
    "checks": {c.to_user_string(): graph.get(c).blocking for c in graph.asset_check_keys},
    "jobs": sorted(j for j in repository.job_names if not j.startswith("__")),
    "sensors": {s.name: [s.default_status.value, s.minimum_interval_seconds]
                for s in repository.sensor_defs},
    "checks_of_jobs": {
        name: sorted(c.to_user_string() for c in repository.get_job(name).asset_layer.asset_graph
                     .asset_check_keys)
        for name in ("import_leads", "check_leads")},
    "schedules": {s.name: s.default_status.value for s in repository.schedule_defs},
}))
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a fresh interpreter finds, in an empty folder and with an empty environment."""
    folder = tmp_path_factory.mktemp("empty")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={"PYTHONPATH": str(Path(lead_pipeline.__file__).parent.parent)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert list(folder.iterdir()) == []
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_the_assets_follow_one_another_from_the_bucket_to_empty_staging(
    loaded: dict[str, Any],
) -> None:
    assert loaded["assets"] == {
        "lead_imports": [],
        "raw_leads": ["lead_imports"],
        "normalized_leads": ["raw_leads"],
        "archived_leads": ["normalized_leads"],
        "leads_master": ["normalized_leads"],
        "lead_sources_history": ["normalized_leads"],
        "duplicate_leads": ["normalized_leads"],
        "dnc_suppressions": ["normalized_leads"],
        "truncated_staging": ["archived_leads"],
    }


def test_every_step_has_one_partition_per_file_version(loaded: dict[str, Any]) -> None:
    steps = loaded["assets"].keys() - {"lead_imports"}
    assert loaded["partitions"] == dict.fromkeys(steps, "imports")


def test_the_law_of_sums_blocks_what_is_downstream(loaded: dict[str, Any]) -> None:
    assert loaded["checks"] == {
        "normalized_leads:law_of_sums": True,
        "leads_master:no_two_leads_with_one_key": False,
        "leads_master:no_lead_without_a_source": False,
        "leads_master:counts_equal_what_is_counted": False,
    }


def test_an_import_runs_the_law_of_sums_and_leaves_the_other_checks_to_the_night(
    loaded: dict[str, Any],
) -> None:
    assert loaded["checks_of_jobs"] == {
        "import_leads": ["normalized_leads:law_of_sums"],
        "check_leads": sorted(loaded["checks"].keys() - {"normalized_leads:law_of_sums"}),
    }


def test_there_is_one_running_sensor_and_one_running_schedule(loaded: dict[str, Any]) -> None:
    assert loaded["jobs"] == ["check_leads", "import_leads"]
    assert loaded["sensors"] == {"new_lead_files": ["RUNNING", 1]}
    assert loaded["schedules"] == {"nightly_check": "RUNNING"}


def test_everything_is_described_and_in_one_group(loaded: dict[str, Any]) -> None:
    assert (loaded["undescribed"], loaded["groups"]) == ([], ["lead_import"])
