"""`lead-pipeline drop` as people type it: files, folders, standard input, and what it says next."""

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from lead_pipeline import ledger
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.commands import Command, Said, import_dropped
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.integration.people import Person, imported

ANN: Person = {"name": "Ann Lee", "mail": "ann@example.com"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """As a download folder looks: lists, suppliers, and what is no list."""
    root = tmp_path / "lists"
    for name in ("a.csv", "Acme Leads/b.csv", "Acme Leads/2026/c.csv", "d.csv.part", ".e.csv",
                 ".git/f.csv", "~$g.xlsx", "Thumbs.db"):  # fmt: skip
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Email\n{path.stem.strip('.~$')}@example.com\n")
    (root / "link.csv").symlink_to(root / "a.csv")
    return root


def stems(said: Said) -> list[str]:
    """The keys that were dropped, without their hashes."""
    return [document["object_key"].rpartition("_")[0] for document in said.documents]


def test_of_a_folder_its_lists_are_taken_and_its_folders_name_the_suppliers(
    command: Command, folder: Path
) -> None:
    said = command("drop", folder, "--json")
    assert (said.code, said.err) == (0, "")
    assert sorted(stems(said)) == ["Acme Leads/2026/c", "Acme Leads/b", "a"]


def test_with_a_supplier_the_folders_are_that_suppliers(command: Command, folder: Path) -> None:
    said = command("drop", folder, "--supplier", "Bolt", "--json")
    assert sorted(stems(said)) == ["Bolt/Acme Leads/2026/c", "Bolt/Acme Leads/b", "Bolt/a"]


def test_a_dry_run_of_a_folder_looks_at_each_and_drops_nothing(
    command: Command, site: Site, folder: Path
) -> None:
    said = command("drop", folder, "--dry-run", "--json")
    assert sorted(document["file"]["name"] for document in said.documents) == [
        "a.csv", "b.csv", "c.csv",
    ]  # fmt: skip
    assert site.bucket.keys() == set()


def test_a_folder_without_a_list_is_refused(command: Command, tmp_path: Path) -> None:
    (tmp_path / ".hidden.csv").write_text("Email\n")
    assert command("drop", tmp_path) == Said(
        1, "", f"error: {tmp_path}: there is no file in this folder to drop\n"
    )


def test_a_missing_file_does_not_stop_the_others(command: Command, folder: Path) -> None:
    said = command("drop", "nope.csv", folder / "a.csv", "--json")
    assert (said.code, stems(said)) == (1, ["a"])
    assert json.loads(said.err) == {"error": "nope.csv: there is no such file"}


def typed_in(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))


def test_standard_input_is_dropped_under_the_name_that_is_given(
    command: Command, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed_in(monkeypatch, b"Email\nann@example.com\n")
    said = command("drop", "-", "--name", "list.csv", "--supplier", "Acme", "--json")
    assert stems(said) == ["Acme/list"]
    assert said.documents[0]["file"] == "list.csv"
    assert import_dropped(site, said.documents[0]["object_key"]).rows_contacts == 1


@pytest.mark.parametrize(
    ("words", "content", "code", "complaint"),
    [
        (["-"], b"", 2, "--name goes with -"),
        (["list.csv", "--name", "x.csv"], b"", 2, "--name goes with -"),
        (["-", "--name", "a/b.csv"], b"x", 1, "must be the name of a file, not 'a/b.csv'"),
        (["-", "--name", ""], b"x", 1, "must be the name of a file, not ''"),
        (["-", "--name", "x.csv"], b"", 1, "x.csv: nothing came"),
        (["-", "--name", "x.csv"], b"x" * (2**20 + 1), 1, "x.csv: more came than LEADS_MAX_"),
        (["-", "--name", "x.part"], b"x", 1, "such names are left alone"),
    ],
)  # fmt: skip
def test_standard_input_that_cannot_be_taken_is_refused(
    command: Command, monkeypatch: pytest.MonkeyPatch, words: list[str], content: bytes,
    code: int, complaint: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("LEADS_MAX_FILE_MB", "1")
    typed_in(monkeypatch, content)
    said = command("drop", *words)
    assert (said.code, said.out) == (code, "")
    assert complaint in said.err


def test_a_missing_bucket_is_told_in_one_sentence(
    command: Command, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADS_BUCKET_URL", str(tmp_path / "share"))
    assert command("drop", folder / "a.csv") == Said(
        1, "", f"error: cannot list the bucket: there is no folder {tmp_path / 'share'}; make it, "
               "mount it, or set LEADS_BUCKET_URL to another\n",
    )  # fmt: skip


class TestNextStep:
    """Only people are told what to type next."""

    def test_after_rejected_rows_it_is_how_to_see_them(self, command: Command, site: Site) -> None:
        imported(site, "Acme/list.csv", ANN, {"name": "Nobody"})
        said = command("status", 1)
        assert said.err == "  next: lead-pipeline errors 1 -o rejected.csv\n"
        assert command("status", 1, "--json").err == ""

    def test_then_how_to_bring_them_back(
        self, command: Command, site: Site, tmp_path: Path
    ) -> None:
        imported(site, "Acme/list.csv", ANN, {"name": "Nobody"})
        path = tmp_path / "rejected.csv"
        assert command("errors", 1, "-o", path).err == (
            f"  next: mend {path}, then lead-pipeline retry 1 {path}\n"
        )

    def test_after_a_clean_import_it_is_how_to_see_its_people(
        self, command: Command, site: Site
    ) -> None:
        imported(site, "Acme/list.csv", ANN)
        (table,) = rows(site, "SELECT archive_table FROM lead_sources")
        said = command("status", 1)
        assert said.err == (
            "  next: lead-pipeline psql -c 'SELECT contact_name, emails, phones "
            f"FROM archive.{table['archive_table']}'\n"
        )
        query = said.err.split("'")[1]
        assert [row["emails"] for row in rows(site, query)] == [["ann@example.com"]]

    def test_of_a_duplicate_it_is_the_import_that_has_the_bytes(
        self, command: Command, site: Site, tmp_path: Path
    ) -> None:
        path = tmp_path / "list.csv"
        path.write_text("Email\nann@example.com\n")
        for key in ("one.csv", "two.csv"):
            site.bucket.put(path, key)
        with connect(site.settings.database_url, autocommit=True) as session:
            ledger.register(session, site.bucket.list())
        assert command("status", 2).err == "  next: lead-pipeline status 1\n"

    def test_after_a_look_it_is_the_drop(self, command: Command, tmp_path: Path) -> None:
        path = tmp_path / "my list.csv"
        path.write_text("Email\nann@example.com\n")
        assert command("preview", path).err == f"  next: lead-pipeline drop '{path}'\n"


def test_import_is_a_drop_that_waits(command: Command, site: Site, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Email\nann@example.com\n")

    counted = command("import", path, "--dry-run", "--json")
    waited = command("import", path, "--timeout", 1)

    assert counted.documents[0]["counts"]["contacts"]["new"] == 1
    assert (waited.code, "not done within 1 s" in waited.err) == (1, True)
    assert len(site.bucket.keys()) == 1
