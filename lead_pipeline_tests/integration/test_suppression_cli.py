"""`lead-pipeline dnc`, typed as people type it."""

import csv
import re
from pathlib import Path
from typing import Any

import pytest

from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.commands import Command, Said
from lead_pipeline_tests.integration.people import imported, leads

LINES = "202,5550101\n202,5550102\n202,1\n202,5550103\n"


@pytest.fixture
def a_list(tmp_path: Path) -> Path:
    path = tmp_path / "dnc.txt"
    path.write_text(LINES, encoding="utf-8")
    return path


class TestLoad:
    def test_it_says_what_it_loaded_and_which_lines_it_could_not_read(
        self, command: Command, a_list: Path
    ) -> None:
        said = command("dnc", "load", a_list, "--list", "FTC", "--kind", "national")
        assert (said.code, said.err) == (3, "")
        assert said.out == (
            "FTC (national), version 1: 3 entries (3 added, 0 removed); "
            "1 of 4 lines could not be read\n"
            "  line 3: no valid phone number: 202,1\n"
        )

    def test_the_same_file_again_changes_nothing_and_says_so(
        self, command: Command, a_list: Path
    ) -> None:
        command("dnc", "load", a_list, "--list", "FTC", "--kind", "national")
        said = command("dnc", "load", a_list, "--list", "FTC")
        assert said == Said(
            0,
            "nothing changes: this file is part of FTC (national), version 1: 3 entries already\n",
            "",
        )

    def test_its_json_is_one_document(self, command: Command, a_list: Path) -> None:
        (facts,) = command(
            "dnc", "load", a_list, "--list", "FTC", "--kind", "national", "--as-of", "2026-01-02",
            "--json",
        ).documents  # fmt: skip
        assert facts.pop("loaded_at")
        assert facts | {"list_id": 0, "version_id": 0} == {
            "list_id": 0, "name": "FTC", "kind": "national", "campaign": None, "version_id": 0,
            "version": 1, "as_of": "2026-01-02T00:00:00+00:00", "entries": 3, "mode": "full",
            "lines": 4, "added": 3, "removed": 0, "rejected": 1, "unchanged": False,
            "first_rejected": [{"line": 3, "reason": "no valid phone number", "text": "202,1"}],
            "leads": [], "suppressed": [], "released": [], "dry_run": False,
        }  # fmt: skip

    def test_all_bad_lines_go_to_a_file_and_the_first_five_are_shown(
        self, command: Command, tmp_path: Path
    ) -> None:
        path, errors = tmp_path / "dnc.csv", tmp_path / "errors.csv"
        path.write_text("phone\n2025550101\n" + "".join(f"{n}\n" for n in range(10, 19)))
        said = command("dnc", "load", path, "--list", "own", "--kind", "internal", "-o", errors)
        assert len(said.out.splitlines()) == 6
        with errors.open(encoding="utf-8") as file:
            header, *rows = csv.reader(file)
        assert header == ["line", "reason", "text"]
        assert rows == [[str(n - 7), "no valid phone number", str(n)] for n in range(10, 19)]

    def test_changes_shrinking_and_campaigns_as_options(
        self, command: Command, tmp_path: Path
    ) -> None:
        path = tmp_path / "dnc.csv"
        path.write_text("phone\n2025550101\n2025550102\n2025550103\n")
        arguments = ("dnc", "load", path, "--list", "solar")
        assert command(*arguments, "--campaign", "Solar 2026").code == 0
        path.write_text("2025550101,D\n2025550102,D\n")
        refused = command(*arguments, "--changes")
        assert (refused.code, refused.out) == (1, "")
        assert "would shrink from 3 to 1 entries" in refused.err
        assert command(*arguments, "--changes", "--shrink").out == (
            "solar (campaign), version 2: 1 entries (0 added, 2 removed)\n"
        )
        assert "load it with --changes" in command(*arguments, "--full").err

    @pytest.mark.parametrize(
        ("arguments", "code", "complaint"),
        [
            (["--kind", "national"], 2, "missing option '--list'"),
            (["--list", "x", "--kind", "federal"], 2, "'federal' is not one of"),
            (["--list", "x", "--as-of", "yesterday"], 2, "does not match the format"),
            (["--list", "x"], 1, "there is no list 'x' yet: say with --kind what it is"),
            (["--list", "opt-outs"], 1, "opt-outs only ever grows"),
        ],
    )
    def test_what_cannot_be_done_is_refused_with_what_can(
        self, command: Command, a_list: Path, arguments: list[str], code: int, complaint: str
    ) -> None:
        said = command("dnc", "load", a_list, *arguments)
        assert (said.code, said.out) == (code, "")
        assert complaint in said.err

    def test_a_file_that_is_not_there_is_told_as_anywhere_else(self, command: Command) -> None:
        said = command("dnc", "load", "missing.csv", "--list", "x", "--kind", "state")
        assert said == Said(1, "", "error: missing.csv: there is no such file\n")

    def test_a_file_that_is_no_list_is_refused(self, command: Command, tmp_path: Path) -> None:
        path = tmp_path / "dnc.csv"
        path.write_text("name,city\nAnn,Rome\n")
        said = command("dnc", "load", path, "--list", "x", "--kind", "state")
        assert said.code == 1
        assert "looks like phone numbers or mail addresses" in said.err


