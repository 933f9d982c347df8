"""The connections of Dagster's storages: few, shared, mended, and never taken along by a fork."""

import gc
import os

import psycopg
import pytest

from lead_pipeline.settings import Settings
from lead_pipeline.stack import storage as storage_module
from lead_pipeline.stack.storage import LeadStorage


@pytest.fixture
def storage(lead_settings: Settings) -> LeadStorage:
    return a_storage(lead_settings)


def a_storage(settings: Settings) -> LeadStorage:
    return LeadStorage(settings.dagster_database_url)


def backends(settings: Settings) -> set[int]:
    """The server's processes for this database, but for the one that answers."""
    with psycopg.connect(settings.database_url) as connection:
        found = connection.execute(
            """SELECT pid FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()"""
        )
        return {pid for (pid,) in found}


def use(storage: LeadStorage) -> None:
    """Something of each of the three storages."""
    assert storage.run_storage.get_runs_count() == 0
    assert storage.event_log_storage.get_dynamic_partitions("imports") == []
    assert storage.schedule_storage.all_instigator_state() == []


def test_dagster_s_tables_are_made_once_in_a_schema_of_their_own(
    storage: LeadStorage, lead_settings: Settings
) -> None:
    use(storage)
    assert not a_storage(lead_settings).should_autocreate_tables
    with psycopg.connect(lead_settings.database_url) as connection:
        found = connection.execute(
            """SELECT DISTINCT schemaname FROM pg_tables
               WHERE tablename IN ('runs', 'event_logs', 'jobs')"""
        ).fetchall()
    assert found == [("dagster",)]


def test_all_storages_of_a_process_share_one_connection_if_they_take_turns(
    storage: LeadStorage, lead_settings: Settings
) -> None:
    before = backends(lead_settings)
    for _ in range(20):
        use(a_storage(lead_settings))
    assert len(before) == 1
    assert backends(lead_settings) == before


def test_a_connection_that_the_server_ended_is_replaced(
    storage: LeadStorage, lead_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(storage)
    open_until_now = backends(lead_settings)
    with psycopg.connect(lead_settings.database_url, autocommit=True) as connection:
        for pid in open_until_now:
            connection.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])
    monkeypatch.setattr(storage_module, "_REST_SECONDS", -1)
    use(storage)


def test_a_fork_opens_connections_of_its_own(storage: LeadStorage, lead_settings: Settings) -> None:
    use(storage)
    (ours,) = backends(lead_settings)
    told, tell = os.pipe()
    gc.disable()  # what earlier tests left is not the child's to bury: its threads are not there
    child = os.fork()
    if child == 0:
        use(storage)
        os.write(tell, " ".join(map(str, backends(lead_settings))).encode())
        os._exit(0)
    gc.enable()
    os.close(tell)
    with os.fdopen(told) as answer:
        seen = {int(pid) for pid in answer.read().split()}
    assert os.waitpid(child, 0)[1] == 0
    assert ours in seen
    assert len(seen) == 2
    use(storage)
    assert ours in backends(lead_settings)
