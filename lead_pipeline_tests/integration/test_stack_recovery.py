"""Workers killed inside a step: the import completes by itself, once, with every row."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from lead_pipeline.stack.postgres import EmbeddedPostgres
from lead_pipeline_tests.integration.stack import (
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
Ben Example,ben.{name}@example.com,
Nobody At All,,
,,
Cleo Example,cleo.{name}@example.com,
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    with running_up(tmp_path_factory.mktemp("recovery")) as stack:
        yield stack


@pytest.fixture
def session(stack: Up) -> Iterator[Session]:
    with session_of(stack.settings) as session:
        yield session


@pytest.mark.parametrize("status", ["loaded", "normalized", "archived", "completed"])
def test_a_worker_killed_before_it_commits_a_step_is_replaced_and_nothing_is_lost_or_doubled(
    stack: Up, session: Session, status: str
) -> None:
    arrives = f"NEW.status = '{status}' AND OLD.status IS DISTINCT FROM NEW.status"
    with held(session, "lead_sources", "UPDATE", arrives) as hold:
        key = stack.put(f"Acme/{status}.csv", LEADS.format(name=status))
        hold.wait_for_somebody()
        killed = import_of(session, key)
        assert killed
        assert (killed["status"] != status, killed["attempt"]) == (True, 1)
        worker_of(session, killed["run_id"]).kill()
    done = ended_import(session, key)
    assert {name: done[name] for name in EXPECTED} == EXPECTED
    assert done["run_id"] != killed["run_id"]
    archives = [name for name in tables_of(session, "archive") if f"_{status}_" in name]
    assert archives == [done["archive_table"]]
    contacts = session.execute(f"SELECT contact_name AS name FROM archive.{archives[0]} ORDER BY 1")
    assert [row["name"] for row in contacts] == ["Ada Example", "Ben Example", "Cleo Example"]
    assert tables_of(session, "staging") == []
    assert session.execute("SELECT FROM leads").fetchall() == []


EXPECTED = {
    "status": "completed",
    "attempt": 2,
    "error": None,
    "rows_read": 5,
    "rows_contacts": 3,
    "rows_rejected": 1,
    "rows_blank": 1,
    "contacts_found": 4,
    "contacts_new": 3,
    "contacts_invalid": 1,
}


def test_a_database_server_that_dies_in_the_middle_of_a_run_delays_the_import_and_loses_nothing(
    tmp_path: Path,
) -> None:
    server = EmbeddedPostgres(tmp_path / "server")
    server.start()
    try:
        extra = {
            "LEADS_DATABASE_URL": server.url,
            "LEADS_DATABASE_OWNER_URL": server.owner_url,
        }
        with running_up(tmp_path / "home", extra=extra) as stack:
            parts = stack.family() - {psutil.Process(stack.process.pid)}
            assert not [part for part in parts if "LEADS_DATABASE_OWNER_URL" in part.environ()]
            with (  # noqa: PT012 - our session ends somewhere in there
                pytest.raises(psycopg.OperationalError),
                session_of(stack.settings) as session,
                held(session, "lead_sources", "UPDATE", "NEW.status = 'normalized'") as hold,
            ):
                stack.put("Acme/restart.csv", LEADS.format(name="restart"))
                hold.wait_for_somebody()
                kill_server(server)
            server.start()
            with session_of(stack.settings) as session:
                done = ended_import(session, "Acme/restart.csv", 240)
                assert {**EXPECTED, "attempt": done["attempt"]} == {
                    name: done[name] for name in EXPECTED
                }
                assert tables_of(session, "archive") == [done["archive_table"]]
                assert tables_of(session, "staging") == []
    finally:
        server.stop()


def kill_server(server: EmbeddedPostgres) -> None:
    """SIGKILL, and the wait for its backends, without which no other server may take over."""
    postmaster = psutil.Process(server.pid)
    backends = postmaster.children()
    postmaster.kill()
    psutil.wait_procs(backends, timeout=30)
    eventually(lambda: server.poll() is not None, "the server is gone")
