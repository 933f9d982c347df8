"""Imports at the same time: each complete and exact, `leads` readable all the while."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from lead_pipeline import ledger
from lead_pipeline.database import Connection, connect, run
from lead_pipeline.errors import OutsideTrouble
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.steps import load_raw_leads, truncate_staging
from lead_pipeline.ledger import OUTSIDE_TROUBLE, Import, Status
from lead_pipeline.ledger.locks import RUN_CLASS
from lead_pipeline.stack.postgres import EmbeddedPostgres
from lead_pipeline_tests.integration.dagster_run import drop, import_object, rows, state
from lead_pipeline_tests.integration.stack import eventually
from lead_pipeline_tests.integration.steps import STEPS, archived, run_steps, tables
from lead_pipeline_tests.making import csv_file

MANY = 8
FIRST, LAST = ("Ann", "Bo", "Cy", "Dee"), ("Lee", "Ek", "Roe", "Falk", "Park")


def a_list(number: int, people: int) -> bytes:
    """A file of `people` people of its own, each third without an address."""
    return csv_file(
        ["Full Name", "Email"],
        [[f"{FIRST[n % 4]} {LAST[n % 5]}", f"p{n}.of{number}@example.com" if n % 3 else ""]
         for n in range(people)],
    )  # fmt: skip


def drop_many(site: Site) -> list[Import]:
    return [drop(site, f"list {n}.csv", a_list(n, 200 + n)) for n in range(MANY)]


@contextmanager
def somebody_reads_leads(site: Site) -> Iterator[list[int]]:
    """Another session that counts `leads` over and over, and never waits long for a lock."""
    counts, stop = list[int](), threading.Event()

    def read() -> None:
        with connect(site.settings.database_url, autocommit=True) as session:
            session.execute("SET lock_timeout = '3s'")
            while not stop.is_set():
                row = session.execute("SELECT count(*) AS n FROM leads").fetchone()
                counts.append(row["n"] if row else -1)

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read)
        try:
            yield counts
        finally:
            stop.set()
        reading.result()


def test_eight_imports_at_once_are_each_complete_and_exact(site: Site) -> None:
    imports = drop_many(site)
    barriers = [threading.Barrier(MANY) for _ in STEPS]

    def work(import_: Import) -> Import:
        for step, barrier in zip(STEPS, barriers, strict=True):
            barrier.wait()
            done = step(site, import_.partition_key or "")
        return done

    with somebody_reads_leads(site) as counts, ThreadPoolExecutor(MANY) as pool:
        done = list(pool.map(work, imports))
    for number, one in enumerate(done):
        people = 200 + number
        listed = len([n for n in range(people) if n % 3])
        assert (one.status, one.rows_read, one.contacts_new) == (Status.COMPLETED, people, listed)
        mails = [row["contact_email"] for row in archived(site, one)]
        assert mails == [f"p{n}.of{number}@example.com" for n in range(people) if n % 3]
    assert len(tables(site, "archive")) == MANY
    assert tables(site, "staging") == []
    assert len(counts) > 10
    assert max(counts) <= sum(200 + n for n in range(MANY))
    assert rows(site, "SELECT count(*) AS n FROM leads") == [{"n": 0}]


def test_eight_imports_that_race_without_waiting_for_each_other(site: Site) -> None:
    with somebody_reads_leads(site), ThreadPoolExecutor(MANY) as pool:
        done = list(pool.map(lambda import_: run_steps(site, import_), drop_many(site)))
    assert [one.contacts_found for one in done] == [200 + n for n in range(MANY)]
    assert {one.status for one in done} == {Status.COMPLETED}


def test_emptying_ones_staging_leaves_the_others_untouched(site: Site) -> None:
    first, second = drop(site, "a.csv", a_list(1, 5)), drop(site, "b.csv", a_list(2, 7))
    run_steps(site, second, STEPS[:1])
    before = rows(site, "SELECT * FROM leads ORDER BY row_number")
    run_steps(site, first)
    assert len(before) == 7
    assert rows(site, "SELECT * FROM leads ORDER BY row_number") == before


def test_loading_and_emptying_wait_for_nobody_who_reads_leads(site: Site) -> None:
    first, second = drop(site, "a.csv", a_list(1, 5)), drop(site, "b.csv", a_list(2, 7))
    run_steps(site, first, STEPS[:3])
    with connect(site.settings.database_url) as reader:
        # A transaction left open, as a person at a SQL prompt leaves one, before `second` exists.
        reader.execute("SELECT count(*) FROM lead_sources")
        reader.execute("LOCK TABLE leads IN ACCESS SHARE MODE")
        with ThreadPoolExecutor(1) as pool:
            loaded = pool.submit(run_steps, site, second, STEPS[:3]).result(timeout=60)
        assert loaded.status is Status.ARCHIVED


def test_the_same_import_by_two_workers_at_once_gives_one_archive(site: Site) -> None:
    import_ = drop(site, "a.csv", a_list(1, 300))
    barrier = threading.Barrier(2)

    def work(_: int) -> Import:
        barrier.wait()
        return run_steps(site, import_)

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(work, range(2)))
    assert {one.status for one in done} == {Status.COMPLETED}
    assert tables(site, "archive", "staging") == [f"archive.{done[0].archive_table}"]
    assert len(archived(site, done[0])) == done[0].contacts_new == 200
    assert len(rows(site, "SELECT * FROM rejected_leads")) == 100


def test_two_files_with_the_same_bytes_at_once_give_one_import(site: Site) -> None:
    content = a_list(1, 20)
    (site.settings.home / "dropped").write_bytes(content)
    for key in ("a.csv", "b.csv"):
        site.bucket.put(site.settings.home / "dropped", key)
    listed = site.bucket.list()
    barrier = threading.Barrier(4)

    def look(_: int) -> list[Import]:
        with connect(site.settings.database_url, autocommit=True) as session:
            barrier.wait()
            return ledger.register(session, listed)

    with ThreadPoolExecutor(4) as pool:
        entered = [one for found in pool.map(look, range(4)) for one in found]
    assert sorted(one.status for one in entered) == [Status.DUPLICATE, Status.WAITING]


def test_a_step_waits_for_a_worker_that_still_holds_the_import(site: Site) -> None:
    import_ = drop(site, "a.csv", a_list(1, 5))
    with (
        connect(site.settings.database_url, autocommit=True) as holder,
        ThreadPoolExecutor(1) as pool,
    ):
        with ledger.hold(holder, import_.import_id):
            assert ledger.owned_imports(holder) == {import_.import_id}
            waiting = pool.submit(load_raw_leads, site, import_.partition_key or "")
            _until_somebody_waits(holder)
            assert state(site, import_).status is Status.WAITING
        assert waiting.result(timeout=60).status is Status.LOADED
        assert ledger.owned_imports(holder) == set()


def test_a_killed_worker_gives_its_import_back(site: Site) -> None:
    import_ = drop(site, "a.csv", a_list(1, 5))
    with connect(site.settings.database_url, autocommit=True) as one:
        holder = psycopg.connect(site.settings.database_url, autocommit=True)
        holder.execute("SELECT pg_advisory_lock(%s, %s)", [ledger.LOCK_CLASS, import_.import_id])
        assert ledger.owned_imports(one) == {import_.import_id}
        one.execute("SELECT pg_terminate_backend(%s, 5000)", [holder.info.backend_pid])
        assert ledger.owned_imports(one) == set()
        holder.close()
    assert run_steps(site, import_).status is Status.COMPLETED


def owned_by_runs(session: Connection) -> set[int]:
    """Imports that the process of a run owns, whether one of its steps works or not."""
    found = run(session, "ledger/select_working_imports", {"lock_classes": [RUN_CLASS]})
    return {row["import_id"] for row in found}


def test_the_process_of_a_run_owns_its_import_from_the_first_step_to_the_last(site: Site) -> None:
    import_ = drop(site, "a.csv", a_list(1, 5))
    with connect(site.settings.database_url, autocommit=True) as session:
        execute = session.execute
        execute("CREATE TABLE noticed (status text, owned boolean)")
        execute(
            "CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " INSERT INTO public.noticed SELECT new.status, EXISTS (SELECT FROM pg_locks"
            f" WHERE granted AND locktype = 'advisory' AND classid = {RUN_CLASS}"
            " AND objid = new.import_id);"
            " RETURN new; END $$"
        )
        execute("CREATE TRIGGER look AFTER UPDATE ON lead_sources FOR EACH ROW"
                " EXECUTE FUNCTION look()")  # fmt: skip
        assert import_object(site, import_).success
        assert owned_by_runs(session) == set()
    seen = rows(site, "SELECT DISTINCT status, owned FROM noticed")
    assert {row["status"] for row in seen} == {
        "waiting", "loaded", "normalized", "archived", "completed",
    }  # fmt: skip
    assert all(row["owned"] for row in seen)


def test_it_owns_it_through_the_pause_before_a_step_is_tried_again(site: Site) -> None:
    """The first look at the bucket finds it away; while the step waits, the bucket comes back."""
    import_ = drop(site, "a.csv", a_list(1, 5))
    bucket = Path(site.settings.bucket_url)
    bucket.rename(bucket.with_name("away"))
    with (
        connect(site.settings.database_url, autocommit=True) as session,
        ThreadPoolExecutor(1) as pool,
    ):
        working = pool.submit(import_object, site, import_)
        eventually(lambda: state(site, import_).error_code == OUTSIDE_TROUBLE, "it waits")
        assert owned_by_runs(session) == {import_.import_id}
        bucket.with_name("away").rename(bucket)
        assert working.result(timeout=60).success
        assert owned_by_runs(session) == set()
    assert state(site, import_).status is Status.COMPLETED


def test_a_second_process_leaves_an_import_alone_that_another_works_on(site: Site) -> None:
    import_ = drop(site, "a.csv", a_list(1, 5))
    url = site.settings.database_url
    first, second = (ledger.Ownership(url, import_.import_id, patience=0.2) for _ in range(2))
    first.take()
    first.take()
    with pytest.raises(OutsideTrouble, match="another process works on import 1: this one leaves"):
        second.take()
    assert state(site, import_) == import_
    first.release()
    second.take()
    second.release()


def test_an_owner_whose_session_was_cut_takes_the_import_again_unless_somebody_else_has_it(
    site: Site,
) -> None:
    import_ = drop(site, "a.csv", a_list(1, 5))
    url = site.settings.database_url
    owner, other = (ledger.Ownership(url, import_.import_id, patience=0.2) for _ in range(2))
    with connect(url, autocommit=True) as session:

        def cut() -> None:
            session.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'"
                f" AND classid = {RUN_CLASS} AND pid <> pg_backend_pid()"
            )

        owner.take()
        cut()
        owner.take()
        assert owned_by_runs(session) == {import_.import_id}
        cut()
        other.take()
        with pytest.raises(OutsideTrouble, match="another process works on import 1"):
            owner.take()
        owner.release()
        other.release()


def test_imports_of_another_database_of_the_server_are_not_ours(
    site: Site, postgres: EmbeddedPostgres
) -> None:
    import_ = drop(site, "a.csv", a_list(1, 5))
    with (
        connect(postgres.url, autocommit=True) as elsewhere,
        connect(site.settings.database_url, autocommit=True) as here,
        ledger.hold(elsewhere, import_.import_id),
    ):
        assert ledger.owned_imports(here) == set()


def test_emptying_twice_at_once_is_emptying_once(site: Site) -> None:
    import_ = drop(site, "a.csv", a_list(1, 5))
    run_steps(site, import_, STEPS[:3])
    with ThreadPoolExecutor(2) as pool:
        done = list(
            pool.map(lambda _: truncate_staging(site, import_.partition_key or ""), range(2))
        )
    assert done[0] == done[1]
    assert done[0].status is Status.COMPLETED


def _until_somebody_waits(session: Connection, deadline: int = 2000) -> None:
    """Return as soon as a session of this database waits for an advisory lock."""
    for _ in range(deadline):
        waits = session.execute(
            "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ).fetchone()
        if waits is not None:
            return
        session.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("nobody waits for the lock")