class TestAdd:
    def test_it_says_what_it_took_from_whom(self, command: Command, site: Site) -> None:
        imported(site, "Acme/a.csv", {"name": "Ann", "phone": "202-555-0101"})
        said = command("dnc", "add", "202 555 0101", "BO@example.com", "--reason", "asked")
        assert said == Said(
            0,
            "+12025550101 is opted out; taken from 1 lead, 1 of which cannot be reached any more\n"
            "bo@example.com is opted out; taken from 0 leads\n",
            "",
        )
        assert leads(site, "phones") == [None]

    def test_its_json_is_a_document_a_value(self, command: Command) -> None:
        facts = {"leads": 0, "suppressed": 0}
        assert command("dnc", "add", "2025550101", "bo@example.com", "--json").documents == [
            {"value": "2025550101", "channel": "phone", "key": "+12025550101"} | facts,
            {"value": "bo@example.com", "channel": "email", "key": "bo@example.com"} | facts,
        ]

    def test_a_value_that_is_neither_phone_nor_address_is_refused(self, command: Command) -> None:
        said = command("dnc", "add", "2025550101", "Ann Lee")
        assert (said.code, said.out) == (1, "")
        assert "'Ann Lee' is neither one phone number nor one mail address" in said.err


class TestStatus:
    @pytest.fixture
    def loaded(self, command: Command, a_list: Path) -> Command:
        command("dnc", "load", a_list, "--list", "FTC", "--kind", "national",
                "--as-of", "2026-01-02")  # fmt: skip
        command("dnc", "load", a_list, "--list", "no solar", "--campaign", "Solar")
        return command

    def test_every_list_is_shown_with_version_and_age(self, loaded: Command) -> None:
        said = loaded("dnc", "status")
        shown = [re.split(r"  +", line.strip()) for line in said.out.splitlines()]
        assert shown[0] == ["list", "kind", "version", "entries", "as of", "loaded", "age"]
        assert [row[:4] for row in shown[1:]] == [
            ["FTC", "national", "1", "3"],
            ["no solar", "campaign Solar", "1", "3"],
            ["opt-outs", "internal", "0", "0"],
        ]
        assert shown[1][4] == "2026-01-02"
        assert re.fullmatch(r"\d+ days", shown[1][6])
        assert shown[2][6] == "today"

    def test_its_json_is_a_document_a_list(self, loaded: Command) -> None:
        facts: list[dict[str, Any]] = loaded("dnc", "status", "--json").documents
        assert [(one["name"], one["version"], one["age_days"] > 1) for one in facts] == [
            ("FTC", 1, True), ("no solar", 1, False), ("opt-outs", 0, False),
        ]  # fmt: skip

    def test_it_says_what_is_there_and_judges_nothing(self, loaded: Command) -> None:
        said = loaded("dnc", "status").out + loaded("dnc", "status", "--json").out
        assert "complian" not in said.lower()


def test_without_a_database_the_way_to_start_it_is_told(
    command: Command, a_list: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADS_DATABASE_URL", "postgresql://leads@127.0.0.1:1/leads")
    for arguments in (["status"], ["add", "2025550101"], ["load", a_list, "--list", "x"]):
        said = command("dnc", *arguments)
        assert (said.code, said.out) == (1, "")
        assert "the database does not answer" in said.err
