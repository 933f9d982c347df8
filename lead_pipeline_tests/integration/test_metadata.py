"""What a run tells Dagster: schemas, lineage, counts and names, and never a cell of the file."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import dagster as dg
import pytest

from lead_pipeline.database import connect
from lead_pipeline.fields.catalogue import fields
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import
from lead_pipeline_tests.integration.dagster_run import CHAIN, drop, import_object, rows, state
from lead_pipeline_tests.making import csv_file

FILE = csv_file(["Full Name", "E-mail", "Phone", "Roof age"], [
    ["Quentin Zabriskie", "quentin.zabriskie@example.com", "(202) 555-0147", "eleven"],
    ["Wilhelmina Yost", "wilhelmina at example", "not-a-number-xyz", "twelve"],
    ["", "", "", "thirteen-only"],
    ["Too Many", "too.many@example.com", "202-555-0148", "1", "surplus-cell"],
    *[["Bo Ek", f"bo{n}@example.com", f"202-555-01{n}", "3"] for n in range(10, 20)],
])  # fmt: skip
SECRETS = ["zabriskie", "yost", "555-0147", "5550147", "2025550110", "555-0110", "bo10@", "eleven",
           "thirteen-only", "surplus-cell", "too.many", "wilhelmina", "not-a-number"]  # fmt: skip


@pytest.fixture
def run(site: Site) -> tuple[Site, Import, dg.ExecuteInProcessResult]:
    import_ = drop(site, "Acme/leads.csv", FILE)
    result = import_object(site, import_)
    assert result.success
    return site, state(site, import_), result


Run = tuple[Site, Import, dg.ExecuteInProcessResult]


def of_asset(result: dg.ExecuteInProcessResult, name: str) -> Mapping[str, Any]:
    """The metadata of an asset's only materialization, as plain values."""
    (found,) = [
        event.materialization
        for event in result.all_events
        if event.is_step_materialization and event.asset_key == dg.AssetKey(name)
    ]
    return {key: value.value for key, value in found.metadata.items()}


def test_raw_leads_tell_how_the_file_was_read(run: Run) -> None:
    site, import_, result = run
    told = of_asset(result, "raw_leads")
    expected = {
        "dagster/uri": f"file://{site.settings.bucket_url}/Acme/leads.csv",
        "dagster/partition_row_count": 14,
        "bytes": len(FILE),
        "sha256": import_.sha256,
        "supplier": "Acme",
        "profile": "generic",
        "encoding": "utf-8",
        "rows read": 14,
        "blank rows": 0,
        "columns mapped": 3,
        "columns kept in extra": ["Roof age"],
        "attempt": 1,
    }
    assert {name: told[name] for name in expected} == expected


def test_where_there_is_a_page_the_raw_leads_link_it(site: Site) -> None:
    page = replace(site, settings=replace(site.settings, page_url="https://leads.example.com"))
    result = import_object(page, drop(page, "Acme/leads.csv", FILE))
    assert of_asset(result, "raw_leads")["page"] == "https://leads.example.com/imports/1"


def test_the_bucket_is_observed_with_every_version_that_is_read(run: Run) -> None:
    site, import_, result = run
    (event,) = [e for e in result.all_events if e.is_asset_observation]
    seen = event.asset_observation_data.asset_observation
    assert seen.asset_key == dg.AssetKey("lead_imports")
    assert {name: value.value for name, value in seen.metadata.items()} == {
        "import": import_.import_id,
        "dagster/uri": f"file://{site.settings.bucket_url}/Acme/leads.csv",
        "bytes": len(FILE),
        "sha256": import_.sha256,
        "supplier": "Acme",
    }


