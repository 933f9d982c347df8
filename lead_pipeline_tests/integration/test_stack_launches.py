"""Between the tick and the worker: launches that fail, and a daemon killed before it launches."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml
from dagster import DefaultRunLauncher
from dagster._core.launcher import RunLauncher

from lead_pipeline.bucket import open_bucket
from lead_pipeline.database.packaged import packaged
from lead_pipeline.settings import Settings
from lead_pipeline.stack.process import dies_with_parent
from lead_pipeline_tests.integration.failing_launcher import FailingLauncher, launches_to_fail
from lead_pipeline_tests.integration.stack import (
    Session,
    ended_import,
    environment,
    eventually,
    held,
    import_of,
    session_of,
    tables_of,
)

LEADS = """\
Full Name,E-mail,Phone
Ada Example,ada@example.com,202-555-0101
"""
OUR_DAEMON = "lead_pipeline.stack.daemon", "-w"
DAGSTER_S_DAEMON = "dagster._daemon", "run", "-w"


def test_a_launch_that_fails_is_asked_for_again(lead_settings: Settings) -> None:
    put(lead_settings, "Acme/leads.csv")
    with running_daemon(lead_settings, failures=1), session_of(lead_settings) as session:
        done = ended_import(session, "Acme/leads.csv")
    assert (done["status"], done["attempt"], done["error"]) == ("completed", 2, None)
    assert (done["rows_read"], done["contacts_new"]) == (1, 1)


def test_launches_that_fail_are_an_outage_and_use_up_no_patience(lead_settings: Settings) -> None:
    put(lead_settings, "Acme/leads.csv")
    with running_daemon(lead_settings, failures=1000), session_of(lead_settings) as session:

        def tried_again() -> bool:
            row = import_of(session, "Acme/leads.csv")
            return row is not None and row["attempt"] == 3

        eventually(tried_again, "it is tried for the third time")
        row = import_of(session, "Acme/leads.csv")
        assert row
        assert (row["status"], row["faults"], row["outages"]) == ("waiting", 0, 2)
        assert row["error"].endswith(" failed before its first step")


def test_with_dagster_s_own_daemon_and_launcher_it_works_all_the_same(
    lead_settings: Settings,
) -> None:
    put(lead_settings, "Acme/leads.csv")
    own = running_daemon(lead_settings, launcher=DefaultRunLauncher, program=DAGSTER_S_DAEMON)
    with own as daemon, session_of(lead_settings) as session:
        done = ended_import(session, "Acme/leads.csv")
        programs = [word for child in daemon.children(recursive=True) for word in child.cmdline()]
        assert not any(word.startswith("lead_pipeline.stack") for word in programs)
    assert (done["status"], done["attempt"]) == ("completed", 1)


@pytest.mark.parametrize(
    ("table", "event", "when"),
    [
        ("dagster.dynamic_partitions", "INSERT", "true"),
        ("dagster.runs", "UPDATE", "NEW.status = 'QUEUED' AND OLD.status <> 'QUEUED'"),
    ],
    ids=["before the run is made", "before the run is queued"],
)
def test_a_daemon_killed_between_the_tick_and_the_launch_imports_the_file_once(
    lead_settings: Settings, table: str, event: str, when: str
) -> None:
    with session_of(lead_settings) as session:
        with running_daemon(lead_settings) as daemon:
            eventually(lambda: works(session), "the daemon works")
            with held(session, table, event, when) as hold:
                put(lead_settings, "Acme/leads.csv")
                hold.wait_for_somebody()
                daemon.kill()
                daemon.wait()
        with running_daemon(lead_settings):
            done = ended_import(session, "Acme/leads.csv")
        assert (done["status"], done["attempt"]) == ("completed", 1)
        assert tables_of(session, "archive") == [done["archive_table"]]
        runs = session.execute("SELECT status FROM dagster.runs").fetchall()
    assert [run["status"] for run in runs] in (["SUCCESS"], ["STARTED"])  # its last event is late


def test_a_run_that_was_starting_when_everything_died_starts_again_at_once(
    lead_settings: Settings,
) -> None:
    with session_of(lead_settings) as session:
        with running_daemon(lead_settings) as daemon:
            eventually(lambda: works(session), "the daemon works")
            starts = "NEW.status = 'STARTED' AND OLD.status = 'STARTING'"
            with held(session, "dagster.runs", "UPDATE", starts) as hold:
                put(lead_settings, "Acme/leads.csv")
                hold.wait_for_somebody()
                family = daemon.children(recursive=True)
                daemon.kill()
                psutil.wait_procs([daemon, *family], timeout=30)
        with running_daemon(lead_settings):
            # Dagster's own time-out, after which it would fail the run, is 180 s.
            done = ended_import(session, "Acme/leads.csv", 90)
        assert (done["status"], done["attempt"], done["outages"]) == ("completed", 2, 1)


def works(session: Session) -> bool:
    """Whether Dagster's own tables are made and its daemon has begun to look around."""
    if "daemon_heartbeats" not in tables_of(session, "dagster"):
        return False
    return session.execute("SELECT FROM dagster.daemon_heartbeats").rowcount > 0


def put(settings: Settings, key: str) -> None:
    source = settings.home / "source"
    source.write_text(LEADS)
    open_bucket(settings.bucket_url).put(source, key)


@contextmanager
def running_daemon(
    settings: Settings,
    failures: int = 0,
    launcher: type[RunLauncher[Any]] = FailingLauncher,
    program: tuple[str, ...] = OUR_DAEMON,
) -> Iterator[psutil.Popen]:
    """A daemon alone, with our dagster.yaml but for the launcher, which can be told to fail."""
    home = settings.dagster_home
    home.mkdir(exist_ok=True)
    configured = yaml.safe_load(packaged("dagster.yaml").read_text())
    assert configured["run_launcher"]["class"] == "WarmRunLauncher"
    configured["run_launcher"] = {"module": launcher.__module__, "class": launcher.__name__}
    (home / "dagster.yaml").write_text(yaml.safe_dump(configured))
    launches_to_fail(home).write_text(str(failures))
    workspace = home / "workspace.yaml"
    module = {"module_name": "lead_pipeline.definitions", "location_name": "lead_pipeline"}
    workspace.write_text(json.dumps({"load_from": [{"python_module": module}]}))
    with (home / "daemon.log").open("ab") as log:
        daemon = psutil.Popen(
            [sys.executable, "-m", *program, str(workspace)],
            env=environment(settings.home, {
                "DAGSTER_HOME": str(home),
                "LEADS_DATABASE_URL": settings.database_url,
                "PYTHONPATH": str(Path(__file__).parents[2]),
            }),
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=dies_with_parent(),
            start_new_session=True,
        )  # fmt: skip
    try:
        yield daemon
    finally:
        family: list[psutil.Process | psutil.Popen] = [daemon]
        with suppress(psutil.NoSuchProcess):
            family += daemon.children(recursive=True)
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(family)
