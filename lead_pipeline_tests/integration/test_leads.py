"""Leads as people work with them: found by what is known of them, changed, and never lost by it."""

import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lead_pipeline.database import connect
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.leads.changes import ChangedMeanwhile, NoSuchLead, change_lead, changes_of
from lead_pipeline.leads.search import Filters, search
from lead_pipeline.matching import merges
from lead_pipeline.suppression.opt_outs import opt_out
from lead_pipeline_tests.integration.commands import Command
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.integration.lead_state import broken_laws
from lead_pipeline_tests.integration.people import change, day, from_meta, imported

ANN = {"name": "Ann-Marie O'Neil", "mail": "ann@example.com", "phone": "202-555-0101", "at": day(1)}
JOSE = {"name": "José Pérez", "mail": "jose@example.com", "phone": "202-555-0102", "at": day(2)}
RUTH = {"name": "רות לוי", "mail": "ruth@example.com", "at": day(3), "id": "r-17"}
TOM = {"name": "TOM  Lee", "phone": "202-555-0104", "at": day(4)}
NAMELESS = {"mail": "x@example.com", "at": day(5)}


def found(site: Site, text: str = "", before: int | None = None, most: int = 50, **said: Any) -> (
    list[int]
):  # fmt: skip
    """The numbers of the leads that are found, in their order."""
    with connect(site.settings.database_url, autocommit=True) as session:
        shown = search(
            session, text, Filters(**said), site.settings, before=before, most=most
        )  # fmt: skip
    return [one["lead_id"] for one in shown]


def changed(site: Site, lead_id: int, who: str = "ann", seen: str | None = None, **said: Any) -> (
    dict[str, Any]
):  # fmt: skip
    with connect(site.settings.database_url, autocommit=True) as session:
        return change_lead(session, lead_id, who, said, seen)


def noted(site: Site, lead_id: int) -> list[tuple[Any, ...]]:
    """Who changed what of a lead, from what to what, the first change first."""
    with connect(site.settings.database_url) as session:
        names = ("changed_by", "field", "old_value", "new_value")
        return [tuple(one[n] for n in names) for one in changes_of(session, [lead_id])][::-1]


@pytest.fixture
def people(site: Site) -> Site:
    """Five leads of five imports, each numbered as above from 1."""
    for number, person in enumerate((ANN, JOSE, RUTH, TOM, NAMELESS), start=1):
        imported(site, f"Acme/list{number}.csv", person)
    return site


def test_a_lead_is_found_by_what_is_somebodys_own(people: Site) -> None:
    for text, expected in {
        "(202) 555-0101": [1], "+1 202 555 0102": [2], "JOSE@example.com": [2], "r-17": [3],
        "4": [4], "nobody@example.com": [], "999": [],
    }.items():  # fmt: skip
        assert found(people, text) == expected, text


def test_a_name_is_found_by_its_words_and_how_they_begin(people: Site) -> None:
    for text, expected in {
        "perez": [2], "PÉREZ josé": [2], "josé per": [2], "jos perez": [], "erez": [],
        "o'neil": [1], "oneil": [1], "marie": [1], "ann-marie": [1],
        "רות": [3], "לוי": [3], "lee": [4], "lee to": [4],
        "'": [], "\\": [], "':* | 'ann": [], "& ! <->": [], "x" * 5000: [],
    }.items():  # fmt: skip
        assert found(people, text) == expected, text


def test_a_name_of_one_endless_word_is_a_lead_like_any_other(site: Site) -> None:
    imported(site, "Acme/list.csv", {"name": "é" * 3000, "mail": "e@example.com"})
    assert found(site, "e" * 20) == [1]


def test_filters_are_each_and_together(people: Site) -> None:
    from_meta(people, "forms.csv", {"name": "Uma Roy", "mail": "uma@example.com", "at": day(9)})
    with connect(people.settings.database_url, autocommit=True) as session:
        opt_out(session, ["x@example.com"], None, people.settings)
    changed(people, 2, status="Called", assigned_to="Bo")
    assert found(people, source="Acme") == [5, 4, 3, 2, 1]
    assert found(people, source="Meta") == [6]
    assert found(people, source="Nowhere") == []
    assert found(people, supplier="Acme", status="Called") == [2]
    assert found(people, callable=False) == [5]
    assert found(people, callable=True) == [6, 4, 3, 2, 1]
    assert found(people, assigned_to="Bo") == [2]
    assert found(people, assigned_to="", supplier="Acme") == [5, 4, 3, 1]
    assert found(people, since=date(2026, 1, 2), until=date(2026, 1, 3)) == [3, 2]
    assert found(people, "perez", status="New") == []
    change(people, "UPDATE leads_master SET tags = ARRAY['solar', 'hot'] WHERE lead_id = 4")
    assert (found(people, tag="hot"), found(people, tag="no such")) == ([4], [])


def test_pages_come_by_the_last_number_of_the_page_before(people: Site) -> None:
    assert found(people, most=2) == [5, 4]
    assert found(people, before=4, most=2) == [3, 2]
    assert found(people, before=2, most=2) == [1]


def test_a_change_is_kept_with_who_made_it(people: Site) -> None:
    when = datetime(2026, 5, 1, 9, 30, tzinfo=UTC)
    after = changed(people, 1, status=" Called  back ", next_followup_at=when, total_attempts=1)
    assert (after["status"], after["next_followup_at"]) == ("Called back", when)
    changed(people, 1, "bo", is_qualified=True, total_attempts=1, assigned_to="")
    changed(people, 1, "bo", next_followup_at=None)
    assert noted(people, 1) == [
        ("ann", "status", "New", "Called back"),
        ("ann", "next_followup_at", None, "2026-05-01T09:30:00+00:00"),
        ("ann", "total_attempts", "0", "1"),
        ("bo", "is_qualified", "no", "yes"),
        ("bo", "next_followup_at", "2026-05-01T09:30:00+00:00", None),
    ]
    (lead,) = rows(people, "SELECT * FROM leads_master WHERE lead_id = 1")
    assert (lead["status"], lead["is_qualified"]) == ("Called back", True)


