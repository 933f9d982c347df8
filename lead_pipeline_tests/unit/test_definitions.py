"""What Dagster gets to see: exactly this list, loaded with an empty environment."""

import json
import subprocess
import sys
from importlib.metadata import version
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
    "partitioned_checks": sorted(
        c.to_user_string() for c in graph.asset_check_keys
        if (d := graph.get(c).partitions_def) and d.name == "imports"),
    "steps": sorted(n.name for n in repository.get_job("import_leads").nodes),
    "versions": {k.to_user_string(): v for k in graph.get_all_asset_keys()
                 if (v := graph.get(k).code_version)},
    "checks_of_jobs": {
        name: sorted(c.to_user_string() for c in repository.get_job(name).asset_layer.asset_graph
                     .asset_check_keys)
        for name in ("import_leads", "check_leads")},
    "schedules": {s.name: s.default_status.value for s in repository.schedule_defs},
}))
"""

OF_AN_IMPORT = [
    "normalized_leads:contact_columns_are_valid",
    "normalized_leads:law_of_sums",
    "normalized_leads:most_rows_are_usable",
    "normalized_leads:waits_for_nobody",
    "raw_leads:file_was_read",
]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a fresh interpreter finds, in an empty folder and with an empty environment."""
    folder = tmp_path_factory.mktemp("empty")
    done = fresh(PROGRAM, folder)
    assert done.returncode == 0, done.stderr
    assert list(folder.iterdir()) == []
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found | {"stderr": done.stderr}


def fresh(program: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a new interpreter and `folder`, with these settings and no others."""
    return subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(Path(lead_pipeline.__file__).parent.parent)} | settings,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


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
        "rejected_leads": ["normalized_leads"],
        "invalid_contacts": ["normalized_leads"],
        "merge_candidates": ["normalized_leads"],
        "truncated_staging": ["archived_leads"],
        "possible_duplicates": ["leads_master"],
        "supplier_worth": ["leads_master"],
    }


def test_every_step_has_one_partition_per_file_version(loaded: dict[str, Any]) -> None:
    steps = loaded["assets"].keys() - {"lead_imports", "possible_duplicates", "supplier_worth"}
    assert loaded["partitions"] == dict.fromkeys(steps, "imports")


def test_the_steps_are_called_as_the_assets_that_they_are_for(loaded: dict[str, Any]) -> None:
    assert loaded["steps"] == [
        "archived_leads", "normalized_leads", "raw_leads", "truncated_staging",
    ]  # fmt: skip


def test_the_law_of_sums_blocks_what_is_downstream(loaded: dict[str, Any]) -> None:
    assert loaded["checks"] == {
        **dict.fromkeys(OF_AN_IMPORT, False),
        "normalized_leads:law_of_sums": True,
        "leads_master:no_two_leads_with_one_key": False,
        "leads_master:no_lead_without_a_source": False,
        "leads_master:counts_equal_what_is_counted": False,
        "leads_master:charges_equal_outcomes": False,
    }


def test_the_checks_of_an_import_have_its_partition(loaded: dict[str, Any]) -> None:
    assert loaded["partitioned_checks"] == OF_AN_IMPORT


def test_an_import_plans_the_check_that_may_stop_it_and_leaves_those_of_all_leads_to_a_job(
    loaded: dict[str, Any],
) -> None:
    assert loaded["checks_of_jobs"] == {
        "import_leads": ["normalized_leads:law_of_sums"],
        "check_leads": sorted(loaded["checks"].keys() - set(OF_AN_IMPORT)),
    }


def test_what_watches_is_running(loaded: dict[str, Any]) -> None:
    assert loaded["jobs"] == [
        "check_leads", "find_duplicates", "import_leads", "report_worth", "upkeep",
    ]  # fmt: skip
    assert loaded["sensors"] == {"first_import": ["RUNNING", 30], "new_lead_files": ["RUNNING", 1]}
    assert loaded["schedules"] == {
        "nightly_check": "RUNNING",
        "nightly_duplicates": "RUNNING",
        "nightly_upkeep": "RUNNING",
        "weekly_worth": "RUNNING",
    }


def test_another_release_is_another_version_of_what_reads_and_normalizes(
    loaded: dict[str, Any],
) -> None:
    release = version("lead-pipeline")
    assert loaded["versions"] == {"raw_leads": release, "normalized_leads": release}


def test_loading_warns_of_nothing(loaded: dict[str, Any]) -> None:
    assert loaded["stderr"] == ""


@pytest.mark.parametrize(("url", "kind"), [("", "file"), ("s3://lead-imports", "s3")])
def test_the_bucket_is_shown_as_what_it_is(url: str, kind: str, tmp_path: Path) -> None:
    program = (
        "from lead_pipeline.definitions import defs; import dagster as dg;"
        " print(*defs().resolve_asset_graph().get(dg.AssetKey('lead_imports')).kinds)"
    )
    assert fresh(program, tmp_path, LEADS_BUCKET_URL=url).stdout.split() == [kind]


def test_a_wrong_setting_is_told_when_the_definitions_are_asked_for(tmp_path: Path) -> None:
    wrong = {"LEADS_MAX_FILE_MB": "many"}
    assert fresh("import lead_pipeline.definitions", tmp_path, **wrong).returncode == 0
    program = "from lead_pipeline.definitions import defs; defs()"
    said = fresh(program, tmp_path, **wrong).stderr.splitlines()[-1]
    assert said.endswith("LEADS_MAX_FILE_MB must be a whole number above 0, not 'many'")


def test_everything_is_described_and_in_one_group(loaded: dict[str, Any]) -> None:
    assert (loaded["undescribed"], loaded["groups"]) == ([], ["lead_import", "leads"])
