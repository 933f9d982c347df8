"""Which import is meant by a name that a person types, and what is said where several are."""

from pathlib import Path

import pytest

from lead_pipeline import ledger
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.commands import Command, Said, import_dropped
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.integration.people import Person, imported
from lead_pipeline_tests.integration.steps import run_steps

ANN: Person = {"name": "Ann Lee", "mail": "ann@example.com"}
BO: Person = {"name": "Bo Ek", "mail": "bo@example.com"}


def dropped(site: Site, command: Command, folder: Path, mail: str, *options: str) -> int:
    """Drop `list.csv` as people do, import it, and give its number."""
    path = folder / "list.csv"
    path.write_text(f"Name,Email\nSomebody,{mail}\nNobody,\n")
    (told,) = command("drop", path, "--json", *options).documents
    with connect(site.settings.database_url, autocommit=True) as session:
        known = ledger.of_version(session, told["object_key"], told["version_tag"])
    if known is not None:  # it was undone, and the drop has entered it anew
        return run_steps(site, known).import_id
    return import_dropped(site, told["object_key"]).import_id


def meant(said: Said) -> list[int]:
    return [document["import_id"] for document in said.documents]


def test_the_name_that_was_dropped_is_enough(site: Site, command: Command, tmp_path: Path) -> None:
    number = dropped(site, command, tmp_path, "ann@example.com", "--supplier", "Acme Leads")
    (key,) = site.bucket.keys()
    partition = rows(site, "SELECT partition_key FROM lead_sources")[0]["partition_key"]
    names = ["list.csv", "Acme Leads/list.csv", key, key.rpartition("/")[2], partition, number]
    for name in names:
        assert meant(command("status", name, "--json")) == [number], name
        assert command("errors", name).out.splitlines()[1].startswith("Nobody,")
    for name in ("list", "Acme/list.csv", "st.csv", "%", "list_csv"):
        assert command("status", name).code == 1, name


def test_of_several_the_newest_is_shown_and_stderr_says_so(
    site: Site, command: Command, tmp_path: Path
) -> None:
    dropped(site, command, tmp_path, "ann@example.com")
    dropped(site, command, tmp_path, "bo@example.com", "--supplier", "Acme")
    said = command("status", "list.csv")
    assert "list.csv is 2 imports; this is the newest, 2 (others: 1)\n" in said.err
    assert meant(command("status", "list.csv", "--json")) == [2]
    assert command("errors", "list.csv", "--json").err == ""
    assert meant(command("status", "Acme/list.csv", "--json")) == [2]


def test_what_changes_something_refuses_a_name_that_several_have(
    site: Site, command: Command, tmp_path: Path
) -> None:
    dropped(site, command, tmp_path, "ann@example.com")
    dropped(site, command, tmp_path, "bo@example.com", "--supplier", "Acme")
    mended = tmp_path / "mended.csv"
    command("errors", 2, "-o", mended)
    for words in (["undo", "list.csv", "--yes"], ["retry", "list.csv", mended],
                  ["retire", "--restore", "list.csv"]):  # fmt: skip
        said = command(*words)
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith(
            "error: 'list.csv' may be 2 imports, say which by its number: 2 (Acme/list_"
        )
    assert command("undo", "Acme/list.csv", "--yes").code == 0
    assert [row["status"] for row in rows(site, "SELECT * FROM lead_sources ORDER BY 1")] == [
        "completed", "undone",
    ]  # fmt: skip


def test_a_number_is_never_taken_for_a_name(site: Site, command: Command) -> None:
    imported(site, "Acme/2", ANN)
    imported(site, "Acme/1", BO)
    imported(site, "Bolt/1", BO | {"city": "Reno"})
    assert meant(command("status", "1", "--json")) == [1]
    assert command("undo", "1", "--yes").out.startswith("import 1 is undone")


def test_one_that_was_undone_and_came_again_is_not_in_the_way(
    site: Site, command: Command, tmp_path: Path
) -> None:
    first = dropped(site, command, tmp_path, "ann@example.com")
    assert command("undo", "list.csv", "--yes").code == 0
    assert dropped(site, command, tmp_path, "ann@example.com") != first
    assert command("undo", "list.csv", "--yes").code == 0
    assert meant(command("status", first, "--json")) == [first]


@pytest.mark.parametrize("words", [["status"], ["errors"], ["undo", "--yes"]])
def test_what_nobody_has_is_told_in_one_wording(command: Command, words: list[str]) -> None:
    assert command(*words, "nope.csv") == Said(
        1, "", "error: no import is called 'nope.csv': give its number, file name or partition as "
               "`lead-pipeline status` shows them\n",
    )  # fmt: skip
