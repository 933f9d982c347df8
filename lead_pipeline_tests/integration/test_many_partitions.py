"""Beside a hundred thousand imports, their partitions and runs, a tick and an import do no more.

What they do is counted by the server: the rows that it read in any table, by index or not.
"""

from collections.abc import Callable
from typing import TypeVar

import dagster as dg

from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Status
from lead_pipeline.stack import storage
from lead_pipeline_tests.integration.dagster_run import import_object, rows
from lead_pipeline_tests.integration.long_use import fill
from lead_pipeline_tests.integration.sensing import newest, put, tick

T = TypeVar("T")
ALL = 100_000
SOME = 2_000  # far more than any of the works reads by itself


def test_a_tick_and_an_import_look_up_what_they_need_and_list_nothing(
    site: Site, stored_instance: dg.DagsterInstance
) -> None:
    fill(site, ALL)
    idle, requests = counted(site, lambda: tick(site, stored_instance))
    assert requests == []
    put(site, "Acme/leads.csv", "ann@example.com")
    found, (request,) = counted(site, lambda: tick(site, stored_instance))
    assert request.tags["lead_pipeline/object"] == "Acme/leads.csv"
    import_ = newest(site)
    imported, _ = counted(site, lambda: import_object(site, import_, instance=stored_instance))
    assert newest(site).status is Status.COMPLETED
    assert max(idle, found, imported) < SOME

    partitions, _ = counted(site, lambda: stored_instance.get_dynamic_partitions("imports"))
    ledger, _ = counted(site, lambda: rows(site, "SELECT status FROM lead_sources"))
    assert min(partitions, ledger) >= ALL, "a listing would have been noticed"


def counted(site: Site, work: Callable[[], T]) -> tuple[int, T]:
    """The rows that the server reads in all tables, for whomever, while `work` is done."""
    before = _rows_read(site)
    result = work()
    return _rows_read(site) - before, result


def _rows_read(site: Site) -> int:
    """Until now. A session tells when it ends at the latest, so all others are ended."""
    with connect(site.settings.database_url, autocommit=True) as session:
        session.execute(
            """SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()"""
        )
        storage._engine(site.settings.dagster_database_url).dispose()
        (read,) = session.execute(
            """SELECT (SELECT sum(seq_tup_read) FROM pg_stat_user_tables)
                    + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes) AS rows"""
        )
    return int(read["rows"])
