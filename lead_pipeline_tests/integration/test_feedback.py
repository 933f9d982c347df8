"""Feedback makes no leads: it tells what came of them, and who wants to be left alone."""

from typing import Any

import pytest

from lead_pipeline.database import connect
from lead_pipeline.imports.preview import DryRun
from lead_pipeline.imports.rehearsal import Rehearsal
from lead_pipeline.imports.site import Site
from lead_pipeline.leads.changes import change_lead
from lead_pipeline.ledger import Import, Status
from lead_pipeline.matching.proofs import broken_counts
from lead_pipeline_tests.integration.commands import Command, import_dropped
from lead_pipeline_tests.integration.dagster_run import drop, rows
from lead_pipeline_tests.integration.people import day, from_meta, imported, leads, outcomes, told
from lead_pipeline_tests.integration.steps import STEPS, dump, run_steps
from lead_pipeline_tests.making import csv_file

ANN = {"id": "a-1", "name": "Ann Lee", "mail": "ann@example.com", "phone": "202-555-0101",
       "at": day(1)}  # fmt: skip
BO = {"id": "b-2", "name": "Bo Ek", "phone": "202-555-0102", "at": day(2)}

VICIDIAL = """
    call_date phone_number_dialed status user full_name campaign_id vendor_lead_code source_id
    list_id gmt_offset_now phone_code phone_number title first_name middle_initial last_name
    address1 address2 address3 city state province postal_code country_code gender date_of_birth
    alt_phone email security_phrase comments length_in_sec user_group alt_dial rank owner
    lead_id list_name list_description status_name
"""
"""The header of its report of calls, as its source has it."""


@pytest.fixture
def two(site: Site) -> Site:
    """Ann and Bo, who are the leads 1 and 2."""
    imported(site, "Acme/ann.csv", ANN)
    imported(site, "Acme/bo.csv", BO)
    return site


def feedback(site: Site, header: list[str], *said: list[str]) -> Import:
    """A file of feedback, all the way through."""
    content = csv_file(header, said)
    number = len(told(site, "SELECT 1 FROM lead_sources"))
    return run_steps(site, drop(site, f"Dialer/feedback_{number}.csv", content))


def changes(site: Site) -> list[tuple[Any, ...]]:
    return told(
        site,
        "SELECT lead_id, changed_by, field, old_value, new_value FROM lead_changes"
        " ORDER BY change_id",
    )


def test_a_disposition_is_the_status_and_a_call_an_attempt(two: Site) -> None:
    import_ = feedback(
        two,
        ["phone", "call_disposition", "call_date"],
        ["(202) 555-0101", "No Answer", "2026-01-05 10:00"],
        ["(202) 555-0101", "Callback", "2026-01-05 16:00"],
        ["(202) 555-0101", "Busy", "2026-01-05 12:00"],
    )
    assert import_.profile == "feedback"
    assert leads(two, "status", "total_attempts") == [("Callback", 3), ("New", 0)]
    assert changes(two) == [
        (1, "feedback import 3", "status", "New", "Callback"),
        (1, "feedback import 3", "total_attempts", "0", "3"),
    ]


def test_rows_find_their_lead_by_number_id_phone_or_mail(two: Site) -> None:
    import_ = feedback(
        two,
        ["lead_number", "lead_id", "phone", "email", "disposition"],
        ["2", "", "", "", "by number"],
        ["", "a-1", "", "", "by id"],
        ["", "", "202-555-0102", "", "by phone"],
        ["", "", "", "Ann@Example.com", "by mail"],
    )
    assert import_.status is Status.COMPLETED
    assert told(two, "SELECT lead_id, disposition FROM lead_feedback ORDER BY row_number") == [
        (2, "by number"), (1, "by id"), (2, "by phone"), (1, "by mail"),
    ]  # fmt: skip
    assert leads(two, "full_name") == ["Ann Lee", "Bo Ek"]


