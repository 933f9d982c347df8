"""Taking an import back: what it created goes, what it changed is restored, the rest is kept."""

import pytest

from lead_pipeline.errors import OperatorError
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.ledger import Import, Status
from lead_pipeline.matching.undo import Undone
from lead_pipeline_tests.integration.dagster_run import drop, state
from lead_pipeline_tests.integration.people import (
    Person,
    a_list,
    change,
    day,
    duplicates,
    from_calls,
    from_meta,
    history,
    imported,
    leads,
    outcomes,
    register,
    told,
    totals,
)
from lead_pipeline_tests.integration.steps import STEPS, run_steps, tables

ANN: Person = {"name": "Ann Lee", "mail": "ann@example.com", "at": day(1)}
BO: Person = {"name": "Bo Ek", "phone": "202-555-0102", "at": day(2)}


def undo(site: Site, import_: Import) -> Undone:
    (undone,) = undo_import(site, import_.import_id)
    return undone


def identities(site: Site) -> list[str]:
    return [value for (value,) in told(site, "SELECT value FROM lead_identities ORDER BY 1")]


def test_what_an_import_created_goes(site: Site) -> None:
    import_ = imported(site, "Acme/list.csv", ANN, BO, ANN | {"phone": "202-555-0103"})
    undone = undo(site, import_)
    assert (undone.founded, undone.seen, undone.removed, undone.kept) == (2, 0, 2, [])
    assert (leads(site, "full_name"), duplicates(site), identities(site)) == ([], [], [])
    assert totals(site) == {}
    after = state(site, import_)
    assert after.status is Status.UNDONE
    assert after.undone_at is not None
    assert outcomes(after) == {"new": 2, "in_file_duplicate": 1}  # what it was, for the record


def test_what_it_updated_is_as_it_was(site: Site) -> None:
    imported(site, "Acme/old.csv", ANN | {"city": "Reno"})
    columns = ("lead_id", "full_name", "city", "emails", "phones", "last_received_at", "created_at")
    before = leads(site, *columns)
    change_ = ANN | {"name": "Ann Roe", "city": "Austin", "phone": "202-555-0101", "at": day(3)}
    refresh = imported(site, "Acme/new.csv", change_, refresh=True)
    assert leads(site, *columns) != before
    undone = undo(site, refresh)
    assert (undone.founded, undone.seen) == (0, 1)
    assert leads(site, *columns) == before
    assert identities(site) == ["ann@example.com"]


def test_a_lead_that_a_later_import_brought_too_is_kept_as_that_ones(site: Site) -> None:
    first = imported(site, "Acme/list.csv", ANN, BO)
    second = imported(site, "Harbor/list.csv", ANN | {"name": "A. Lee", "at": day(5)})
    (number,) = told(site, "SELECT lead_id FROM leads_master WHERE full_name = 'Ann Lee'")
    undone = undo(site, first)
    (kept,) = undone.kept
    assert (kept.lead_id,) == number
    assert (kept.worked_on, kept.import_id) == (False, second.import_id)
    assert (undone.founded, undone.removed) == (2, 1)
    assert leads(site, "full_name", "received_at::date::text") == [("A. Lee", "2026-01-05")]
    assert totals(site) == {"Harbor": 1}
    assert history(site) == duplicates(site) == []
    assert outcomes(state(site, second)) == {"new": 1}


def test_a_lead_that_people_have_worked_on_is_kept_and_listed(site: Site) -> None:
    import_ = imported(site, "Acme/list.csv", ANN, BO)
    change(site, "UPDATE leads_master SET status = 'Contacted', assigned_to = 'Kim'"
                 " WHERE full_name = 'Bo Ek'")  # fmt: skip
    (kept,) = undo(site, import_).kept
    assert (kept.worked_on, kept.status, kept.assigned_to) == (True, "Contacted", "Kim")
    assert kept.object_key == "Acme/list.csv"
    assert leads(site, "full_name", "phones") == [("Bo Ek", ["+12025550102"])]
    assert identities(site) == ["+12025550102"]
    later = imported(site, "Harbor/list.csv", BO | {"at": day(5)})
    assert outcomes(later) == {"cross_source_duplicate": 1}


@pytest.mark.parametrize(
    "work",
    ["status = 'Contacted'", "assigned_to = 'Kim'", "next_followup_at = now()",
     "total_attempts = 1", "is_qualified = true"],
)  # fmt: skip
def test_any_work_keeps_a_lead(site: Site, work: str) -> None:
    import_ = imported(site, "Acme/list.csv", ANN)
    change(site, f"UPDATE leads_master SET {work}")
    assert len(undo(site, import_).kept) == 1


