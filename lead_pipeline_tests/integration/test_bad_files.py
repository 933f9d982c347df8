"""Files that cannot be imported end as rejected, with code and reason, and leave nothing behind."""

import gzip
from dataclasses import replace
from logging import WARNING
from pathlib import Path

import dagster as dg
import pytest

from lead_pipeline import ledger
from lead_pipeline.bucket import Fetched, FolderBucket
from lead_pipeline.database import connect
from lead_pipeline.defs import import_checks
from lead_pipeline.errors import OutsideTrouble
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.steps import load_raw_leads
from lead_pipeline.ledger import Import, Status
from lead_pipeline_tests.integration.dagster_run import (
    CHAIN,
    drop,
    import_object,
    resource,
    rows,
    state,
)
from lead_pipeline_tests.integration.steps import run_steps, tables

GOOD = b"Full Name,Email\nAnn Lee,ann@example.com\n"
BAD = {
    "empty": b"",
    "header_only": b"Full Name,Email\n",
    "binary": b"%PDF-1.7\n1 0 obj\n",
    "html": b"<!DOCTYPE html><html><body>Please sign in</body></html>",
    "unreadable": b"PK\x03\x04 this is no zip",
    "json": b'[{"email": "ann@example.com"}]',
}


def retries(result: dg.ExecuteInProcessResult) -> int:
    return sum(event.is_step_up_for_retry or event.is_step_restarted for event in result.all_events)


def skipped(result: dg.ExecuteInProcessResult) -> list[str | None]:
    return [event.step_key for event in result.all_events if event.is_step_skipped]


def materialized(result: dg.ExecuteInProcessResult) -> list[dg.AssetKey | None]:
    return [event.asset_key for event in result.all_events if event.is_step_materialization]


def told_by_check(result: dg.ExecuteInProcessResult) -> tuple[object, ...]:
    """The only check that failed: of what, for what, how grave that is, code and reason."""
    (check,) = [check for check in result.get_asset_check_evaluations() if not check.passed]
    return (
        f"{check.asset_key.to_user_string()}:{check.check_name}", check.partition, check.severity,
        check.metadata["code"].value, check.metadata["reason"].value,
    )  # fmt: skip


def not_read(import_: Import) -> tuple[object, ...]:
    """What the check says of an import that is left out."""
    return (
        "raw_leads:file_was_read", import_.partition_key, dg.AssetCheckSeverity.WARN,
        import_.error_code, import_.error,
    )  # fmt: skip


@pytest.mark.parametrize("code", BAD)
def test_a_bad_file_is_rejected_with_its_reason_in_a_run_that_succeeds(
    site: Site, code: str
) -> None:
    import_ = drop(site, "Acme/leads.csv", BAD[code])
    result = import_object(site, import_)
    after = state(site, import_)
    assert result.success
    assert told_by_check(result) == not_read(after)
    assert (materialized(result), retries(result)) == ([], 0)
    assert skipped(result) == ["normalized_leads", "archived_leads", "truncated_staging"]
    assert (after.status, after.error_code) == (Status.REJECTED, code)
    assert after.error
    assert after.completed_at is not None
    assert tables(site, "archive", "staging") == []
    assert rows(site, "SELECT * FROM leads") == []
    assert list((site.settings.home / "tmp").iterdir()) == []


@pytest.mark.parametrize("lines", ["\n\n\n", ",\n ,\n"], ids=["empty", "of commas"])
def test_a_header_above_nothing_but_blank_lines_is_no_list(site: Site, lines: str) -> None:
    import_ = drop(site, "leads.csv", b"Full Name,Email\n" + lines.encode())
    import_object(site, import_)
    after = state(site, import_)
    assert (after.status, after.error_code) == (Status.REJECTED, "header_only")