def test_rows_of_nobody_are_rejected_and_the_law_of_sums_holds(two: Site) -> None:
    import_ = feedback(
        two,
        ["lead_number", "lead_id", "phone", "disposition", "Note"],
        ["1", "", "", "Sold", ""],
        ["77", "", "", "Sold", "who is it"],
        ["", "a-1", "202-555-0102", "Sold", ""],
        ["", "", "", "Sold", ""],
        ["", "zzz", "202-555-0177", "Sold", ""],
        ["", "", "", "", ""],
    )
    assert import_.row_outcomes == {"contacts": 1, "rejected": 4, "blank": 1}
    assert outcomes(import_) == {"updated": 1, "invalid": 4}
    rejected = rows(two, "SELECT row_number, code, reason, raw FROM rejected_leads ORDER BY 1")
    assert [(one["row_number"], one["code"], one["reason"]) for one in rejected] == [
        (3, "no_such_lead", "there is no lead 77"),
        (4, "several_leads", "this may be of the leads 1, 2: say which in lead_number"),
        (5, "no_such_lead", "no number or id of a lead, no valid phone and no email"),
        (6, "no_such_lead", "no lead has this id, phone or email"),
    ]
    assert rejected[0]["raw"] == ["77", None, None, "Sold", "who is it"]
    with connect(two.settings.database_url) as session:
        assert not any(broken_counts(session).values())


def opted_out(site: Site) -> list[tuple[Any, ...]]:
    query = "SELECT row_number, value, received_at::text, said FROM opt_outs_received ORDER BY 1, 2"
    return told(site, query)


def test_a_reply_that_says_stop_opts_the_number_out_when_it_was_received(two: Site) -> None:
    feedback(
        two,
        ["from", "to", "body", "date_received"],
        ["+12025550101", "+12025550190", "Stop.", "2026-01-05T10:00:00Z"],
        ["+12025550102", "+12025550190", "who is this?", "2026-01-05T10:01:00Z"],
    )
    assert opted_out(two) == [(2, "+12025550101", "2026-01-05 10:00:00+00", "Stop.")]
    assert leads(two, "phones", "emails", "total_attempts") == [
        (None, ["ann@example.com"], 0), (["+12025550102"], None, 0),
    ]  # fmt: skip


def test_whoever_says_stop_is_opted_out_though_no_lead_is_found(two: Site) -> None:
    import_ = feedback(two, ["phone", "reply"], ["202-555-0166", "please stop calling"])
    assert outcomes(import_) == {"invalid": 1}
    later = imported(two, "Acme/later.csv", {"name": "Cy Roe", "phone": "202-555-0166"})
    assert outcomes(later) == {"suppressed": 1}


def test_what_we_wrote_is_no_reply(two: Site) -> None:
    feedback(
        two,
        ["from", "to", "body", "direction"],
        ["202-555-0101", "202-555-0190", "Reply STOP to opt out", "outbound-api"],
        ["202-555-0102", "202-555-0190", "stop", "inbound"],
    )
    assert [row[:2] for row in opted_out(two)] == [(3, "+12025550102")]


def test_a_disposition_or_a_column_says_do_not_call_too(two: Site) -> None:
    feedback(
        two,
        ["lead_number", "disposition", "opted_out", "email"],
        ["1", "Do Not Call", "", ""],
        ["2", "Sold", "no", ""],
        ["2", "", "yes", "bo@example.com"],
    )
    assert [(row, value) for row, value, _, _ in opted_out(two)] == [
        (2, "+12025550101"), (4, "+12025550102"), (4, "bo@example.com"),
    ]  # fmt: skip
    assert leads(two, "status", "phones") == [("Do Not Call", None), ("Sold", None)]


def test_nobody_is_called_by_mistake_when_an_id_may_be_of_two(two: Site) -> None:
    other = {"id": "a-1", "name": "Di Fox", "phone": "202-555-0103", "at": day(3)}
    from_meta(two, "Meta/forms.csv", other)
    import_ = feedback(two, ["lead_number", "lead_id", "reply"], ["", "a-1", "UNSUBSCRIBE"])
    assert import_.row_outcomes == {"contacts": 0, "rejected": 1, "blank": 0}
    assert [value for _, value, _, _ in opted_out(two)] == ["+12025550101", "+12025550103"]


