"""`lead-pipeline explain`: every sighting of a person, whatever became of it, and why."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline_tests.integration.commands import Command, Said, import_dropped
from lead_pipeline_tests.integration.dagster_run import drop
from lead_pipeline_tests.integration.people import (
    META,
    Person,
    a_list,
    change,
    day,
    from_calls,
    from_meta,
    imported,
    register,
    told,
)
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.making import csv_file

PHONE = "202-555-0123"
ANN: Person = {"name": "ANN LEE", "mail": "Ann@Example.com", "phone": "(202) 555-0123",
               "at": day(1), "city": "new york"}  # fmt: skip


def explained(command: Command, who: object) -> dict[str, Any]:
    said = command("explain", who, "--json")
    assert (said.code, said.err) == (0, "")
    (document,) = said.documents
    return dict(document)


def outcomes(person: dict[str, Any]) -> list[tuple[int, int, str]]:
    """Import, row and outcome of every sighting, in their order."""
    return [(one["import_id"], one["row"], one["outcome"]) for one in person["sightings"]]


def rules(person: dict[str, Any]) -> list[str]:
    return [one["rule"] for one in person["sightings"]]


def test_a_person_is_found_by_phone_mail_or_number_in_any_spelling(
    site: Site, command: Command
) -> None:
    imported(site, "Acme/list.csv", ANN)
    for who in (
        PHONE, "+1 202 555 0123", "(202)5550123", "2025550123", "ann@example.com",
        "ANN@EXAMPLE.COM", " ann@example.com ", "1",
    ):  # fmt: skip
        (lead,) = explained(command, who)["leads"]
        assert (lead["lead_id"], lead["full_name"]) == (1, "Ann Lee"), who


def test_a_mail_is_found_under_the_aliases_of_its_mailbox(site: Site, command: Command) -> None:
    imported(site, "Acme/list.csv", {"name": "Ann", "mail": "ann.lee+solar@gmail.com"})
    assert len(explained(command, "annlee@gmail.com")["leads"]) == 1


def test_an_external_id_of_several_sources_shows_all_their_leads(
    site: Site, command: Command
) -> None:
    from_meta(site, "forms.tsv", {"id": "l:770077", "name": "Ann Lee", "mail": "ann@example.com"})
    imported(site, "Acme/list.csv", {"id": "l:770077", "name": "Bo Ek", "mail": "bo@example.com"})
    imported(site, "Acme/more.csv", {"id": "l:770078", "name": "Cy Roe", "mail": "cy@example.com"})
    found = explained(command, "l:770077")["leads"]
    assert [(lead["full_name"], lead["source"]) for lead in found] == [
        ("Ann Lee", "Meta"),
        ("Bo Ek", "Acme"),
    ]


def test_every_sighting_is_told_with_the_rule_that_applied(site: Site, command: Command) -> None:
    again = {"name": "Ann", "phone": PHONE, "at": day(1, 13)}
    imported(site, "Acme/first.csv", ANN, again)
    imported(site, "Acme/second.csv", ANN | {"phone": "", "at": day(2)})
    from_calls(site, "calls.csv", {"id": "c-1", "phone": PHONE, "at": day(3)})
    imported(site, "Acme/third.csv", ANN | {"city": "Reno", "at": day(4)}, refresh=True)
    person = explained(command, "ann@example.com")
    assert outcomes(person) == [
        (1, 2, "new"),
        (1, 3, "in_file_duplicate"),
        (2, 2, "same_source_duplicate"),
        (3, 2, "cross_source_duplicate"),
        (4, 2, "updated"),
    ]
    known = "known from import 1 row 2"
    refreshed = "it updated the lead, for the file was dropped with --force-refresh"
    assert rules(person) == [
        "founded the lead: nobody with one of its keys was known",
        "the same person as row 2 of the file, by phone +12025550123",
        f"matched by email ann@example.com, {known}: a source that the lead has already",
        f"matched by phone +12025550123, {known}: a source new to the lead, added to its history",
        f"matched by email ann@example.com, {known}: {refreshed}",
    ]
    assert [one["matched_by"] for one in person["sightings"][:3]] == [
        None,
        {"kind": "phone", "value": "+12025550123"},
        {"kind": "email", "value": "ann@example.com"},
    ]
    assert [one["event_time"][:10] for one in person["sightings"]] == [
        "2026-01-01", "2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04",
    ]  # fmt: skip


def test_a_supplier_s_terms_that_made_somebody_no_duplicate_are_told(
    site: Site, command: Command
) -> None:
    imported(site, "Acme/first.csv", ANN)
    command("suppliers", "set", "Bolt", "--scope", "supplier")
    imported(site, "Bolt/first.csv", ANN | {"at": day(2)})
    assert rules(explained(command, PHONE))[1].endswith(
        "it updated the lead, for on the supplier's terms it is no duplicate"
    )


def test_the_key_told_is_the_one_that_was_known_then(site: Site, command: Command) -> None:
    imported(site, "a.csv", {"name": "Ann", "phone_2": PHONE, "at": day(1)})
    both = {"name": "Ann", "phone": "202-555-0199", "phone_2": PHONE}
    imported(site, "b.csv", both | {"at": day(2)})
    imported(site, "c.csv", both | {"at": day(3)})
    matched = [one["matched_by"] for one in explained(command, PHONE)["sightings"][1:]]
    assert [key["value"] for key in matched] == ["+12025550123", "+12025550199"]


def test_the_raw_row_stands_beside_what_was_made_of_it(site: Site, command: Command) -> None:
    imported(site, "Acme/list.csv", ANN)
    (one,) = explained(command, PHONE)["sightings"]
    raw = {cell["column"]: cell["value"] for cell in one["raw"] if cell["value"]}
    assert raw == {
        "Name": "ANN LEE", "Email": "Ann@Example.com", "Phone 1": "(202) 555-0123",
        "Submission Timestamp": day(1), "City": "new york",
    }  # fmt: skip
    changes = {c["column"]: (c["raw"], c["clean"]) for c in one["changes"]}
    assert changes["contact_name"] == ("ANN LEE", "Ann Lee")
    assert changes["contact_phone_1"] == ("(202) 555-0123", "+12025550123")
    assert changes["city"] == ("new york", "New York")
    assert (one["file"], one["row"], one["role"]) == ("Acme/list.csv", 2, "contact")


def test_a_file_is_read_again_as_it_was_read_then(site: Site, command: Command) -> None:
    text = 'Bericht\nName;Mail;Note\nJürgen;j@example.com;"eins\nzwei"\nAnn;ann@example.com;x\n'
    run_steps(site, drop(site, "Acme/list.csv", text.encode("cp1252")))
    command("reading", "set", "Acme", "--encoding", "mac-roman", "--delimiter", ",")
    (one,) = explained(command, "j@example.com")["sightings"]
    assert [cell["value"] for cell in one["raw"]] == ["Jürgen", "j@example.com", "eins\nzwei"]
    (one,) = explained(command, "ann@example.com")["sightings"]
    assert [cell["value"] for cell in one["raw"]] == ["Ann", "ann@example.com", "x"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("forms.ndjson", b'{"email": "bo@example.com"}\n{"email": "ann@example.com", "city": "Reno"}'),
     ("list.csv.gz", gzip.compress(b"email,city\nbo@example.com,\nann@example.com,Reno\n"))],
    ids=["ndjson", "gzip"],
)  # fmt: skip
def test_files_of_every_kind_are_read_again(
    site: Site, command: Command, name: str, content: bytes
) -> None:
    run_steps(site, drop(site, name, content))
    (one,) = explained(command, "ann@example.com")["sightings"]
    assert {cell["column"]: cell["value"] for cell in one["raw"]} == {
        "email": "ann@example.com", "city": "Reno",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "the object is gone from the bucket"),
     (b"Name,Email\nAnn,ann@example.com\n", "the object holds other content now")],
)  # fmt: skip
def test_where_the_object_is_gone_the_archive_is_shown(
    site: Site, command: Command, content: bytes | None, reason: str
) -> None:
    imported(site, "Acme/list.csv", ANN | {"company": "Lee LLC"})
    path = Path(site.settings.bucket_url) / "Acme" / "list.csv"
    path.unlink() if content is None else path.write_bytes(content)
    (one,) = explained(command, PHONE)["sightings"]
    assert (one["raw"], one["changes"], one["raw_missing"]) == (None, None, reason)
    assert one["contact"]["contact_name"] == "Ann Lee"
    shown = command("explain", PHONE).out
    assert f"not to be had: {reason}" in shown
    assert "company: Lee LLC" in shown


def test_supplier_price_and_source_are_told(site: Site, command: Command) -> None:
    command("suppliers", "set", "Acme", "--cost", "2.50")
    imported(site, "Acme/list.csv", ANN)
    (one,) = explained(command, PHONE)["sightings"]
    assert (one["supplier"], one["cost_per_lead"]) == ("Acme", "2.50")
    assert (one["source"], one["source_type"]) == ("Acme", "list")


def test_all_sources_of_a_lead_are_told(site: Site, command: Command) -> None:
    from_meta(site, "forms.tsv", {"id": "l:1", "name": "Ann", "phone": PHONE, "at": day(1)})
    from_calls(site, "calls.csv", {"id": "c-1", "phone": PHONE, "at": day(2)})
    (lead,) = explained(command, PHONE)["leads"]
    assert [(s["source"], s["is_primary"], s["external_id"]) for s in lead["sources"]] == [
        ("Meta", True, "1"),
        ("Knowlarity", False, "c-1"),
    ]
    query = "SELECT source, is_primary FROM lead_source_list WHERE lead_id = 1 ORDER BY received_at"
    assert told(site, query) == [("Meta", True), ("Knowlarity", False)]


def test_two_leads_that_may_be_one_person_are_told_with_who_owns_which_key(
    site: Site, command: Command
) -> None:
    imported(site, "a.csv", {"name": "Ann", "mail": "ann@example.com", "at": day(1)},
             {"name": "Bo", "phone": PHONE, "at": day(1)})  # fmt: skip
    imported(site, "b.csv", {"name": "Ann", "mail": "ann@example.com", "phone": PHONE,
                             "at": day(2)})  # fmt: skip
    person = explained(command, PHONE)
    ann, bo = sorted(person["leads"], key=lambda lead: str(lead["full_name"]))
    assert {(key["value"], key["lead_id"]) for key in ann["keys"]} == {
        ("ann@example.com", ann["lead_id"]),
        ("+12025550123", bo["lead_id"]),
    }
    (maybe,) = ann["possible_duplicates"]
    assert bo["possible_duplicates"] == [maybe]
    assert {maybe["lead_id"], maybe["other_lead_id"]} == {ann["lead_id"], bo["lead_id"]}
    assert maybe["value"] == "+12025550123"
    shown = command("explain", "ann@example.com").out
    why = "import 2 row 2 counts for the one and has the phone +12025550123 of the other"
    assert f"the same as lead {bo['lead_id']}: {why}" in " ".join(shown.split())


class TestDoNotCall:
    def test_somebody_suppressed_is_found_with_channel_list_version_and_age(
        self, site: Site, command: Command, tmp_path: Path
    ) -> None:
        listed = tmp_path / "dnc.txt"
        listed.write_text("202,5550123\n")
        command("dnc", "load", listed, "--list", "FTC", "--kind", "national",
                "--as-of", "2026-01-02")  # fmt: skip
        imported(site, "Acme/list.csv", {"name": "Ann", "phone": PHONE},
                 {"name": "Ann Lee", "phone": PHONE})  # fmt: skip
        person = explained(command, PHONE)
        assert person["leads"] == []
        assert outcomes(person) == [(1, 2, "suppressed"), (1, 3, "suppressed")]
        (rule,) = set(rules(person))
        assert rule.endswith("is on a do-not-call list, so that it was not matched with anybody")
        (hit,) = person["sightings"][0]["do_not_call"]["hits"]
        assert (hit["channel"], hit["value"], hit["list_name"], hit["list_version"]) == (
            "phone", "+12025550123", "FTC", 1,
        )  # fmt: skip
        assert hit["age_days"] > 300
        checked = person["sightings"][0]["do_not_call"]["checked"]
        assert {one["list_name"]: one["hits"] for one in checked} == {"FTC": 2, "opt-outs": 0}
        assert [(one["list_name"], one["since_version"]) for one in person["do_not_call"]] == [
            ("FTC", 1)
        ]

    def test_a_suppressed_row_of_somebody_who_can_be_reached_by_another_is_told(
        self, site: Site, command: Command
    ) -> None:
        command("dnc", "add", PHONE)
        imported(site, "Acme/list.csv", {"name": "Ann", "phone": PHONE},
                 {"name": "Ann Lee", "phone": PHONE, "mail": "ann@example.com"})  # fmt: skip
        for asked in ("ann@example.com", PHONE):
            person = explained(command, asked)
            assert [lead["full_name"] for lead in person["leads"]] == ["Ann Lee"]
            assert outcomes(person) == [(1, 2, "suppressed"), (1, 3, "new")]

    def test_somebody_suppressed_is_found_by_the_external_id_in_the_archive(
        self, site: Site, command: Command
    ) -> None:
        command("dnc", "add", PHONE)
        imported(site, "Acme/list.csv", {"id": "x-91", "name": "Ann", "phone": PHONE})
        assert outcomes(explained(command, "x-91")) == [(1, 2, "suppressed")]

    def test_a_phone_taken_away_from_a_lead_is_told(self, site: Site, command: Command) -> None:
        imported(site, "Acme/list.csv", ANN | {"phone_2": "202-555-0199", "dnc_2": "yes"})
        person = explained(command, "2025550199")
        assert outcomes(person) == [(1, 2, "new")]
        (hit,) = person["sightings"][0]["do_not_call"]["hits"]
        assert (hit["value"], hit["list_name"]) == ("+12025550199", "file flag: dnc")

    def test_an_opt_out_after_the_import_is_told(self, site: Site, command: Command) -> None:
        imported(site, "Acme/list.csv", ANN)
        command("dnc", "add", PHONE, "--reason", "asked on the phone")
        person = explained(command, "ann@example.com")
        (listed,) = person["do_not_call"]
        assert (listed["value"], listed["list_name"], listed["reason"]) == (
            "+12025550123", "opt-outs", "asked on the phone",
        )  # fmt: skip
        assert "asked on the phone" in command("explain", "ann@example.com").out


class TestNoLead:
    def test_an_invalid_contact_is_found_by_what_stands_in_its_row(
        self, site: Site, command: Command
    ) -> None:
        header = ["PropertyAddress", "RecipientAddress", "Contact1Name", "Contact1Phone_1",
                  "Contact1Email_1", "Contact2Name", "Contact2Email_1"]  # fmt: skip
        cells = ["1 Oak St", "", "Ann Lee", "(202) 555-0123", "", "Bo Ek", "bo@example.com"]
        run_steps(site, drop(site, "Acme/homes.csv", csv_file(header, [cells])))
        person = explained(command, PHONE)
        (one,) = person["sightings"]
        assert (one["outcome"], one["rule"]) == ("invalid", "cannot be called: no email")
        assert one["by_text"] is True
        assert one["contact"]["contact_name"] == "Ann Lee"
        assert one["raw"][3] == {"column": "Contact1Phone_1", "value": "(202) 555-0123"}

    def test_a_rejected_row_is_found_by_its_text(self, site: Site, command: Command) -> None:
        text = (
            "Email,Phone,Ref\nann@example.com,,\n"
            'x,1.202.555.0123,ref-00417,bo@example.com,"too, many"\n'
        )
        run_steps(site, drop(site, "Acme/list.csv", text.encode()))
        for who in (PHONE, "bo@example.com", "ref-00417"):
            person = explained(command, who)
            assert outcomes(person) == [(1, 3, "rejected")], who
            (one,) = person["sightings"]
            assert one["by_text"] is True
            assert one["rule"].startswith("rejected: ")
            assert "ref-00417" in str(one["raw"])
            assert "(found by its text only)" in command("explain", who).out

    def test_a_number_is_not_found_inside_longer_ones(self, site: Site, command: Command) -> None:
        text = "Name,Email\n920255501234,\n+4412025550123,\n"
        run_steps(site, drop(site, "Acme/list.csv", text.encode()))
        assert command("explain", PHONE).code == 1

    def test_a_row_that_cannot_be_called_is_told_once_with_its_import_of_mended_rows(
        self, site: Site, command: Command
    ) -> None:
        first = run_steps(
            site, drop(site, "Acme/list.csv", b"Name,Email\nBo,bo@example\nAnn,ann@example.com\n")
        )
        mended = site.settings.home / "mended.csv"
        mended.write_text("Name,Email,_row,_code,_reason\nBo,bo@example.com,2,x,x\n")
        (dropped,) = command("retry", first.import_id, mended, "--json").documents
        import_dropped(site, dropped["object_key"])
        person = explained(command, "bo@example")
        (one,) = [s for s in person["sightings"] if s["import_id"] == first.import_id]
        assert (one["outcome"], one["retried_by"]) == ("invalid", 2)

    def test_somebody_of_an_undone_import_is_found(self, site: Site, command: Command) -> None:
        undo_import(site, imported(site, "Acme/list.csv", ANN | {"id": "x-00017"}).import_id)
        for who in (PHONE, "ann@example.com", "x-00017"):
            person = explained(command, who)
            assert (person["leads"], outcomes(person)) == ([], [(1, 2, "undone")])
            assert rules(person) == ["its import is undone: it counts for nothing"]
            assert person["sightings"][0]["undone_at"]

    def test_a_kept_lead_of_an_undone_import_says_why(self, site: Site, command: Command) -> None:
        import_ = imported(site, "Acme/list.csv", ANN)
        change(site, "UPDATE leads_master SET assigned_to = 'kim'")
        undo_import(site, import_.import_id)
        person = explained(command, PHONE)
        assert outcomes(person) == [(1, 2, "new")]
        assert "the lead kept: people have worked on it" in rules(person)[0]

    def test_nobody_is_an_error_that_says_what_was_looked_for(
        self, site: Site, command: Command
    ) -> None:
        imported(site, "Acme/list.csv", ANN)
        register(site, "Acme/waiting.csv", a_list({"id": "9", "phone": PHONE}, layout=META))
        assert command("explain", "202-555-0177") == Said(
            1, "",
            "error: nobody is known as '202-555-0177' (phone +12025550177, external id "
            "202-555-0177): neither among the leads nor in any archive, rejected rows included; "
            "1 imports are not finished yet\n",
        )  # fmt: skip


def test_people_see_the_lead_and_every_sighting(site: Site, command: Command) -> None:
    imported(site, "Acme/list.csv", ANN | {"company": "[bold]Lee[/bold]"})
    lines = [line.strip() for line in command("explain", PHONE).out.splitlines()]
    for line in (
        "lead 1",
        "person  Ann Lee, +12025550123, ann@example.com",
        "status  New, 0 attempts",
        "source  Acme (list), primary, 2026-01-01 12:00 UTC, import 1",
        "key     phone +12025550123",
        "import 1, row 2, contact: new",
        "rule     founded the lead: nobody with one of its keys was known",
        "from     Acme (list), supplier Acme, cost per lead -",
        "raw      Company: [bold]Lee[/bold]",
        "changed  contact_phone_1: '(202) 555-0123' is +12025550123",
        "checked  opt-outs",
    ):
        assert line in lines
