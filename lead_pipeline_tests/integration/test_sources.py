"""`lead-pipeline sources`, and the summary of a run as platform syncs tell it."""

from typing import Any

from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.commands import Command, Said
from lead_pipeline_tests.integration.dagster_run import drop
from lead_pipeline_tests.integration.people import (
    Person,
    ago,
    day,
    from_calls,
    from_meta,
    imported,
    told,
)
from lead_pipeline_tests.integration.steps import STEPS, run_steps
from lead_pipeline_tests.making import csv_file

PHONE = "202-555-0101"
ANN: Person = {"id": "l:1", "name": "Ann Lee", "phone": PHONE}


def listed(command: Command) -> list[tuple[Any, ...]]:
    names = ("display_name", "source_type", "total_leads_count", "todays_leads_count")
    facts = command("sources", "--json").documents
    return [tuple(fact[name] for name in names) for fact in facts]


def test_none_to_list_says_where_they_come_from(command: Command) -> None:
    assert command("sources") == Said(
        0, "no sources yet: they appear with the files, or `lead-pipeline sources add`\n", ""
    )
    assert command("sources", "--json") == Said(0, "", "")


def test_a_source_appears_with_its_first_file_and_counts_in_total_and_today(
    site: Site, command: Command
) -> None:
    bo = {"id": "l:2", "name": "Bo", "phone": "202-555-0102", "at": ago(seconds=0)}
    from_meta(site, "forms.tsv", ANN | {"at": day(1)}, bo)
    from_calls(site, "calls.csv", {"id": "c-1", "phone": PHONE, "at": day(2)})
    assert listed(command) == [("Meta", "meta_form", 2, 1), ("Knowlarity", "knowlarity_call", 1, 0)]
    assert [line.split() for line in command("sources").out.splitlines()] == [
        ["source", "sub-source", "total", "today"],
        ["Meta", "meta_form", "2", "1"],
        ["Knowlarity", "knowlarity_call", "1", "0"],
    ]


def test_a_source_is_entered_by_hand_once(command: Command) -> None:
    assert command("sources", "add", "Meta", "meta_form").out == "source 1: Meta, meta_form\n"
    assert command("sources", "add", "Meta", "meta_form").out == "source 1: Meta, meta_form\n"
    assert listed(command) == [("Meta", "meta_form", 0, 0)]


def test_a_source_entered_by_hand_is_that_of_the_files(site: Site, command: Command) -> None:
    command("sources", "add", "Meta", "meta_form")
    from_meta(site, "forms.tsv", ANN)
    assert [row[:3] for row in listed(command)] == [("Meta", "meta_form", 1)]


def test_all_sources_of_a_lead_are_one_query(site: Site) -> None:
    from_meta(site, "forms.tsv", ANN | {"at": day(1)})
    from_calls(site, "calls.csv", {"id": "c-1", "phone": PHONE, "at": day(3)})
    imported(site, "Acme/list.csv", {"phone": PHONE, "at": day(2)})
    query = (
        "SELECT source, source_type, is_primary, external_id, received_at::date::text, import_id"
        " FROM lead_source_list WHERE lead_id = %s ORDER BY received_at"
    )
    assert told(site, query, 1) == [
        ("Meta", "meta_form", True, "1", "2026-01-01", 1),
        ("Acme", "list", False, None, "2026-01-02", 3),
        ("Knowlarity", "knowlarity_call", False, "c-1", "2026-01-03", 2),
    ]


class TestRunSummary:
    def test_a_run_tells_new_same_source_cross_source_skipped_without_phone_and_errors(
        self, site: Site, command: Command
    ) -> None:
        from_meta(site, "forms.tsv", ANN | {"at": day(1)})
        from_calls(site, "monday.csv", {"id": "c-1", "phone": "202-555-0102", "at": day(1)})
        from_calls(
            site, "tuesday.csv",
            {"id": "c-2", "phone": "202-555-0103", "at": day(2)},
            {"id": "c-3", "phone": "202-555-0104", "at": day(2)},
            {"id": "c-4", "phone": "202-555-0104", "at": day(2)},
            {"id": "c-5", "phone": "202-555-0102", "at": day(2)},
            {"id": "c-6", "phone": PHONE, "at": day(2)},
            {"id": "c-7", "phone": "", "at": day(2)},
            {"id": "c-8", "phone": "anonymous", "at": day(2)},
        )  # fmt: skip
        (facts,) = command("status", "tuesday.csv", "--json").documents
        assert facts["summary"] == {
            "new": 2,
            "same_source": 2,  # one of them in an earlier row of the file
            "cross_source": 1,
            "skipped_without_phone": 1,
            "errors": 1,
        }
        assert (
            "summary     new 2, same source 2, cross source 1, skipped without phone 1, errors 1"
            in command("status", "tuesday.csv").out
        )

    def test_where_a_mail_will_do_nobody_is_skipped_for_a_phone(
        self, site: Site, command: Command
    ) -> None:
        lines = [["Ann", "ann@example.com", ""], ["Bo", "", ""]]
        run_steps(site, drop(site, "list.csv", csv_file(["Name", "Email", "Phone"], lines)))
        (facts,) = command("status", 1, "--json").documents
        assert (facts["summary"]["skipped_without_phone"], facts["summary"]["errors"]) == (0, 1)

    def test_there_is_none_before_the_import_is_decided(self, site: Site, command: Command) -> None:
        lines = [["Ann", "ann@example.com"]]
        import_ = drop(site, "list.csv", csv_file(["Name", "Email"], lines))
        run_steps(site, import_, STEPS[:2])
        (facts,) = command("status", "--json").documents
        assert (facts["summary"], facts["rows_retried"]) == (None, None)
        assert "summary" not in command("status", 1).out