def test_the_lineage_leads_from_each_column_back_to_the_header_of_the_file(run: Run) -> None:
    _, _, result = run
    bucket, raw = dg.AssetKey("lead_imports"), dg.AssetKey("raw_leads")
    of_raw = of_asset(result, "raw_leads")["dagster/column_lineage"].deps_by_column
    assert of_raw == {
        "full_name": [dg.TableColumnDep(bucket, "Full Name")],
        "email": [dg.TableColumnDep(bucket, "E-mail")],
        "phone_1": [dg.TableColumnDep(bucket, "Phone")],
    }
    of_normalized = of_asset(result, "normalized_leads")["dagster/column_lineage"].deps_by_column
    assert of_normalized["contact_name"] == [dg.TableColumnDep(raw, "full_name")]
    assert of_normalized["contact_email"] == [dg.TableColumnDep(raw, "email")]
    assert of_normalized["phone_e164"] == [dg.TableColumnDep(raw, "phone_1")]
    known = {dep.column_name for deps in of_normalized.values() for dep in deps}
    assert known <= {"full_name", "email", "phone_1", "extra"} | set(fields())


@pytest.mark.parametrize("name", ["normalized_leads", "archived_leads"])
def test_the_schema_that_is_told_is_that_of_the_table(run: Run, name: str) -> None:
    site, import_, result = run
    told = of_asset(result, name)["dagster/column_schema"]
    columns = rows(
        site,
        "SELECT attname AS name, format_type(atttypid, NULL) AS type FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND attname <> 'import_id'",
        f"archive.{import_.archive_table}",
    )
    long_names = {"timestamptz": "timestamp with time zone"}
    schema = [(c.name, long_names.get(c.type, c.type)) for c in told.columns]
    assert schema == [(c["name"], c["type"]) for c in columns]
    assert [c.name for c in told.columns if not c.description] == []


def test_the_schema_of_staging_is_told_before_any_run(site: Site) -> None:
    schema = CHAIN[0].metadata_by_key[dg.AssetKey("raw_leads")]["dagster/column_schema"]
    columns = rows(
        site,
        "SELECT attname AS name FROM pg_attribute WHERE attrelid = 'leads'::regclass"
        " AND attnum > 0 AND NOT attisdropped",
    )
    assert {c.name for c in schema.columns} == {c["name"] for c in columns}


def test_counts_of_every_outcome_are_told(run: Run) -> None:
    _, import_, result = run
    told = of_asset(result, "archived_leads")
    assert told["dagster/table_name"] == f"archive.{import_.archive_table}"
    assert told["dagster/partition_row_count"] == 11
    counts = {name: told[name] for name in told if name.startswith(("rows: ", "contacts: "))}
    assert counts == {
        "rows: contacts": 11,
        "rows: rejected": 3,
        "rows: blank": 0,
        "contacts: new": 11,
        "contacts: same_source_duplicate": 0,
        "contacts: cross_source_duplicate": 0,
        "contacts: in_file_duplicate": 0,
        "contacts: updated": 0,
        "contacts: suppressed": 0,
        "contacts: invalid": 1,
    }
    assert of_asset(result, "truncated_staging")["import"] == import_.import_id


def test_normalizing_tells_nothing_that_is_not_decided_yet(run: Run) -> None:
    told = of_asset(run[2], "normalized_leads")
    counts = {name: told[name] for name in told if name.startswith(("rows: ", "contacts: "))}
    assert counts == {
        "rows: contacts": 11, "rows: rejected": 3, "rows: blank": 0, "contacts: invalid": 1,
    }  # fmt: skip


def test_what_did_not_become_a_lead_is_counted_by_the_table_that_keeps_it(run: Run) -> None:
    kept = ["rejected_leads", "invalid_contacts", "merge_candidates", "duplicate_leads"]
    told = {name: of_asset(run[2], name) for name in kept}
    assert {name: one["dagster/partition_row_count"] for name, one in told.items()} == {
        "rejected_leads": 3, "invalid_contacts": 1, "merge_candidates": 0, "duplicate_leads": 0,
    }  # fmt: skip
    assert {name: one["dagster/table_name"] for name, one in told.items()} == {n: n for n in kept}