def test_a_history_is_taken_back_with_the_import_that_added_it(site: Site) -> None:
    from_meta(site, "forms.tsv", {"id": "l:1", "name": "Bo Ek", "phone": BO["phone"], "at": day(1)})
    calls = from_calls(site, "calls.csv", {"id": "c-1", "phone": BO["phone"], "at": day(2)})
    undone = undo(site, calls)
    assert (undone.founded, undone.seen) == (0, 1)
    assert history(site) == duplicates(site) == []
    assert totals(site) == {"Meta": 1}


def test_the_history_moves_on_to_the_next_sighting_of_that_source(site: Site) -> None:
    from_meta(site, "forms.tsv", {"id": "l:1", "name": "Bo Ek", "phone": BO["phone"], "at": day(1)})
    calls = [from_calls(site, f"{n}.csv", {"id": f"c-{n}", "phone": BO["phone"], "at": day(n)})
             for n in (2, 3)]  # fmt: skip
    undo(site, calls[0])
    assert history(site) == [("Bo Ek", "Knowlarity", "c-3", "2026-01-03")]
    assert outcomes(state(site, calls[1])) == {"cross_source_duplicate": 1}
    assert totals(site) == {"Meta": 1, "Knowlarity": 1}


def test_two_people_whom_an_import_had_joined_are_two_again(site: Site) -> None:
    imported(site, "Acme/ann.csv", ANN | {"at": day(5)})
    imported(site, "Acme/bo.csv", BO | {"at": day(5)})
    both = ANN | {"phone": BO["phone"], "name": "Ann and Bo", "at": day(1)}
    joined = imported(site, "Acme/both.csv", both)
    assert leads(site, "full_name") == ["Ann and Bo"]
    undo(site, joined)
    assert sorted(leads(site, "full_name")) == ["Ann Lee", "Bo Ek"]
    assert identities(site) == ["+12025550102", "ann@example.com"]


def test_leads_that_people_have_worked_on_are_never_made_one(site: Site) -> None:
    imported(site, "Acme/ann.csv", ANN | {"at": day(5)})
    imported(site, "Acme/bo.csv", BO | {"at": day(5)})
    change(site, "UPDATE leads_master SET status = 'Contacted'")
    before = leads(site, "lead_id")
    imported(site, "Acme/both.csv", ANN | {"phone": BO["phone"], "name": "Both", "at": day(1)})
    assert sorted(leads(site, "lead_id")) == sorted(before)
    assert leads(site, "status") == ["Contacted"] * 2


def test_what_was_undone_may_be_dropped_and_imported_once_more(site: Site) -> None:
    content = a_list(ANN, BO)
    first = run_steps(site, register(site, "Acme/list.csv", content))
    undo(site, first)
    second = run_steps(site, drop(site, "Acme/list.csv", content))
    assert second.import_id != first.import_id
    assert outcomes(second) == {"new": 2}
    assert tables(site, "archive") == [
        f"archive.{second.archive_table}", f"archive.undone_{first.import_id}"
    ]  # fmt: skip


def test_undoing_twice_says_so_and_changes_nothing(site: Site) -> None:
    import_ = imported(site, "Acme/list.csv", ANN)
    undo(site, import_)
    with pytest.raises(OperatorError, match="undone already"):
        undo(site, import_)


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_an_import_that_is_not_archived_brought_nothing_to_undo(site: Site, steps: int) -> None:
    import_ = run_steps(site, register(site, "Acme/list.csv", a_list(ANN)), STEPS[:steps])
    with pytest.raises(OperatorError, match="nothing to undo"):
        undo(site, import_)
    assert outcomes(run_steps(site, import_)) == {"new": 1}


def test_an_archived_import_whose_staging_still_stands_can_be_undone(site: Site) -> None:
    import_ = run_steps(site, register(site, "Acme/list.csv", a_list(ANN)), STEPS[:3])
    undo(site, import_)
    assert tables(site, "staging") == []
    assert run_steps(site, import_, STEPS[3:]).status is Status.UNDONE
    assert leads(site, "full_name") == []


def test_a_failed_undo_changes_nothing(site: Site) -> None:
    import_ = imported(site, "Acme/list.csv", ANN)
    change(site, "ALTER TABLE lead_sources ADD CONSTRAINT stop CHECK (undone_at IS NULL)")
    with pytest.raises(Exception, match="stop"):
        undo(site, import_)
    assert (leads(site, "full_name"), totals(site)) == (["Ann Lee"], {"Acme": 1})
    change(site, "ALTER TABLE lead_sources DROP CONSTRAINT stop")
    assert undo(site, import_).removed == 1
