"""Dagster's own `dg`, run in the folder of the project as people run it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import lead_pipeline
from lead_pipeline.imports.site import Site

PROJECT = Path(lead_pipeline.__file__).parent.parent
DG = Path(sys.executable).with_name("dg")


@pytest.fixture
def database(site: Site) -> dict[str, str]:
    """The environment in which Dagster's tables are those of the test: dagster.yaml needs some."""
    own = ("LEADS_", "DAGSTER_", "VIRTUAL_ENV")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return plain | {
        "LEADS_HOME": str(site.settings.home),
        "LEADS_DATABASE_URL": site.settings.database_url,
        "COLUMNS": "200",
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["list", "defs"], "leads_master"), (["check", "defs"], "All definitions loaded success")],
    ids=["list", "check"],
)
def test_dg_finds_the_definitions_and_warns_of_nothing(
    database: dict[str, str], arguments: list[str], said: str
) -> None:
    done = subprocess.run(
        [DG, *arguments], cwd=PROJECT, env=database, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert said in done.stdout
    assert [line for line in done.stderr.splitlines() if "arning" in line] == []
    assert "WARN" not in done.stdout + done.stderr