def test_the_master_tells_its_columns_and_how_many_leads_there_are_in_all(run: Run) -> None:
    site, _, result = run
    second = import_object(site, drop(site, "more.csv", csv_file(["Email"], [["cy@example.com"]])))
    assert of_asset(result, "leads_master")["dagster/row_count"] == 11
    told = of_asset(second, "leads_master")
    assert (told["dagster/row_count"], told["dagster/partition_row_count"]) == (12, 1)
    (step,) = (one for one in CHAIN if dg.AssetKey("leads_master") in one.keys)
    schema = step.metadata_by_key[dg.AssetKey("leads_master")]["dagster/column_schema"]
    columns = {c.name: (c.type, c.description) for c in schema.columns}
    assert columns["campaign_name"] == ("text", fields()["campaign_name"].description)
    assert columns["quality_score"][0] == "numeric"
    assert columns["phones"][0] == "text[]"


def checks_of(result: dg.ExecuteInProcessResult) -> dict[str, dg.AssetCheckEvaluation]:
    return {check.check_name: check for check in result.get_asset_check_evaluations()}


def test_every_check_of_an_import_passes_for_a_good_file_and_has_its_partition(run: Run) -> None:
    _, import_, result = run
    checks = checks_of(result)
    assert {name: check.passed for name, check in checks.items()} == {
        "file_was_read": True,
        "law_of_sums": True,
        "most_rows_are_usable": True,
        "contact_columns_are_valid": True,
        "waits_for_nobody": True,
    }
    assert {check.partition for check in checks.values()} == {import_.partition_key}
    sums = {name: value.value for name, value in checks["law_of_sums"].metadata.items()}
    assert (sums["faults"], sums["rows: contacts"]) == ([], 11)


def test_a_file_of_which_most_rows_are_rejected_is_imported_with_a_warning(site: Site) -> None:
    rows = [["Ann Lee", "ann@example.com"], ["Bo Ek", "nowhere"], ["Cy Roe", ""], ["", ""]]
    result = import_object(site, drop(site, "leads.csv", csv_file(["Name", "Email"], rows)))
    check = checks_of(result)["most_rows_are_usable"]
    assert (result.success, check.passed, check.severity) == (
        True, False, dg.AssetCheckSeverity.WARN,
    )  # fmt: skip
    told = {name: value.value for name, value in check.metadata.items()}
    assert told == {"rows rejected": 2, "share": 0.6667}


def test_a_column_of_phones_in_which_nothing_is_valid_is_told_by_its_header(site: Site) -> None:
    rows = [["ann@example.com", "call me"], ["bo@example.com", "12"], ["cy@example.com", "N/A"]]
    import_ = drop(site, "leads.csv", csv_file(["Email", "Phone"], rows))
    check = checks_of(import_object(site, import_))["contact_columns_are_valid"]
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)
    (told,) = check.metadata["columns"].value.items()
    assert told[0] == "Phone"
    assert told[1].startswith("Phone: none of 2 filled cells gave a valid phone (most look like ")
    assert state(site, import_).contact_columns == {
        "email": {"filled": 3, "valid": 3, "shape": None},
        "phone_1": {"filled": 2, "valid": 0, "shape": "AAAA AA"},
    }


def test_no_cell_of_the_file_is_in_any_event_or_log_line(
    site: Site, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        result = import_object(site, drop(site, "Acme/leads.csv", FILE), instance=instance)
        log = instance.all_logs(result.run_id)
    captured = capfd.readouterr()
    told = "\n".join([*map(str, log), captured.out, captured.err, caplog.text]).lower()
    assert "acme/leads.csv" in told
    assert len(log) > 20
    assert [secret for secret in SECRETS if secret in told] == []


def test_no_cell_of_a_file_that_fails_is_told_either(
    site: Site, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    import_ = drop(site, "leads.csv", FILE)
    with dg.DagsterInstance.ephemeral() as instance:
        result = import_object(site, import_, CHAIN[:1], instance)
        # What a bug would do: a table that another step needs is not there any more.
        with connect(site.settings.database_url) as session:
            session.execute(f"DROP TABLE staging.leads_{import_.import_id}")
        failed = import_object(site, import_, CHAIN[1:], instance)
        log = [*instance.all_logs(result.run_id), *instance.all_logs(failed.run_id)]
    assert not failed.success
    captured = capfd.readouterr()
    told = "\n".join([*map(str, log), captured.out, captured.err, caplog.text]).lower()
    assert [secret for secret in SECRETS if secret in told] == []