def test_a_file_over_the_limit_is_rejected_unread(site: Site) -> None:
    import_ = drop(site, "leads.csv", GOOD + b"x" * 2**20)
    small = Site(replace(site.settings, max_file_mb=1), site.bucket)
    import_object(small, import_)
    after = state(site, import_)
    assert (after.status, after.error_code) == (Status.REJECTED, "too_large")
    assert after.error == (
        "the file has 1.0 MB and the limit is 1 MB: split it, or raise LEADS_MAX_FILE_MB"
    )


def test_a_small_file_that_unpacks_to_a_flood_is_rejected(site: Site) -> None:
    import_ = drop(site, "leads.csv.gz", gzip.compress(GOOD + b"a@example.com\n" * 4_000_000, 1))
    small = Site(replace(site.settings, max_file_mb=1), site.bucket)
    import_object(small, import_)
    after = state(site, import_)
    assert (after.status, after.error_code) == (Status.REJECTED, "too_large")
    assert list((site.settings.home / "tmp").iterdir()) == []


def test_a_bad_file_that_is_mended_is_imported_under_the_same_name(site: Site) -> None:
    import_object(site, drop(site, "leads.csv", BAD["header_only"]))
    mended = drop(site, "leads.csv", GOOD)
    assert import_object(site, mended).success
    assert state(site, mended).status is Status.COMPLETED


def test_a_rejected_file_is_rejected_again_when_it_is_asked_for_again(site: Site) -> None:
    import_ = drop(site, "leads.csv", BAD["html"])
    for _ in range(2):
        assert materialized(import_object(site, import_)) == []
        assert state(site, import_).status is Status.REJECTED


def test_a_rejected_file_leaves_nothing_to_do_for_any_later_step(site: Site) -> None:
    import_ = drop(site, "leads.csv", BAD["html"])
    import_object(site, import_)
    for step in CHAIN[1:]:
        result = import_object(site, import_, [step])
        assert (result.success, materialized(result)) == (True, [])
    assert state(site, import_).status is Status.REJECTED


def test_the_log_says_that_a_file_was_not_imported_and_why(site: Site) -> None:
    import_ = drop(site, "leads.csv", BAD["html"])
    with dg.DagsterInstance.ephemeral() as instance:
        result = import_object(site, import_, instance=instance)
        warnings = [e.user_message for e in instance.all_logs(result.run_id) if e.level == WARNING]
    assert warnings == [f"leads.csv: not imported (html): {state(site, import_).error}"]


def test_dagster_shows_no_check_of_a_rejected_file_as_skipped(site: Site) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        import_ = drop(site, "leads.csv", BAD["html"])
        import_object(site, import_, instance=instance)
        found = {
            name: instance.event_log_storage.get_asset_check_execution_history(
                dg.AssetCheckKey(dg.AssetKey(asset), name), limit=5
            )
            for asset, name in (("raw_leads", "file_was_read"), ("normalized_leads", "law_of_sums"))
        }
    assert {
        name: [(r.partition, r.status.value) for r in told] for name, told in found.items()
    } == {
        "file_was_read": [(import_.partition_key, "FAILED")],
        "law_of_sums": [(import_.partition_key, "SUCCEEDED")],
    }


def test_a_check_that_people_materialize_an_asset_with_says_the_same_as_the_step(
    site: Site,
) -> None:
    import_ = drop(site, "leads.csv", GOOD)
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("imports", [import_.partition_key or ""])
        both = dg.materialize(
            [*CHAIN, *import_checks.CHECKS],
            selection=dg.AssetSelection.assets("raw_leads")
            | dg.AssetSelection.checks(import_checks.CHECKS[0]),
            partition_key=import_.partition_key,
            resources={"site": resource(site)},
            instance=instance,
        )
    told = [
        (check.check_name, check.partition, check.passed, check.metadata["rows read"].value)
        for check in both.get_asset_check_evaluations()
    ]
    assert told == [("file_was_read", import_.partition_key, True, 1)] * 2