def test_returns_are_kept_with_their_reason(two: Site) -> None:
    feedback(
        two,
        ["lead_id", "return_reason", "return_date"],
        ["a-1", "disconnected phone", "2026-01-06"],
        ["b-2", "", "2026-01-06"],
    )
    query = "SELECT lead_id, returned_at::text, reason FROM lead_returns"
    assert told(two, query) == [(1, "2026-01-06 00:00:00+00", "disconnected phone")]
    assert leads(two, "status", "total_attempts") == [("New", 0), ("New", 0)]


def test_a_call_that_two_exports_tell_is_one_attempt(two: Site) -> None:
    header = ["phone", "call_disposition", "call_date"]
    first = ["202-555-0101", "No Answer", "2026-01-05 10:00"]
    feedback(two, header, first, first)
    feedback(two, header, first, ["202-555-0101", "Busy", "2026-01-05 11:00"])
    assert leads(two, "status", "total_attempts") == [("Busy", 2), ("New", 0)]


def test_what_is_older_than_the_last_word_does_not_set_the_status(two: Site) -> None:
    header = ["phone", "call_disposition", "call_date"]
    feedback(two, header, ["202-555-0101", "Sold", "2026-01-09 10:00"])
    feedback(two, header, ["202-555-0101", "Busy", "2026-01-05 10:00"])
    with connect(two.settings.database_url, autocommit=True) as session:
        change_lead(session, 2, "kim", {"status": "Qualified"})
    feedback(two, header, ["202-555-0102", "Busy", "2026-01-05 10:00"])
    assert leads(two, "status", "total_attempts") == [("Sold", 2), ("Qualified", 1)]


def test_an_export_of_vicidial_is_known_by_its_header(two: Site) -> None:
    header = VICIDIAL.split()
    call = {
        "call_date": "2026-01-05 10:00:00", "phone_number_dialed": "2025550101", "status": "DNC",
        "user": "6666", "full_name": "Agent Smith", "campaign_id": "SOLAR", "lead_id": "991",
        "vendor_lead_code": "a-1", "phone_code": "1", "phone_number": "2025550101",
        "first_name": "Ann", "last_name": "Lee", "length_in_sec": "31",
        "status_name": "DO NOT CALL",
    }  # fmt: skip
    import_ = feedback(two, header, [call.get(name, "") for name in header])
    assert (import_.profile, outcomes(import_)) == ("vicidial_calls", {"updated": 1})
    assert leads(two, "status", "total_attempts", "phones")[0] == ("DO NOT CALL", 1, None)


@pytest.mark.parametrize("last", range(len(STEPS)))
def test_each_step_may_run_twice(two: Site, last: int) -> None:
    header = ["phone", "call_disposition", "call_date"]
    content = csv_file(header, [["202-555-0101", "DNC", "2026-01-05 10:00"], ["x", "Busy", ""]])
    import_ = run_steps(two, drop(two, "Dialer/calls.csv", content), STEPS[: last + 1])
    before = dump(two)
    run_steps(two, import_, STEPS[last : last + 1])
    after = dump(two)
    skip = "public.lead_sources"
    assert {k: v for k, v in after.items() if k != skip} == {
        k: v for k, v in before.items() if k != skip
    }


def test_a_preview_tells_what_it_would_do_and_does_nothing(two: Site) -> None:
    path = two.settings.home / "calls.csv"
    path.write_bytes(
        csv_file(
            ["phone", "call_disposition", "call_date"],
            [["202-555-0101", "DNC", "2026-01-05 10:00"], ["202-555-0177", "Busy", ""]],
        )
    )
    before = dump(two)
    with connect(two.settings.database_url, autocommit=True) as session:
        preview = DryRun(path, two.settings, rehearsal=Rehearsal(session))
        found = [(row["outcome"], row["contacts"][0]["reason"]) for row in preview.rows(None)]
    assert found == [
        ("contacts", "lead 1, DNC, an attempt, opts out +12025550101"),
        ("rejected", "no lead has this id, phone or email"),
    ]
    assert preview.counts["rows"] == {"contacts": 1, "rejected": 1, "blank": 0}
    assert {name: n for name, n in preview.counts["contacts"].items() if n} == {
        "updated": 1, "invalid": 1,
    }  # fmt: skip
    assert dump(two) == before


