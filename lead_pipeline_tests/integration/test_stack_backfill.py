"""Dagster's own ways to run imports again: they change nothing that is done and finish the rest.

The command lines are those of docs/dagster.md.
"""

import json
import urllib.request
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from lead_pipeline_tests.integration.stack import (
    Row,
    Session,
    Up,
    ended_import,
    eventually,
    held,
    import_of,
    running_up,
    session_of,
    tables_of,
    worker_of,
)

LEADS = """\
Full Name,E-mail,Phone
Ada Example,ada.{name}@example.com,
Nobody At All,,
"""
ASSETS = ["raw_leads", "normalized_leads", "archived_leads", "truncated_staging"]
MATERIALIZE_MANY = """
mutation LaunchPartitionBackfill($backfillParams: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $backfillParams) {
    ... on LaunchBackfillSuccess { backfillId }
    ... on Error { message }
  }
}"""
MATERIALIZE_ONE = """
mutation LaunchPipelineExecution($executionParams: ExecutionParams!) {
  launchPipelineExecution(executionParams: $executionParams) {
    ... on LaunchRunSuccess { run { runId } }
    ... on Error { message }
  }
}"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    with running_up(tmp_path_factory.mktemp("backfill")) as stack:
        yield stack


@pytest.fixture
def session(stack: Up) -> Iterator[Session]:
    with session_of(stack.settings) as session:
        yield session


@pytest.fixture(scope="module")
def partitions(stack: Up) -> list[str]:
    """The partitions of two imports that are complete."""
    keys = [stack.put(f"Acme/{name}.csv", LEADS.format(name=name)) for name in ("one", "two")]
    with session_of(stack.settings) as session:
        return [ended_import(session, key)["partition_key"] for key in keys]


@pytest.fixture
def failed(stack: Up, session: Session) -> Row:
    """An import that was given up, half finished: its last worker died while it archived."""
    name = f"given_up_{uuid.uuid4().hex}"
    session.execute("ALTER TABLE lead_sources ALTER faults SET DEFAULT 3")  # one more is too many
    with held(session, "lead_sources", "UPDATE", "NEW.status = 'archived'") as hold:
        key = stack.put(f"Acme/{name}.csv", LEADS.format(name=name))
        hold.wait_for_somebody()
        waiting = import_of(session, key)
        assert waiting
        worker_of(session, waiting["run_id"]).kill()
    session.execute("ALTER TABLE lead_sources ALTER faults SET DEFAULT 0")
    row = ended_import(session, key)
    assert row["status"] == "failed"
    assert row["error"].startswith("given up after 4 attempts: run ")
    assert row["error"].endswith(": its worker was killed by SIGKILL")
    assert row["archive_table"] is None
    assert tables_of(session, "staging") == []
    assert session.execute("SELECT FROM leads").fetchall() == []
    return row


@pytest.mark.parametrize("chosen", ["--partitions", "--all"])
def test_a_backfill_of_the_job_leaves_complete_imports_as_they_are(
    stack: Up, session: Session, partitions: list[str], chosen: str
) -> None:
    before = everything(session)
    workspace = stack.settings.dagster_home / "workspace.yaml"
    which = ["--partitions", ",".join(partitions)] if chosen == "--partitions" else ["--all", "all"]
    asked = stack.dagster("job", "backfill", "-w", workspace, "-j", "import_leads", *which,
                          "--noprompt")  # fmt: skip
    assert asked.returncode == 0, asked.stderr
    require_succeeded(session, asked.stdout.split("`")[1], 2)
    assert everything(session) == before


def test_a_backfill_finishes_an_import_that_was_given_up(
    stack: Up, session: Session, failed: Row
) -> None:
    workspace = stack.settings.dagster_home / "workspace.yaml"
    asked = stack.dagster("job", "backfill", "-w", workspace, "-j", "import_leads",
                          "--partitions", failed["partition_key"], "--noprompt")  # fmt: skip
    assert asked.returncode == 0, asked.stderr
    require_succeeded(session, asked.stdout.split("`")[1], 1)
    require_completed(session, failed)


def test_materializing_on_the_command_line_changes_nothing_or_finishes(
    stack: Up, session: Session, partitions: list[str], failed: Row
) -> None:
    before = others(session, failed)
    for partition in (partitions[0], failed["partition_key"]):
        done = stack.dagster("asset", "materialize", "-m", "lead_pipeline.definitions",
                             "--select", ",".join(ASSETS), "--partition", partition)  # fmt: skip
        assert done.returncode == 0, done.stderr
    require_completed(session, failed)
    assert others(session, failed) == before


def test_materialize_in_the_ui_on_one_partition_changes_nothing(
    stack: Up, session: Session, partitions: list[str]
) -> None:
    before = everything(session)
    answer = graphql(stack, MATERIALIZE_ONE, {"executionParams": {
        "mode": "default",
        "runConfigData": {},
        "executionMetadata": {"tags": [{"key": "dagster/partition", "value": partitions[1]}]},
        "selector": {
            "repositoryLocationName": "lead_pipeline",
            "repositoryName": "__repository__",
            "pipelineName": "__ASSET_JOB",
            "assetSelection": [{"path": [name]} for name in ASSETS],
            "assetCheckSelection": [
                {"assetKey": {"path": ["normalized_leads"]}, "name": "law_of_sums"}
            ],
        },
    }})  # fmt: skip
    launched = answer["launchPipelineExecution"]["run"]["runId"]
    succeeded = "SELECT FROM dagster.runs WHERE run_id = %s AND status = 'SUCCESS'"
    eventually(lambda: session.execute(succeeded, [launched]).rowcount, "the run succeeds")
    assert everything(session) == before


def test_materialize_in_the_ui_on_many_partitions_changes_nothing_and_finishes_the_rest(
    stack: Up, session: Session, partitions: list[str], failed: Row
) -> None:
    before = others(session, failed)
    answer = graphql(stack, MATERIALIZE_MANY, {"backfillParams": {
        "assetSelection": [{"path": [name]} for name in ASSETS],
        "partitionNames": [*partitions, failed["partition_key"]],
        "fromFailure": False,
        "tags": [],
    }})  # fmt: skip
    require_succeeded(session, answer["launchPartitionBackfill"]["backfillId"], 3)
    require_completed(session, failed)
    assert others(session, failed) == before


def everything(session: Session) -> dict[str, Any]:
    """The end state: each import but for the run that looked at it last, and each archive table."""
    rows = session.execute("SELECT * FROM lead_sources").fetchall()
    oids = session.execute("SELECT oid, relname FROM pg_class WHERE relname LIKE 'normalized_%'")
    tables = {row["relname"]: row["oid"] for row in oids}
    return {
        row["object_key"]: {**row, "run_id": None, "table": tables.get(row["archive_table"] or "")}
        for row in rows
    }


def others(session: Session, but: Row) -> dict[str, Any]:
    return {key: row for key, row in everything(session).items() if key != but["object_key"]}


def require_completed(session: Session, failed: Row) -> None:
    done = import_of(session, failed["object_key"])
    assert done
    assert (done["status"], done["error"]) == ("completed", None)
    assert (done["rows_read"], done["rows_contacts"], done["rows_rejected"]) == (2, 1, 1)
    assert (done["contacts_found"], done["contacts_new"], done["contacts_invalid"]) == (2, 1, 1)
    assert done["seen_at"] < done["loaded_at"] < done["archived_at"] < done["completed_at"]
    assert done["archive_table"] in tables_of(session, "archive")
    assert tables_of(session, "staging") == []


def require_succeeded(session: Session, backfill: str, runs: int) -> None:
    def statuses() -> list[str]:
        query = """SELECT status FROM dagster.runs JOIN dagster.run_tags USING (run_id)
                   WHERE key = 'dagster/backfill' AND value = %s"""
        return [row["status"] for row in session.execute(query, [backfill])]

    eventually(lambda: statuses() == ["SUCCESS"] * runs, f"all runs of {backfill} succeed")


def graphql(stack: Up, query: str, variables: dict[str, Any]) -> dict[str, Any]:
    """What the webserver answers to the mutation that its page sends."""
    request = urllib.request.Request(
        f"{stack.url}/graphql",
        json.dumps({"query": query, "variables": variables}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as reply:
        answer = json.load(reply)
    assert "errors" not in answer, answer
    data: dict[str, Any] = answer["data"]
    return data