def test_dagster_does_not_warn_of_a_check_whose_step_was_skipped(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    import_object(site, drop(site, "leads.csv", BAD["html"]))
    assert [r.getMessage() for r in caplog.records if "law_of_sums" in r.getMessage()] == []


def test_a_record_that_cannot_be_read_is_kept_as_it_stood_and_the_rest_goes_on(site: Site) -> None:
    people = b"".join(b"Bo Ek,bo%d@example.com\n" % n for n in range(20))
    import_ = drop(site, "leads.csv", GOOD + people + b"Cy Roe,\n1,2,3\n4, 5 ,6\n")
    done = run_steps(site, import_)
    assert (done.status, done.rows_rejected, done.contacts_new) == (Status.COMPLETED, 3, 21)
    kept = rows(site, "SELECT row_number, code, raw FROM rejected_leads ORDER BY 1")
    assert kept == [
        {"row_number": 23, "code": "not_contactable", "raw": ["Cy Roe", None]},
        {"row_number": 24, "code": "too_many_cells", "raw": "1,2,3"},
        {"row_number": 25, "code": "too_many_cells", "raw": "4, 5 ,6"},
    ]


def bucket_file(site: Site, key: str) -> Path:
    return Path(site.settings.bucket_url) / key


def test_an_object_that_was_replaced_before_it_was_read_is_never_imported_half(site: Site) -> None:
    import_ = drop(site, "leads.csv", GOOD)
    bucket_file(site, "leads.csv").write_bytes(GOOD + b"Bo Ek,bo@example.com\n")
    result = import_object(site, import_)
    after = state(site, import_)
    assert (after.status, after.error_code) == (Status.FAILED, "object_gone")
    assert (result.success, told_by_check(result)) == (True, not_read(after))
    assert "other bytes than those that were listed" in (after.error or "")
    assert tables(site, "archive", "staging") == []
    (replaced,) = seen_now(site)
    assert import_object(site, replaced).success
    assert state(site, replaced).contacts_new == 2


def test_an_object_that_was_deleted_before_it_was_read_ends_with_the_reason(site: Site) -> None:
    import_ = drop(site, "leads.csv", GOOD)
    bucket_file(site, "leads.csv").unlink()
    result = import_object(site, import_)
    after = state(site, import_)
    assert (result.success, told_by_check(result)) == (True, not_read(after))
    assert [e for e in result.all_events if e.is_asset_observation] == []  # nothing was read
    assert (after.status, after.error_code) == (Status.FAILED, "object_gone")
    assert "is not in the bucket any more" in (after.error or "")


def test_an_object_that_comes_back_is_imported_after_all(site: Site) -> None:
    import_ = drop(site, "leads.csv", GOOD)
    bucket_file(site, "leads.csv").unlink()
    import_object(site, import_)
    bucket_file(site, "leads.csv").write_bytes(GOOD)
    (again,) = seen_now(site)
    assert (again.import_id, again.status, again.attempt) == (1, Status.WAITING, 2)
    assert import_object(site, again).success
    assert state(site, again).status is Status.COMPLETED


def seen_now(site: Site) -> list[ledger.Import]:
    """What a look at the bucket enters into the ledger."""
    with connect(site.settings.database_url, autocommit=True) as session:
        return ledger.register(session, ledger.unknown_versions(session, site.bucket.list()))


def test_a_bucket_that_cannot_be_reached_is_trouble_outside_and_tried_again(
    site: Site, tmp_path: Path
) -> None:
    import_ = drop(site, "leads.csv", GOOD)
    partition = import_.partition_key or ""

    class Unwell(FolderBucket):
        def fetch(self, key: str, tag: str, into: Path) -> Fetched:
            raise OutsideTrouble("no route to the bucket")

    with pytest.raises(OutsideTrouble):
        load_raw_leads(Site(site.settings, Unwell(tmp_path)), partition)
    after = state(site, import_)
    assert (after.status, after.error_code) == (Status.WAITING, "outside_trouble")
    assert after.error == "no route to the bucket"
    assert run_steps(site, import_).status is Status.COMPLETED
