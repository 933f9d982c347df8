"""The law of sums: every row and every contact is in exactly one place, or nothing is archived."""

from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lead_pipeline.database import Connection, connect
from lead_pipeline.defs import assets
from lead_pipeline.errors import BadFile, BrokenSum
from lead_pipeline.imports.preview import DryRun
from lead_pipeline.imports.rehearsal import Rehearsal
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.steps import archive_leads
from lead_pipeline.ledger import Import, Status
from lead_pipeline_tests.integration.dagster_run import drop, import_object, rows, state
from lead_pipeline_tests.integration.steps import STEPS, run_steps, tables
from lead_pipeline_tests.making import csv_file

FILE = csv_file(["Full Name", "Email", "Phone"], [
    ["Ann Lee", "ann@example.com", ""],
    ["Bo Ek", "bo@example.com", ""],
    ["Cy Roe", "", ""],
    ["", "", ""],
])  # fmt: skip

# What may go wrong in staging, as SQL in which names stand for the import's tables.
TAMPERING = {
    "a staged row is lost": "DELETE FROM {leads} WHERE row_number = 2",
    "a staged row stands there twice": "INSERT INTO {leads} SELECT * FROM {leads} LIMIT 1",
    "a contact is lost": "DELETE FROM {normalized} WHERE original_lead_id = 2",
    "a contact stands there twice": "INSERT INTO {normalized} SELECT * FROM {normalized} LIMIT 1",
    "an invalid contact is lost": "DELETE FROM {invalid}",
    "a rejected row is lost": "DELETE FROM {rejected}",
    "a row is rejected and has a contact": "INSERT INTO {rejected} (row_number, code, reason, raw,"
    " staged) VALUES (2, 'odd', 'odd', '[]', true)",
    "a contact belongs to no row": "UPDATE {normalized} SET original_lead_id = 99"
    " WHERE original_lead_id = 2",
    "a contact was moved to another row": "UPDATE {normalized} SET original_lead_id = 3",
    "the ledger says another number": "UPDATE lead_sources SET rows_read = rows_read + 1",
}


def tamper(session: Connection, import_: Import, change: str) -> None:
    names = ("leads", "normalized", "invalid", "rejected")
    session.execute(change.format(**{n: f"staging.{n}_{import_.import_id}" for n in names}))


def tamper_when_normalized(site: Site, import_: Import, change: str) -> None:
    """Let the database itself do it, inside the step and unseen by it."""
    names = ("leads", "normalized", "invalid", "rejected")
    body = change.format(**{n: f"staging.{n}_{import_.import_id}" for n in names})
    with connect(site.settings.database_url, autocommit=True) as session:
        session.execute(
            f"CREATE FUNCTION tamper() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" BEGIN {body}; RETURN NULL; END $$"
        )
        session.execute(
            "CREATE TRIGGER tamper AFTER UPDATE OF normalized_at ON lead_sources"
            " FOR EACH ROW WHEN (NEW.normalized_at IS NOT NULL) EXECUTE FUNCTION tamper()"
        )


@pytest.mark.parametrize("change", TAMPERING.values(), ids=TAMPERING.keys())
def test_nothing_is_archived_if(change: str, site: Site) -> None:
    import_ = drop(site, "Acme/leads.csv", FILE)
    run_steps(site, import_, STEPS[:2])
    with connect(site.settings.database_url) as session:
        tamper(session, import_, change)
    with pytest.raises(BrokenSum, match="the law of sums is broken"):
        archive_leads(site, import_.partition_key or "")
    assert tables(site, "archive") == []
    assert rows(site, "SELECT * FROM rejected_leads") == []
    assert rows(site, "SELECT * FROM invalid_contacts") == []


@pytest.mark.parametrize(
    "broken",
    ["a staged row is lost", "a contact is lost", "a contact stands there twice",
     "a rejected row is lost"],
)  # fmt: skip
def test_a_broken_sum_stops_the_run_at_the_check_and_fails_the_import(
    site: Site, broken: str
) -> None:
    import_ = drop(site, "Acme/leads.csv", FILE)
    tamper_when_normalized(site, import_, TAMPERING[broken])
    result = import_object(site, import_)
    assert not result.success
    checks = {check.check_name: check for check in result.get_asset_check_evaluations()}
    check = checks["law_of_sums"]
    assert (check.passed, check.blocking, check.partition) == (False, True, import_.partition_key)
    assert check.metadata["faults"].value
    materialized = {e.asset_key.to_user_string() for e in materializations(result)}
    assert materialized == {"raw_leads", "normalized_leads"}
    after = state(site, import_)
    assert (after.status, after.error_code) == (Status.FAILED, "broken_sum")
    assert after.error is not None
    assert after.error.startswith("the law of sums is broken: ")
    assert tables(site, "archive") == []
    assert tables(site, "staging") == []


