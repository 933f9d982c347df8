"""The commands by which people settle things and look first, typed as people type them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import NO_OUTCOMES
from lead_pipeline_tests.integration.commands import Command, Said
from lead_pipeline_tests.integration.dagster_run import drop, rows
from lead_pipeline_tests.integration.steps import STEPS, run_steps

LIST = (
    "Full Name,Email,Alternate,Pets,Product\n"
    "Ann Lee,ann@example.com,al@example.com,2,solar\n"
    ",,,,\n"
    "Bo Ek,bo@example.com,,,Solar roof\n"
    "Cy Roe,,,1,\n"
)


@pytest.fixture
def a_file(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


class TestMappings:
    def test_none_to_list_says_how_to_settle_one(self, command: Command) -> None:
        said = command("mappings", "list")
        assert said == Said(
            0, "no corrections yet: `lead-pipeline mappings set IMPORT_OR_FILE COLUMN FIELD`\n", ""
        )
        assert command("mappings", "list", "--json") == Said(0, "", "")

    def test_what_is_set_is_listed_and_forgotten(self, command: Command, a_file: Path) -> None:
        said = command("mappings", "set", a_file, "Pets", "comments", "--supplier", "Acme")
        assert said == Said(0, "Pets -> comments, from the next file on\n", "")
        said = command("mappings", "set", a_file, "Alternate", "--extra")
        assert said == Said(0, "Alternate -> (kept in extra), from the next file on\n", "")

        assert command("mappings", "list").out.splitlines() == [
            "anyone: Alternate -> (kept in extra)",
            "    no import has had this header yet",
            "Acme: Pets -> comments",
            "    no import has had this header yet",
        ]
        facts = command("mappings", "list", "--json").documents
        assert [{k: fact[k] for k in ("supplier", "header", "field")} for fact in facts] == [
            {"supplier": "", "header": "Alternate", "field": None},
            {"supplier": "Acme", "header": "Pets", "field": "comments"},
        ]
        assert {len(fact["header_signature"]) for fact in facts} == {16}

        said = command("mappings", "forget", a_file, "Pets", "--supplier", "Acme")
        assert said == Said(0, "Pets is matched by itself again\n", "")
        said = command("mappings", "forget", a_file, "Pets", "--supplier", "Acme")
        assert said == Said(1, "", "error: there is no such correction of 'Pets'\n")

    def test_the_header_may_be_that_of_an_import(self, command: Command, site: Site) -> None:
        import_ = drop(site, "Acme/list.csv", LIST.encode())
        said = command("mappings", "set", import_.import_id, "Pets", "comments")
        assert said == Said(1, "", "error: import 1 was never read, it has no header\n")
        run_steps(site, import_, STEPS[:1])
        for name in ("1", "list.csv", "Acme/list.csv", import_.partition_key):
            assert command("mappings", "set", name, "Pets", "comments").code == 0
        (fact,) = command("mappings", "list", "--json").documents
        assert fact["headers"] == ["Full Name", "Email", "Alternate", "Pets", "Product"]
        assert command("mappings", "list").out == (
            "anyone: Pets -> comments\n    Full Name, Email, Alternate, Pets, Product\n"
        )

    @pytest.mark.parametrize(
        ("arguments", "code", "complaint"),
        [
            (["Pets"], 2, "give either a FIELD or --extra"),
            (["Pets", "city", "--extra"], 2, "give either a FIELD or --extra"),
            (["Dogs", "city"], 1, "the header has no column 'Dogs'; it has Full Name, "),
            (["Pets", "e-mail"], 1, "there is no field 'e-mail': did you mean email?"),
        ],
    )
    def test_what_cannot_be_set_is_refused_with_what_can(
        self, command: Command, a_file: Path, arguments: list[str], code: int, complaint: str
    ) -> None:
        said = command("mappings", "set", a_file, *arguments)
        assert (said.code, said.out) == (code, "")
        assert complaint in said.err
        assert command("mappings", "list", "--json").documents == []

    def test_neither_a_file_nor_an_import_is_refused(self, command: Command) -> None:
        said = command("mappings", "set", "missing.csv", "Pets", "city")
        assert said.code == 1
        assert "no import is called 'missing.csv'" in said.err

    def test_without_a_database_the_way_to_start_it_is_told(
        self, nowhere: Command, a_file: Path
    ) -> None:
        said = nowhere("mappings", "set", a_file, "Pets", "city")
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith("error: the database does not answer: ")
        assert said.err.endswith("(see LEADS_DATABASE_URL)\n")

    def test_a_correction_to_what_is_no_field_any_more_is_marked(
        self, command: Command, site: Site, a_file: Path
    ) -> None:
        command("mappings", "set", a_file, "Pets", "comments")
        with connect(site.settings.database_url) as session:
            session.execute("UPDATE mapping_corrections SET field = 'retired'")
        assert command("mappings", "list").out.startswith(
            "anyone: Pets -> retired  (ignored: there is no such field any more)\n"
        )
        (fact,) = command("mappings", "list", "--json").documents
        assert fact["ignored"] is True
        (problem,) = command("preview", a_file, "--json").documents[0]["file"]["problems"]
        assert (problem["code"], problem["column"]) == ("stale_correction", "Pets")
        assert command("mappings", "forget", a_file, "Pets").code == 0


class TestReading:
    def test_what_is_set_is_listed_and_forgotten(self, command: Command) -> None:
        assert command("reading", "list").out == (
            "nothing is settled: `lead-pipeline reading set SUPPLIER --delimiter ';'`\n"
        )
        said = command("reading", "set", "Acme", "--encoding", "cp1251", "--delimiter", r"\t",
                       "--header-row", 0, "--date-order", "day")  # fmt: skip
        assert said.out == (
            "Acme: encoding 'cp1251', delimiter '\\t', header_row 0, date_order 'day'\n"
        )
        (fact,) = command("reading", "list", "--json").documents
        assert (fact["scope"], fact["name"]) == ("supplier", "Acme")
        assert fact["choices"] == {
            "encoding": "cp1251", "delimiter": "\t", "header_row": 0, "date_order": "day",
        }  # fmt: skip
        listed = command("reading", "list").out
        assert listed.startswith("supplier Acme: ")
        assert "date_order 'day'" in listed

        assert command("reading", "forget", "Acme") == Said(0, "Acme: found out again\n", "")
        assert command("reading", "forget", "Acme") == Said(
            1, "", "error: nothing was settled for 'Acme'\n"
        )

    @pytest.mark.parametrize(
        ("arguments", "code", "complaint"),
        [
            ([], 2, "state at least one of the options"),
            (["--encoding", "utf-9"], 1, "error: there is no encoding 'utf-9'; "),
            (["--profile", "excel"], 1, "error: there is no profile 'excel'; there are "),
            (["--header-row", "-1"], 2, "-1 is not in the range 0<=x<="),
            (["--date-order", "year"], 2, "'year' is not one of 'month', 'day'"),
        ],
    )
    def test_what_cannot_be_settled_is_refused(
        self, command: Command, arguments: list[str], code: int, complaint: str
    ) -> None:
        said = command("reading", "set", "Acme", *arguments)
        assert (said.code, said.out) == (code, "")
        assert complaint in said.err
        assert command("reading", "list", "--json").documents == []

    def test_a_choice_at_dropping_is_listed_with_its_object(
        self, command: Command, a_file: Path
    ) -> None:
        (dropped,) = command(
            "drop", a_file, "--supplier", "Acme", "--encoding", "utf-8", "--json"
        ).documents
        (fact,) = command("reading", "list", "--json").documents
        assert (fact["scope"], fact["name"]) == ("object", dropped["object_key"])
        assert fact["choices"] == {"encoding": "utf-8"}

    def test_a_file_with_an_impossible_choice_is_not_dropped(
        self, command: Command, site: Site, a_file: Path
    ) -> None:
        said = command("drop", a_file, "--encoding", "utf-9")
        assert said.code == 1
        assert "there is no encoding 'utf-9'" in said.err
        assert site.bucket.keys() == set()


class TestPreview:
    def test_its_json_is_one_document_with_everything(self, command: Command, a_file: Path) -> None:
        said = command("preview", a_file, "--json", "--rows", 0)
        (document,) = said.documents
        assert (said.code, said.err) == (3, "")
        assert document["file"] | {"sha256": ""} == {
            "name": "list.csv", "bytes": len(LIST), "sha256": "", "kind": "delimited",
            "encoding": "utf-8", "delimiter": ",", "quote": '"', "header_row": 1, "sheet": None,
            "container": None, "rows": 4, "problems": [],
        }  # fmt: skip
        assert len(document["file"]["sha256"]) == 64
        assert document["profile"] == "generic"
        assert {(c["header"], c["field"]) for c in document["columns"]} >= {
            ("Full Name", "full_name"), ("Email", "email"), ("Pets", None), ("Product", "product"),
        }  # fmt: skip
        assert all({"confidence", "how"} <= c.keys() for c in document["columns"])
        assert document["counts"] == {
            "rows": {"contacts": 2, "rejected": 1, "blank": 1},
            "contacts": NO_OUTCOMES | {"new": 2, "invalid": 1},
        }
        ann, blank, bo, cy = document["rows"]
        assert (ann["row"], ann["outcome"], ann["code"], ann["reason"]) == (
            2,
            "contacts",
            None,
            None,
        )
        assert ann["cells"] == ["Ann Lee", "ann@example.com", "al@example.com", "2", "solar"]
        assert blank | {"row": 3, "outcome": "blank", "cells": [], "contacts": []} == blank
        (contact,) = bo["contacts"]
        assert (contact["outcome"], contact["reason"]) == ("new", None)
        named = ("full_name", "first_name", "last_name", "email", "phone_e164")
        assert [contact["lead"][name] for name in named] == [
            "Bo Ek", "Bo", "Ek", "bo@example.com", None,
        ]  # fmt: skip
        assert (cy["outcome"], cy["code"]) == ("rejected", "not_contactable")
        (contact,) = cy["contacts"]
        assert (contact["outcome"], contact["lead"]["full_name"]) == ("invalid", "Cy Roe")
        assert set(named) <= contact["lead"].keys()

    def test_rows_limits_what_is_shown_and_not_what_is_counted(
        self, command: Command, a_file: Path
    ) -> None:
        (document,) = command("preview", a_file, "--json", "--rows", 1).documents
        assert [row["row"] for row in document["rows"]] == [2]
        assert document["counts"]["rows"] == {"contacts": 2, "rejected": 1, "blank": 1}

    def test_several_files_are_one_document_each_and_a_bad_one_does_not_stop_the_rest(
        self, command: Command, a_file: Path, tmp_path: Path
    ) -> None:
        bad = tmp_path / "bad.csv"
        bad.write_bytes(b"%PDF-1.7\n")
        said = command("preview", bad, a_file, tmp_path / "missing.csv", "--json")
        error, document = said.documents
        assert (error["file"], error["error"]["code"]) == ({"name": "bad.csv"}, "binary")
        assert document["file"]["name"] == "list.csv"
        assert said.code == 1
        binary, missing = map(json.loads, said.err.splitlines())
        assert binary["code"] == "binary"
        assert binary["error"].startswith(f"{bad}: ")
        assert missing == {"error": f"{tmp_path / 'missing.csv'}: there is no such file"}

    def test_it_shows_people_the_columns_the_rows_and_the_counts(
        self, command: Command, a_file: Path
    ) -> None:
        said = command("preview", a_file)
        read = "profile generic, region US, delimited, utf-8, delimiter ',', header in row 1"
        for line in (
            f"list.csv  4 rows, {read}",
            "row 2: contacts",
            "    contact: new: Ann Lee, ann@example.com",
            "row 3: blank",
            "rows: contacts 2, rejected 1, blank 1",
            "contacts: new 2, invalid 1",
        ):
            assert line in said.out.splitlines()
        assert said.code == 3

    def test_a_clean_file_ends_with_0(self, command: Command, tmp_path: Path) -> None:
        path = tmp_path / "clean.csv"
        path.write_text("Full Name,Email\nAnn Lee,ann@example.com\n")
        assert command("preview", path).code == 0

    def test_it_reads_and_maps_as_settled_for_the_supplier(
        self, command: Command, a_file: Path
    ) -> None:
        command("mappings", "set", a_file, "Pets", "comments", "--supplier", "Acme")
        command("reading", "set", "Acme", "--encoding", "cp1251")
        (acme,) = command("preview", a_file, "--json", "--supplier", "Acme").documents
        (other,) = command("preview", a_file, "--json").documents
        assert (acme["file"]["encoding"], other["file"]["encoding"]) == ("cp1251", "utf-8")
        assert (acme["columns"][3]["field"], other["columns"][3]["field"]) == ("comments", None)

    def test_an_option_stands_over_what_was_settled(self, command: Command, a_file: Path) -> None:
        command("reading", "set", "Acme", "--encoding", "cp1251", "--header-row", 1)
        (seen,) = command(
            "preview", a_file, "--json", "--supplier", "Acme", "--encoding", "mac-roman"
        ).documents
        assert (seen["file"]["encoding"], seen["file"]["header_row"]) == ("mac-roman", 1)

    def test_it_needs_no_database(self, nowhere: Command, a_file: Path) -> None:
        said = nowhere("preview", a_file, "--json")
        assert (said.code, len(said.documents)) == (3, 1)

    def test_it_writes_nothing(self, command: Command, site: Site, a_file: Path) -> None:
        command("preview", a_file)
        assert site.bucket.keys() == set()
        assert rows(site, "SELECT * FROM lead_sources") == []

    def test_the_installed_command_prints_the_same(self, tmp_path: Path, a_file: Path) -> None:
        script = Path(sys.executable).with_name("lead-pipeline")
        done = subprocess.run(
            [script, "preview", a_file, "--json"],
            env={"LEADS_HOME": str(tmp_path / "home")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (3, "")
        assert json.loads(done.stdout)["counts"]["rows"]["contacts"] == 2
        assert not (tmp_path / "home").exists()


class TestTags:
    def test_the_leads_of_each_tag_are_counted_with_their_first_rows(
        self, nowhere: Command, a_file: Path
    ) -> None:
        assert nowhere("tags", "test", a_file) == Said(
            0, "solar: 2 leads, first in rows 2, 4\nroofing: 1 lead, first in rows 4\n", ""
        )
        assert nowhere("tags", "test", a_file, "--json").documents == [
            {"tag": "solar", "leads": 2, "rows": [2, 4]},
            {"tag": "roofing", "leads": 1, "rows": [4]},
        ]

    def test_rules_of_a_team_are_tried_before_they_are_used(
        self, nowhere: Command, a_file: Path, tmp_path: Path
    ) -> None:
        rules = tmp_path / "mine.toml"
        rules.write_text('[[rule]]\ntag = "ann"\nfields = ["contact_name"]\npattern = "^ann"\n')
        said = nowhere("tags", "test", a_file, "--rules", rules, "--json")
        assert said.documents == [{"tag": "ann", "leads": 1, "rows": [2]}]

    def test_the_rules_in_the_home_are_those_that_imports_use(
        self, nowhere: Command, site: Site, a_file: Path
    ) -> None:
        (site.settings.home / "tags.toml").write_text("rule = []")
        assert nowhere("tags", "test", a_file).out == "no lead of this file gets a tag\n"

    def test_a_team_that_states_its_area_sees_who_is_out_of_it(
        self, nowhere: Command, tmp_path: Path
    ) -> None:
        path, rules = tmp_path / "list.csv", tmp_path / "mine.toml"
        path.write_text("Email,State\nann@example.com,Texas\nbo@example.com,NY\n")
        rules.write_text('[area]\nstates = ["TX", "OK"]\n')
        assert nowhere("tags", "test", path).out == "no lead of this file gets a tag\n"
        said = nowhere("tags", "test", path, "--rules", rules, "--json")
        assert said.documents == [{"tag": "out_of_area", "leads": 1, "rows": [3]}]

    def test_rules_that_are_none_are_refused_with_the_place(
        self, nowhere: Command, a_file: Path, tmp_path: Path
    ) -> None:
        rules = tmp_path / "mine.toml"
        rules.write_text('[[rule]]\ntag = "x"\nfields = ["city"]\n')
        said = nowhere("tags", "test", a_file, "--rules", rules)
        assert said == Said(
            1, "", "error: Tag rule 1 (x): needs a `pattern`, an `unless` or both\n"
        )

    def test_rules_that_are_not_there_are_told_as_any_missing_file(
        self, nowhere: Command, a_file: Path, tmp_path: Path
    ) -> None:
        rules = tmp_path / "nowhere.toml"
        said = nowhere("tags", "test", a_file, "--rules", rules)
        assert said == Said(1, "", f"error: {rules}: there is no such file\n")

    def test_a_bad_file_is_an_error(self, nowhere: Command, tmp_path: Path) -> None:
        bad = tmp_path / "bad.csv"
        bad.write_bytes(b"")
        said = nowhere("tags", "test", bad)
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith(f"error: {bad}: ")