def test_a_preview_without_a_database_makes_no_leads_of_it_either(two: Site) -> None:
    path = two.settings.home / "replies.csv"
    path.write_bytes(csv_file(["phone", "reply"], [["202-555-0101", "yes"]]))
    preview = DryRun(path, two.settings)
    ((row),) = preview.rows(None)
    assert [contact["outcome"] for contact in row["contacts"]] == ["updated"]
    assert {name: n for name, n in preview.counts["contacts"].items() if n} == {"updated": 1}


def test_explain_tells_it_of_the_lead(two: Site, command: Command) -> None:
    feedback(two, ["phone", "reply", "at"], ["202-555-0101", "who is this?", day(5)])
    (document,) = command("explain", "2025550101", "--json").documents
    assert [one["outcome"] for one in document["sightings"]] == ["new", "feedback"]
    assert document["sightings"][1]["rule"].startswith("feedback on the lead")


def test_undo_takes_back_all_but_the_opt_outs(two: Site, command: Command) -> None:
    header = ["lead_number", "disposition", "at", "return_reason", "reply"]
    first = feedback(two, header, ["1", "Busy", "2026-01-05 10:00", "", ""])
    feedback(
        two,
        header,
        ["1", "Sold", "2026-01-06 10:00", "", ""],
        ["2", "", "2026-01-06 11:00", "no such number", "stop"],
    )
    said = command("undo", 4, "--yes")
    assert "2 rows of feedback taken back; who opted out stays so" in said.out
    assert leads(two, "status", "total_attempts", "phones") == [
        ("Busy", 1, ["+12025550101"]), ("New", 0, None),
    ]  # fmt: skip
    assert told(two, "SELECT 1 FROM lead_returns") == []
    assert [value for _, value, _, _ in opted_out(two)] == ["+12025550102"]
    assert changes(two)[-2:] == [
        (1, "undo of feedback import 4", "status", "Sold", "Busy"),
        (1, "undo of feedback import 4", "total_attempts", "2", "1"),
    ]
    assert first.import_id == 3
    assert command("undo", 3, "--yes").code == 0
    assert leads(two, "status", "total_attempts")[0] == ("New", 0)
    with connect(two.settings.database_url) as session:
        assert not any(broken_counts(session).values())


def test_undo_leaves_a_status_that_was_set_since(two: Site, command: Command) -> None:
    header = ["lead_number", "disposition", "at"]
    feedback(two, header, ["1", "Busy", "2026-01-05 10:00"])
    feedback(two, header, ["1", "Sold", "2026-01-06 10:00"])
    assert command("undo", 3, "--yes").code == 0
    assert leads(two, "status", "total_attempts")[0] == ("Sold", 1)
    assert command("undo", 4, "--yes").code == 0
    assert leads(two, "status", "total_attempts")[0] == ("New", 0)


def test_mended_rows_of_feedback_are_feedback(two: Site, command: Command) -> None:
    feedback(two, ["phone", "reply", "Note"], ["202-555-0199", "ok", ""])
    mended = two.settings.home / "mended.csv"
    assert command("errors", 3, "-o", str(mended)).code == 0
    mended.write_text(mended.read_text().replace("202-555-0199", "202-555-0101"))
    (key,) = [one["object_key"] for one in command("retry", 3, str(mended), "--json").documents]
    assert outcomes(import_dropped(two, key)) == {"updated": 1}
    assert told(two, "SELECT import_id, lead_id FROM lead_feedback") == [(4, 1)]
    assert len(command("undo", 3, "--yes", "--json").documents) == 2
    assert told(two, "SELECT 1 FROM lead_feedback") == []