def test_who_looked_at_another_version_is_told_who_changed_it(people: Site) -> None:
    seen = changed(people, 1)["version"]
    assert changed(people, 1, seen=seen, status="Called")["version"] != seen
    with pytest.raises(ChangedMeanwhile, match=r"lead 1 was changed meanwhile by ann \(status\)"):
        changed(people, 1, "bo", seen=seen, status="Lost")
    assert noted(people, 1) == [("ann", "status", "New", "Called")]


def test_of_two_at_once_one_is_told(people: Site) -> None:
    seen = changed(people, 1)["version"]
    told: list[object] = []

    def attempt(who: str) -> None:
        try:
            changed(people, 1, who, seen=seen, status=who)
            told.append("done")
        except ChangedMeanwhile:
            told.append("told")

    threads = [threading.Thread(target=attempt, args=(who,)) for who in ("ann", "bo", "cy")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, told)) == ["done", "told", "told"]
    assert len(noted(people, 1)) == 1


@pytest.mark.parametrize(
    "said",
    [{"status": " "}, {"status": None}, {"status": "x" * 101}, {"total_attempts": -1},
     {"total_attempts": 10**9}, {"assigned_to": "a\x00b"}, {"full_name": "Bo"}],
)  # fmt: skip
def test_what_no_column_takes_is_refused(people: Site, said: dict[str, Any]) -> None:
    with pytest.raises(OperatorError):
        changed(people, 1, **said)
    assert noted(people, 1) == []


def test_there_is_nothing_to_change_in_a_lead_that_is_not_there(people: Site) -> None:
    with pytest.raises(NoSuchLead, match="there is no lead 99"):
        changed(people, 99, status="Called")


def test_what_people_changed_outlives_the_undoing_of_its_import(people: Site) -> None:
    changed(people, 2, status="Called", assigned_to="Bo")
    (undone,) = undo_import(people, 2)
    undo_import(people, 1)
    assert [kept.lead_id for kept in undone.kept] == [2]
    assert found(people, status="Called") == [2]
    assert found(people) == [5, 4, 3, 2]
    assert len(noted(people, 2)) == 2


def test_what_people_changed_outlives_building_the_lead_again(people: Site) -> None:
    """An older sighting founds the lead, and two leads become one: each is a replay."""
    changed(people, 2, status="Called")
    imported(people, "Brix/old.csv", JOSE | {"at": "2025-01-01T00:00:00+00:00"})
    with connect(people.settings.database_url, autocommit=True) as session:
        decision = merges.accept(session, 1, 2, "ann", people.settings)
        assert decision["lead_id"] == 2
        merges.take_back(session, decision["decision_id"], "ann")
    assert found(people, status="Called") == [2]
    assert found(people, "perez") == [2]
    assert broken_laws(people) == {}


def test_an_undo_waits_for_a_change_and_keeps_the_lead(people: Site) -> None:
    """Nobody works on a lead that goes meanwhile: either the lead stays, or they are told."""
    undoing = threading.Thread(target=undo_import, args=(people, 3))
    with connect(people.settings.database_url, autocommit=True) as session, session.transaction():
        change_lead(session, 3, "ann", {"status": "Called"})
        undoing.start()
        _wait_for_a_waiting_session(people)
    undoing.join()
    assert found(people, status="Called") == [3]


def test_a_change_waits_for_an_undo_and_is_told_that_the_lead_went(people: Site) -> None:
    told: list[str] = []

    def attempt() -> None:
        try:
            changed(people, 3, status="Called")
        except NoSuchLead as error:
            told.append(str(error))

    changing = threading.Thread(target=attempt)
    with connect(people.settings.database_url, autocommit=True) as session, session.transaction():
        session.execute("DELETE FROM leads_master WHERE lead_id = 3")
        changing.start()
        _wait_for_a_waiting_session(people)
    changing.join()
    assert told == ["there is no lead 3"]
    assert noted(people, 3) == []


def test_the_commands_find_and_change(people: Site, command: Command) -> None:
    said = command("leads", "set", 2, "--status", "Called", "--total-attempts", 2, "--json")
    assert (said.documents[0]["status"], said.documents[0]["total_attempts"]) == ("Called", 2)
    assert command("leads", "set", 2).code == 2
    assert command("leads", "set", 99, "--status", "x").err.startswith("error: there is no lead 99")
    (lead,) = command("leads", "find", "perez", "--json").documents
    assert (lead["lead_id"], lead["status"], lead["source"]) == (2, "Called", "Acme")
    table = command("leads", "find", "--status", "Called").out
    assert "José Pérez" in table
    assert "Called, attempts: 2" in table
    assert command("leads", "find", "nobody").out == "no lead fits\n"
    told = command("explain", 2).out
    assert "status: New became Called" in told


def _wait_for_a_waiting_session(site: Site) -> None:
    """Until a session of this database waits for a lock."""
    query = (
        "SELECT FROM pg_stat_activity WHERE datname = current_database()"
        " AND wait_event_type = 'Lock' LIMIT 1"
    )
    while not rows(site, query):
        pass


@given(name=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_whatever_a_name_is_it_has_words_and_is_found_by_them(name: str, site: Site) -> None:
    query = "SELECT name_words(%s) @@ name_query(%s) AS found, name_text(%s) AS plain"
    (told,) = rows(site, query, name, name, name)
    assert bool(told["found"]) == bool((told["plain"] or "").strip(" "))
