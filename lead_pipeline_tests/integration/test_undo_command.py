"""`lead-pipeline undo`: it says what will go, asks, and says what it kept and why."""

import io
import sys

import pytest

from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Status
from lead_pipeline_tests.integration.commands import Command, Said, import_dropped
from lead_pipeline_tests.integration.dagster_run import rows, state
from lead_pipeline_tests.integration.people import Person, change, day, imported, leads

ANN: Person = {"name": "Ann Lee", "mail": "ann@example.com", "at": day(2)}
BO: Person = {"name": "Bo Ek", "mail": "bo@example.com", "at": day(2)}
CY: Person = {"name": "Cy Roe", "mail": "cy@example.com", "at": day(2)}
DEE: Person = {"name": "Dee Fox", "mail": "dee@example.com", "at": day(1)}

FORESEEN = """\
import 2 (Bolt/list.csv) has founded 3 leads
  1 of them go, which nothing else has brought
  1 stay, since people have worked on them
  1 stay, since another import brought them too
1 sighting of other leads are taken out of them
  1 of which had updated the lead, which is as before then
"""


class Terminal(io.StringIO):
    """A person at a terminal who types this."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def imports(site: Site) -> Site:
    """Import 2 brings Ann alone, Bo whom Kim calls, Cy who comes again, and it updates Dee."""
    imported(site, "Acme/list.csv", DEE)
    imported(site, "Bolt/list.csv", ANN, BO, CY, DEE | {"city": "Reno", "at": day(2)}, refresh=True)
    imported(site, "Acme/later.csv", CY | {"at": day(3)})
    change(site, "UPDATE leads_master SET status = 'Contacted', assigned_to = 'Kim'"
                 " WHERE full_name = 'Bo Ek'")  # fmt: skip
    return site


def test_it_says_what_it_removed_and_what_it_kept_and_why(imports: Site, command: Command) -> None:
    numbers = dict(leads(imports, "full_name", "lead_id"))
    assert command("undo", 2, "--yes") == Said(
        0,
        "import 2 is undone: 1 lead removed, 1 sighting taken out of other leads, 2 leads kept\n"
        f"  lead {numbers['Bo Ek']}: people have worked on it (status Contacted, assigned to Kim)\n"
        f"  lead {numbers['Cy Roe']}: is of import 3 now (Acme/later.csv)\n"
        "Bolt/list.csv stays in the bucket; to import it again, drop the file again\n",
        "",
    )
    assert sorted(leads(imports, "full_name", "city")) == [
        ("Bo Ek", None), ("Cy Roe", None), ("Dee Fox", None),
    ]  # fmt: skip


def test_its_json_has_every_lead_that_was_kept(imports: Site, command: Command) -> None:
    (document,) = command("undo", "Bolt/list.csv", "--yes", "--json").documents
    kept = document.pop("kept")
    assert document == {"import_id": 2, "founded": 3, "seen": 1, "removed": 1, "feedback": 0}
    told = ("worked_on", "status", "assigned_to", "object_key")
    assert [tuple(one[name] for name in told) for one in kept] == [
        (True, "Contacted", "Kim", "Bolt/list.csv"),
        (False, "New", None, "Acme/later.csv"),
    ]


def test_on_a_terminal_it_tells_what_will_go_and_asks(
    imports: Site, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    said = command("undo", 2)
    assert (said.code, said.out) == (130, "")
    assert said.err.startswith(FORESEEN + "Undo it? [y/N]: ")
    assert rows(imports, "SELECT undone_at FROM lead_sources WHERE import_id = 2") == [
        {"undone_at": None}
    ]
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    said = command("undo", 2)
    assert said.code == 0
    assert said.out.startswith("import 2 is undone: 1 lead removed")


def test_without_a_terminal_it_undoes_nothing_unless_told_so(
    imports: Site, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    said = command("undo", 2)
    assert (said.code, said.out) == (1, "")
    assert said.err == FORESEEN + (
        "error: nothing was undone: say --yes to undo it without being asked\n"
    )
    assert len(leads(imports, "full_name")) == 4


def test_what_cannot_be_undone_is_refused_before_anybody_is_asked(
    site: Site, command: Command
) -> None:
    import_ = imported(site, "Acme/list.csv", ANN)
    assert command("undo", 1, "--yes").code == 0
    assert state(site, import_).status is Status.UNDONE
    assert command("undo", 1) == Said(1, "", "error: import 1 is undone already\n")
    assert command("undo", 7, "--yes").err.startswith("error: no import is called '7'")


def test_the_file_can_be_dropped_and_imported_again(site: Site, command: Command) -> None:
    path = site.settings.home / "list.csv"
    path.write_text("Name,Email\nAnn Lee,ann@example.com\n")
    (dropped,) = command("drop", path, "--json").documents
    first = import_dropped(site, dropped["object_key"])
    assert command("undo", first.import_id, "--yes").code == 0
    assert command("drop", path).code == 0
    again = rows(site, "SELECT import_id, status FROM lead_sources ORDER BY 1")
    assert [(row["import_id"], row["status"]) for row in again] == [(1, "undone"), (2, "waiting")]
