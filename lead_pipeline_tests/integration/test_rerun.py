"""Everything may be asked for again, in any state: the end state stays the same."""

import dagster as dg
import pytest

from lead_pipeline import ledger
from lead_pipeline.database import connect
from lead_pipeline.defs import assets
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import NO_OUTCOMES, Import, Status
from lead_pipeline_tests.integration.dagster_run import CHAIN, drop, import_object, rows, state
from lead_pipeline_tests.integration.steps import STEPS, dump, run_steps, tables
from lead_pipeline_tests.making import csv_file

HEADER = ["Full Name", "Email", "Phone", "Pets"]
FILE = csv_file(HEADER, [
    ["Ann Lee", "ann@example.com", "202-555-0101", "2"],
    ["Bo Ek", "", "202-555-0102", ""],
    ["Nobody", "", "", ""],
    ["", "", "", ""],
])  # fmt: skip
OTHER = FILE + b"Cy Roe,cy@example.com,,\n"

NAMES = ["raw_leads", "normalized_leads", "archived_leads", "truncated_staging"]


def completed(site: Site, key: str = "Acme/leads.csv") -> Import:
    import_ = drop(site, key, FILE)
    assert import_object(site, import_).success
    return state(site, import_)


def failures(result: dg.ExecuteInProcessResult) -> list[str]:
    """What the failed steps said."""
    return [
        str(event.step_failure_data.user_failure_data.description)
        for event in result.all_events
        if event.is_step_failure and event.step_failure_data.user_failure_data
    ]


def test_an_import_ends_with_its_counts_its_archive_and_empty_staging(site: Site) -> None:
    import_ = completed(site)
    assert (import_.status, import_.error) == (Status.COMPLETED, None)
    assert import_.row_outcomes == {"contacts": 2, "rejected": 1, "blank": 1}
    assert import_.contact_outcomes == NO_OUTCOMES | {"new": 2, "invalid": 1}
    assert tables(site, "archive", "staging") == [f"archive.{import_.archive_table}"]
    assert import_.archive_table == f"normalized_leads_{import_.hash}"
    assert rows(site, "SELECT * FROM leads") == []


@pytest.mark.parametrize("asset", CHAIN, ids=NAMES)
def test_an_asset_of_a_completed_import_can_be_materialized_again(
    site: Site, asset: dg.AssetsDefinition
) -> None:
    import_ = completed(site)
    before = dump(site)
    assert import_object(site, import_, [asset]).success
    assert dump(site) == before


def test_a_completed_import_can_be_run_again_as_a_whole(site: Site) -> None:
    import_ = completed(site)
    before = dump(site)
    for _ in range(2):
        assert import_object(site, import_).success
    assert dump(site) == before


@pytest.mark.parametrize("done", range(1, 5), ids=NAMES)
def test_a_half_finished_import_goes_on_where_it_stopped(site: Site, done: int) -> None:
    import_ = drop(site, "Acme/leads.csv", FILE)
    assert import_object(site, import_, CHAIN[:done]).success
    assert import_object(site, import_, CHAIN[done:] or CHAIN).success
    whole = state(site, import_)
    assert (whole.status, whole.contacts_new) == (Status.COMPLETED, 2)
    assert tables(site, "archive", "staging") == [f"archive.{whole.archive_table}"]


@pytest.mark.parametrize("done", range(1, 4), ids=NAMES[:3])
def test_a_step_done_twice_leaves_what_it_left_once(site: Site, done: int) -> None:
    import_ = drop(site, "Acme/leads.csv", FILE)
    run_steps(site, import_, STEPS[:done])
    before = contents(site)
    run_steps(site, import_, [STEPS[done - 1]])
    assert contents(site) == before
    assert run_steps(site, import_).status is Status.COMPLETED


def contents(site: Site) -> dict[str, list[str]]:
    """The dump without the ledger, whose times tell when a step was last done."""
    found = dump(site)
    del found["public.lead_sources"]
    return found


def test_loading_again_takes_back_what_was_normalized(site: Site) -> None:
    import_ = drop(site, "Acme/leads.csv", FILE)
    run_steps(site, import_, STEPS[:2])
    again = run_steps(site, import_, STEPS[:1])
    assert (again.status, again.normalized_at, again.contacts_new) == (Status.LOADED, None, None)
    assert run_steps(site, import_).contacts_new == 2