def materializations(result: dg.ExecuteInProcessResult) -> list[dg.AssetMaterialization]:
    return [e.materialization for e in result.all_events if e.is_step_materialization]


def test_a_broken_sum_between_check_and_archive_fails_the_import_too(site: Site) -> None:
    import_ = drop(site, "Acme/leads.csv", FILE)
    assert import_object(site, import_, [assets.raw_leads, assets.normalized_leads]).success
    with connect(site.settings.database_url) as session:
        tamper(session, import_, TAMPERING["a contact is lost"])
    assert not import_object(site, import_, [assets.archived_leads]).success
    after = state(site, import_)
    assert (after.status, after.error_code) == (Status.FAILED, "broken_sum")
    assert tables(site, "staging") == []


def test_an_import_whose_sum_was_broken_completes_once_the_fault_is_gone(site: Site) -> None:
    import_ = drop(site, "Acme/leads.csv", FILE)
    tamper_when_normalized(site, import_, TAMPERING["a contact is lost"])
    assert not import_object(site, import_).success
    with connect(site.settings.database_url) as session:
        session.execute("DROP FUNCTION tamper CASCADE")
    assert import_object(site, import_).success
    assert state(site, import_).status is Status.COMPLETED


HEADERS = {
    "a list": ["Full Name", "Email", "Phone", "Note", "Note"],
    "a property export": ["Contact1Name", "Contact1Phone_1", "Contact1Email_1", "Contact2Name",
                          "Contact2Email_1", "PropertyAddress", "RecipientAddress"],
}  # fmt: skip
CELL = st.sampled_from(
    ["", "", "Ann Lee", "ann@example.com", "2025550123", "12", "a,b", 'the "best"', "two\nlines",
     "N/A", "x@", "1 Oak St", "13/04/2026", "\\.", "ä", " ", "\\N", "\x1f"]
)  # fmt: skip


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Files with rows of every outcome: good, invalid, without a contact, blank, ragged."""
    header = draw(st.sampled_from(list(HEADERS.values())))
    width = len(header)
    full = st.lists(CELL, min_size=width, max_size=width)
    ragged = st.lists(CELL, min_size=0, max_size=width + 3)
    blank = st.just([""] * width)
    return csv_file(header, draw(st.lists(st.one_of(full, full, ragged, blank), max_size=12)))


# A fixture for all examples is meant: the imports of one site must not disturb each other.
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files())
def test_any_file_satisfies_the_law_and_does_what_its_preview_said(site: Site, file: bytes) -> None:
    path = site.settings.home / "leads.csv"
    path.write_bytes(file)
    if rows(site, "SELECT FROM lead_sources WHERE version_tag = %s", site.bucket.tag_of(path)):
        return  # an earlier example had the same bytes
    import_ = drop(site, "leads.csv", file)
    preview, fault = _preview_of(path, site)
    if preview is None:
        refused = run_steps(site, import_)
        assert refused.status is Status.REJECTED
        assert (refused.error_code, refused.error) == fault
        return
    done = run_steps(site, import_)
    assert done.status is Status.COMPLETED
    assert preview["counts"] == {"rows": done.row_outcomes, "contacts": done.contact_outcomes}
    assert done.rows_read == sum(done.row_outcomes.values()) == preview["file"]["rows"]
    assert done.contacts_found == sum(done.contact_outcomes.values())
    outcomes = [row["outcome"] for row in preview["rows"]]
    assert {o: outcomes.count(o) for o in done.row_outcomes} == done.row_outcomes
    told = [(r["row"], r["code"], r["reason"]) for r in preview["rows"] if r["code"]]
    kept = rows(site, "SELECT row_number, code, reason FROM rejected_leads WHERE import_id = %s"
                      " ORDER BY 1", done.import_id)  # fmt: skip
    assert [tuple(row.values()) for row in kept] == told
    assert tables(site, "staging") == []


def _preview_of(path: Path, site: Site) -> tuple[dict[str, Any] | None, tuple[str, str] | None]:
    """The dry run of a file, or else the code and the reason of its refusal."""
    with connect(site.settings.database_url, autocommit=True) as session:
        try:
            run = DryRun(path, site.settings, rehearsal=Rehearsal(session))
        except BadFile as error:
            return None, (error.code, str(error))
    return run.head | {"rows": list(run.rows(None)), "counts": run.counts}, None
