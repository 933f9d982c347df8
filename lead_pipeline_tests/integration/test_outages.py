"""An outage delays and never drops: what the ledger notes when something is unwell."""

import gzip
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from lead_pipeline.database import connect
from lead_pipeline.errors import Killed, OutsideTrouble
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import OUTSIDE_TROUBLE, Status
from lead_pipeline.reading import workbooks
from lead_pipeline.reading.containers import unpack
from lead_pipeline.reading.table import ReadOptions
from lead_pipeline.reading.workbooks import extract_sheets
from lead_pipeline_tests.integration.dagster_run import drop, import_object, state
from lead_pipeline_tests.integration.steps import STEPS, run_steps, tables
from lead_pipeline_tests.unit.reading.files import write_xlsx, xml_rows

SHEET = xml_rows([["Email"], *[["ann@example.com"]] * 9000])
LIST = b"Full Name,Email\nAnn Lee,ann@example.com\n"


@pytest.mark.parametrize(
    ("code", "outage", "told"),
    [
        ("53100", True, "no space left on device"),
        ("57P01", True, "no space left on device"),
        ("58030", True, "no space left on device"),
        ("25006", True, "no space left on device"),
        ("23505", False, "UniqueViolation (23505) at database/statements.py:"),
    ],
)
@pytest.mark.parametrize("status", ["loaded", "normalized", "archived", "completed"])
def test_what_the_database_meets_is_told_apart_in_every_step(
    site: Site, status: str, code: str, outage: bool, told: str
) -> None:
    import_ = drop(site, "list.csv", LIST)
    with connect(site.settings.database_url, autocommit=True) as session:
        session.execute(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION"
            f" 'no space left on device' USING ERRCODE = '{code}'; END $$"
        )
        session.execute(
            f"CREATE TRIGGER fail BEFORE UPDATE ON lead_sources FOR EACH ROW WHEN"
            f" (NEW.status = '{status}' AND OLD.status <> NEW.status) EXECUTE FUNCTION fail()"
        )
        with pytest.raises(Exception, match="no space left"):
            run_steps(site, import_)
        met = state(site, import_)
        assert met.error_code == (OUTSIDE_TROUBLE if outage else "fault")
        assert told in (met.error or "")
        session.execute("DROP FUNCTION fail CASCADE")
    done = run_steps(site, import_)
    assert (done.status, done.error, done.contacts_new) == (Status.COMPLETED, None, 1)


def test_a_session_that_is_cut_in_the_middle_of_a_step_is_noted_as_an_outage(site: Site) -> None:
    import_ = drop(site, "list.csv", LIST)
    with connect(site.settings.database_url, autocommit=True) as session:
        session.execute(
            "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$"
        )
        session.execute(
            "CREATE TRIGGER cut BEFORE UPDATE ON lead_sources FOR EACH ROW WHEN"
            " (NEW.status = 'archived' AND OLD.status <> NEW.status) EXECUTE FUNCTION cut()"
        )
        with pytest.raises(OutsideTrouble):
            run_steps(site, import_)
        met = state(site, import_)
        assert (met.status, met.error_code) == (Status.NORMALIZED, OUTSIDE_TROUBLE)
        session.execute("DROP FUNCTION cut CASCADE")
    assert run_steps(site, import_).status is Status.COMPLETED


def test_a_bucket_that_is_away_delays_and_the_import_is_no_failed_one(site: Site) -> None:
    import_ = drop(site, "list.csv", LIST)
    bucket = Path(site.settings.bucket_url)
    bucket.rename(bucket.with_name("away"))
    with pytest.raises(OutsideTrouble, match="there is no folder"):
        run_steps(site, import_, STEPS[:1])
    met = state(site, import_)
    assert (met.status, met.error_code) == (Status.WAITING, OUTSIDE_TROUBLE)
    bucket.with_name("away").rename(bucket)
    assert run_steps(site, import_).status is Status.COMPLETED


def test_a_step_that_begins_anew_forgets_what_the_one_before_it_met(site: Site) -> None:
    import_ = drop(site, "list.csv", LIST)
    bucket = Path(site.settings.bucket_url)
    bucket.rename(bucket.with_name("away"))
    assert not import_object(site, import_).success
    bucket.with_name("away").rename(bucket)
    with connect(site.settings.database_url, autocommit=True) as session:
        session.execute("ALTER TABLE lead_sources ADD CHECK (status <> 'loaded') NOT VALID")
        with pytest.raises(Exception, match="violates check"):
            run_steps(site, import_)
    met = state(site, import_)
    assert met.error_code == "fault"
    assert (met.error or "").startswith("CheckViolation (23514) at database/")
    assert tables(site, "staging") == []


@pytest.fixture
def full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Temporary files go to a device that has no room."""

    def made(prefix: str, **_: object) -> str:
        folder = tmp_path / f"{prefix}full"
        folder.mkdir()
        for name in ("unpacked", "0.csv"):
            (folder / name).symlink_to("/dev/full")
        return str(folder)

    monkeypatch.setattr(tempfile, "mkdtemp", made)


@pytest.mark.usefixtures("full_disk")
def test_a_disk_that_is_full_when_a_file_is_unpacked_says_nothing_of_the_file(
    tmp_path: Path,
) -> None:
    packed = tmp_path / "list.csv.gz"
    packed.write_bytes(gzip.compress(os.urandom(1 << 20).hex().encode()))
    with ExitStack() as stack, pytest.raises(OutsideTrouble, match="No space left on device"):
        unpack(packed, "gz", ReadOptions(), stack)


@pytest.mark.usefixtures("full_disk")
def test_a_disk_that_is_full_when_a_workbook_is_read_says_nothing_of_the_file(
    tmp_path: Path,
) -> None:
    book = write_xlsx(tmp_path / "list.xlsx", {"S": SHEET})
    with ExitStack() as stack, pytest.raises(OutsideTrouble, match="No space left on device"):
        extract_sheets(book, "xlsx", ReadOptions(), stack)


def test_a_reader_of_workbooks_that_was_killed_is_a_fault_and_no_hostile_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = write_xlsx(tmp_path / "list.xlsx", {"S": SHEET})
    killed = tmp_path / "killed.py"
    killed.write_text("import os\nos.kill(os.getpid(), 9)\n")
    monkeypatch.setattr(workbooks, "_CHILD", killed)
    with ExitStack() as stack, pytest.raises(Killed, match="killed by SIGKILL"):
        extract_sheets(book, "xlsx", ReadOptions(), stack)