@pytest.mark.parametrize(
    ("asset", "first"),
    [
        (assets.normalized_leads, "raw_leads"),
        (assets.archived_leads, "normalized_leads"),
        (assets.truncated_staging, "archived_leads"),
    ],
    ids=NAMES[1:],
)
def test_an_asset_asked_for_too_early_names_the_one_that_comes_first(
    site: Site, asset: dg.AssetsDefinition, first: str
) -> None:
    import_ = drop(site, "Acme/leads.csv", FILE)
    result = import_object(site, import_, [asset])
    assert not result.success
    (said,) = failures(result)
    assert f"materialize {first} first" in said
    assert state(site, import_).status is Status.WAITING
    assert import_object(site, import_).success


def test_archiving_needs_a_fresh_normalization_after_loading_again(site: Site) -> None:
    import_ = drop(site, "Acme/leads.csv", FILE)
    run_steps(site, import_, STEPS[:2])
    run_steps(site, import_, STEPS[:1])
    (said,) = failures(import_object(site, import_, [assets.archived_leads]))
    assert "materialize normalized_leads first" in said


@pytest.mark.parametrize(
    "change",
    ["DELETE FROM archive.{t} WHERE contact_number = 1",
     "INSERT INTO archive.{t} SELECT * FROM archive.{t}"],
)  # fmt: skip
def test_staging_is_not_emptied_unless_the_archive_holds_every_contact(
    site: Site, change: str
) -> None:
    import_ = drop(site, "Acme/leads.csv", FILE)
    table = run_steps(site, import_, STEPS[:3]).archive_table
    with connect(site.settings.database_url) as session:
        session.execute(change.format(t=table))
    staged = rows(site, "SELECT * FROM leads")
    result = import_object(site, import_, [assets.truncated_staging])
    assert "staging stays as it is" in failures(result)[0]
    assert len(staged) == 3
    assert rows(site, "SELECT * FROM leads") == staged
    assert state(site, import_).status is Status.ARCHIVED


def test_the_same_bytes_under_the_same_name_are_nothing_new(site: Site) -> None:
    completed(site)
    site.bucket.put(site.settings.home / "dropped", "Acme/leads.csv")
    with connect(site.settings.database_url, autocommit=True) as session:
        assert ledger.unknown_versions(session, site.bucket.list()) == []
        assert ledger.register(session, site.bucket.list()) == []


def test_the_same_bytes_under_another_name_are_a_duplicate(site: Site) -> None:
    first = completed(site)
    second = drop(site, "Harbor/again.csv", FILE)
    assert (second.status, second.partition_key) == (Status.DUPLICATE, None)
    assert second.duplicate_of == first.import_id
    assert second.error == "the same bytes as import 1 (Acme/leads.csv), which is completed"
    assert second.completed_at is not None


def test_new_content_under_the_same_name_is_a_new_partition(site: Site) -> None:
    first = completed(site)
    second = drop(site, "Acme/leads.csv", OTHER)
    assert second.status is Status.WAITING
    assert second.partition_key != first.partition_key
    assert import_object(site, second).success
    assert [state(site, i).contacts_callable for i in (first, second)] == [2, 3]
    assert len(tables(site, "archive")) == 2


def test_old_content_that_comes_back_under_its_name_stays_done(site: Site) -> None:
    completed(site)
    drop(site, "Acme/leads.csv", OTHER)
    site.bucket.put(site.settings.home / "dropped", "Acme/leads.csv")
    (site.settings.home / "dropped").write_bytes(FILE)
    site.bucket.put(site.settings.home / "dropped", "Acme/leads.csv")
    with connect(site.settings.database_url, autocommit=True) as session:
        assert ledger.unknown_versions(session, site.bucket.list()) == []


def test_a_failed_import_that_is_materialized_by_hand_completes(site: Site) -> None:
    import_ = drop(site, "Acme/leads.csv", FILE)
    with connect(site.settings.database_url, autocommit=True) as session:
        ledger.end(session, import_.import_id, Status.FAILED, "failed", "given up")
    assert import_object(site, import_).success
    after = state(site, import_)
    assert (after.status, after.error, after.error_code) == (Status.COMPLETED, None, None)
