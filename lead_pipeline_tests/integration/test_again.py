"""What failed or was rejected comes back: by a plain command, under its name or another."""

from pathlib import Path

import pytest

from lead_pipeline import ledger
from lead_pipeline.database import connect
from lead_pipeline.errors import BrokenSum
from lead_pipeline.imports.ends import settle
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.steps import normalize_leads
from lead_pipeline.ledger import Import, Status
from lead_pipeline_tests.integration.commands import Command, import_dropped
from lead_pipeline_tests.integration.dagster_run import drop, rows, state
from lead_pipeline_tests.integration.steps import STEPS, run_steps, tables

LIST = b"Full Name,Email\nAnn Lee,ann@example.com\n"


@pytest.fixture
def a_list(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes(LIST)
    return path


def end(site: Site, import_: Import, status: Status = Status.FAILED) -> Import:
    """The import as it is given up, wherever it is."""
    with connect(site.settings.database_url, autocommit=True) as session:
        ledger.end(session, import_.import_id, status, "code", "for the test")
    return state(site, import_)


def dropped(command: Command, site: Site, a_list: Path) -> Import:
    """A file that a command has dropped, not imported yet."""
    (one,) = command("drop", a_list, "--supplier", "Acme", "--json").documents
    return import_of(site, one["object_key"])


def import_of(site: Site, key: str) -> Import:
    with connect(site.settings.database_url, autocommit=True) as session:
        ledger.register(session, [one for one in site.bucket.list() if one.key == key])
        (number,) = ledger.find_all(session, key)
        return ledger.get(session, number)


@pytest.mark.parametrize("status", [Status.FAILED, Status.REJECTED])
def test_a_drop_of_the_same_file_names_the_command_that_brings_it_back(
    command: Command, site: Site, a_list: Path, status: Status
) -> None:
    import_ = end(site, dropped(command, site, a_list), status)
    said = command("drop", a_list, "--supplier", "Acme")
    assert (said.code, said.out) == (1, "")
    assert f"it is {status} (for the test): `lead-pipeline again 1`" in said.err
    assert command("again", 1).out.endswith(": its file is read once more\n")
    done = run_steps(site, state(site, import_))
    assert (done.status, done.contacts_new) == (Status.COMPLETED, 1)


def test_what_was_dropped_is_imported_though_its_object_had_gone_when_it_failed(
    command: Command, site: Site, a_list: Path
) -> None:
    import_ = dropped(command, site, a_list)
    stored = Path(site.settings.bucket_url) / import_.object_key
    stored.unlink()
    end(site, import_)
    said = command("drop", a_list, "--supplier", "Acme")
    assert (said.code, said.out) == (0, f"dropped {import_.object_key}\n")
    assert stored.read_bytes() == LIST
    assert run_steps(site, state(site, import_)).status is Status.COMPLETED


@pytest.mark.parametrize("status", [Status.FAILED, Status.REJECTED])
def test_the_same_bytes_under_another_name_are_no_duplicate_of_what_brought_nothing(
    command: Command, site: Site, tmp_path: Path, a_list: Path, status: Status
) -> None:
    end(site, dropped(command, site, a_list), status)
    renamed = a_list.rename(tmp_path / "renamed.csv")
    for supplier in ("Acme", "Bolt"):
        (one,) = command("drop", renamed, "--supplier", supplier, "--json").documents
        done = import_dropped(site, one["object_key"])
        assert (done.status, done.contacts_new) == (Status.COMPLETED, 1)
        command("undo", done.import_id, "--yes")


def test_a_duplicate_of_what_failed_afterwards_keeps_nobody_from_dropping_it_once_more(
    command: Command, site: Site, a_list: Path
) -> None:
    first = drop(site, "Acme/first.csv", LIST)
    assert drop(site, "Bolt/second.csv", LIST).status is Status.DUPLICATE
    end(site, first)
    (one,) = command("drop", a_list, "--json").documents
    assert import_dropped(site, one["object_key"]).status is Status.COMPLETED


def test_in_another_folder_it_has_the_same_partition_and_is_an_import_of_its_own(
    site: Site,
) -> None:
    first = end(site, drop(site, "Acme/list.csv", LIST))
    second = drop(site, "Bolt/list.csv", LIST)
    assert (second.status, second.partition_key) == (Status.WAITING, first.partition_key)
    done = run_steps(site, second)
    assert (done.import_id, done.status) == (second.import_id, Status.COMPLETED)


def test_what_has_come_again_under_another_name_does_not_come_twice(
    command: Command, site: Site
) -> None:
    end(site, drop(site, "Acme/list.csv", LIST))
    run_steps(site, drop(site, "Bolt/renamed.csv", LIST))
    said = command("again", 1)
    assert said.code == 1
    assert "import 1: the same bytes have come again since" in said.err
    assert [row["status"] for row in rows(site, "SELECT status FROM lead_sources")] == [
        "failed", "completed",
    ]  # fmt: skip


def test_an_object_that_was_gone_and_comes_back_when_its_bytes_are_known_is_a_duplicate(
    site: Site,
) -> None:
    first = drop(site, "Acme/list.csv", LIST)
    with connect(site.settings.database_url, autocommit=True) as session:
        ledger.end(session, first.import_id, Status.FAILED, "object_gone", "for the test")
        second = run_steps(site, drop(site, "Bolt/renamed.csv", LIST))
        ledger.register(session, [one for one in site.bucket.list() if "Acme" in one.key])
    after = state(site, first)
    assert (after.status, after.duplicate_of) == (Status.DUPLICATE, second.import_id)


def test_all_that_are_failed_begin_afresh_by_one_command(command: Command, site: Site) -> None:
    imports = [drop(site, f"{n}.csv", LIST + f"Bo,bo{n}@example.com\n".encode()) for n in range(4)]
    for import_ in imports[:2]:
        end(site, import_)
    end(site, imports[2], Status.REJECTED)
    with connect(site.settings.database_url) as session:
        session.execute("UPDATE lead_sources SET faults = 3, outages = 7, attempt = 11")
    said = command("again", "--failed", "--json")
    assert said.code == 0
    assert [one["import_id"] for one in said.documents] == [1, 2]
    found = rows(
        site, "SELECT status, attempt, faults, outages FROM lead_sources ORDER BY import_id"
    )
    assert [tuple(row.values()) for row in found] == [
        ("waiting", 12, 0, 0), ("waiting", 12, 0, 0), ("rejected", 11, 3, 7),
        ("waiting", 11, 3, 7),
    ]  # fmt: skip
    said = command("again", "--failed")
    assert (said.code, said.out, said.err) == (0, "", "no import is failed\n")
    assert command("again", 3, "1.csv").code == 1  # the second is under way: the first began
    assert state(site, imports[2]).status is Status.WAITING
    assert command("again").code == command("again", "--failed", 1).code == 2


@pytest.mark.parametrize("steps", [STEPS[:1], STEPS[:2]], ids=["loaded", "normalized"])
@pytest.mark.parametrize("status", [Status.FAILED, Status.REJECTED])
def test_what_ends_without_leads_leaves_no_rows_and_no_tables(
    site: Site, status: Status, steps: list[object]
) -> None:
    import_ = run_steps(site, drop(site, "list.csv", LIST), STEPS[: len(steps)])
    assert tables(site, "staging")
    end(site, import_, status)
    assert rows(site, "SELECT * FROM leads") == []
    assert tables(site, "staging") == []


def test_a_broken_sum_leaves_nothing_either_and_says_what_was_wrong(site: Site) -> None:
    import_ = run_steps(site, drop(site, "list.csv", LIST), STEPS[:2])
    with connect(site.settings.database_url, autocommit=True) as session:
        settle(session, import_.import_id, BrokenSum("one row is in no place"))
    after = state(site, import_)
    assert (after.status, after.error) == (Status.FAILED, "one row is in no place")
    assert tables(site, "staging") == []
    with pytest.raises(Exception, match="materialize raw_leads first"):
        normalize_leads(site, import_.partition_key or "")


def test_an_object_whose_name_cannot_be_used_is_recorded_as_rejected(
    command: Command, site: Site
) -> None:
    (Path(site.settings.bucket_url) / "back\\slash.csv").write_bytes(LIST)
    with connect(site.settings.database_url, autocommit=True) as session:
        (import_,) = ledger.register(session, site.bucket.list())
        assert ledger.register(session, site.bucket.list()) == []
    assert (import_.status, import_.error_code) == (Status.REJECTED, "bad_name")
    why = "the name of the object cannot be used: it holds a backslash or a NUL; rename it in the"
    said = command("again", 1)
    assert said.code == 1
    assert f"import 1 is rejected: {why} bucket" in said.err
    assert drop(site, "renamed.csv", LIST).status is Status.WAITING
