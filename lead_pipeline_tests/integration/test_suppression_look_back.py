"""Lists that are loaded when leads exist: what they take, what they give back, what is told."""

from pathlib import Path
from typing import Any

import pytest

from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.matching.look_back import LookedBack, load_and_look_back
from lead_pipeline.suppression.load import Order
from lead_pipeline.suppression.opt_outs import opt_out
from lead_pipeline_tests.integration.commands import Command
from lead_pipeline_tests.integration.lead_state import broken_laws
from lead_pipeline_tests.integration.people import Person, day, imported, leads, told

FIRST, SECOND = "202-555-0101", "202-555-0102"
BOTH = ["+12025550101", "+12025550102"]
ANN: Person = {"name": "Ann Lee", "phone": FIRST, "phone_2": SECOND, "at": day(1)}
MAIL = {"mail": "ann@example.com"}
NOBODY = "202-555-0199"


def load(site: Site, *lines: str, dry_run: bool = False, **order: Any) -> LookedBack:
    path = site.settings.home / "dnc.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    said = Order(**{"name": "FTC", "kind": "national", "shrink": True} | order)
    with connect(site.settings.database_url, autocommit=True) as session:
        return load_and_look_back(session, path, said, "US", dry_run=dry_run)


def state(site: Site) -> list[Any]:
    assert broken_laws(site) == {}
    return leads(site, "phone_e164", "phones", "emails", "suppressed_at IS NOT NULL")


def number(site: Site, name: str) -> int:
    ((found,),) = told(site, "SELECT lead_id FROM leads_master WHERE full_name = %s", name)
    return int(found)


def test_a_list_takes_what_it_has_from_the_leads_that_are_there(site: Site) -> None:
    imported(site, "Acme/list.csv", ANN, {"name": "Bo Ek", "phone": "202-555-0103"})
    done = load(site, FIRST, NOBODY)
    assert (done.leads, done.suppressed, done.released) == ((number(site, "Ann Lee"),), (), ())
    assert state(site) == [
        ("+12025550102", ["+12025550102"], None, False),
        ("+12025550103", ["+12025550103"], None, False),
    ]
    reasons = told(site, "SELECT value, list_name, looked_back, reason FROM dnc_suppressions")
    assert [one[:3] for one in reasons] == [("+12025550101", "FTC", True)]
    assert reasons[0][3].startswith("on the list FTC (national), version 1 as of ")


def test_a_lead_of_which_nothing_is_left_is_suppressed_and_counted(site: Site) -> None:
    imported(site, "Acme/list.csv", ANN)
    done = load(site, FIRST, SECOND)
    assert (done.leads, done.suppressed) == ((1,), (1,))
    assert state(site) == [(None, None, None, True)]


def test_addresses_on_a_list_are_taken_too(site: Site) -> None:
    imported(site, "Acme/list.csv", ANN | MAIL)
    load(site, "email", "Ann@Example.com", name="complaints", kind="internal")
    assert state(site) == [("+12025550101", BOTH, None, False)]


def test_a_campaigns_list_looks_at_the_leads_of_the_campaign(site: Site) -> None:
    other: Person = {"name": "Bo Ek", "phone": "202-555-0103", "at": day(2)}
    imported(site, "Acme/list.csv", ANN | {"campaign": "Roofs"}, other | {"campaign": "Solar"})
    done = load(site, FIRST, "202-555-0103", name="no roofs", kind="campaign", campaign="roofs")
    assert done.leads == (number(site, "Ann Lee"),)
    assert [one[0] for one in state(site)] == ["+12025550102", "+12025550103"]


def test_what_a_later_version_drops_is_given_back_in_its_place(site: Site) -> None:
    imported(site, "Acme/list.csv", ANN)
    load(site, FIRST, SECOND)
    done = load(site, SECOND)
    assert (done.leads, done.released) == ((), (1,))
    assert state(site) == [("+12025550101", ["+12025550101"], None, False)]
    done = load(site, NOBODY)
    assert state(site) == [("+12025550101", BOTH, None, False)]


def test_a_change_list_gives_back_what_it_deletes(site: Site) -> None:
    imported(site, "Acme/list.csv", ANN)
    load(site, FIRST)
    load(site, "phone,action", f"{FIRST},D", f"{SECOND},A")
    assert state(site) == [("+12025550101", ["+12025550101"], None, False)]


def test_what_another_list_or_an_opt_out_has_is_not_given_back(site: Site) -> None:
    imported(site, "Acme/list.csv", ANN)
    load(site, FIRST, SECOND)
    load(site, FIRST, name="Texas", kind="state")
    with connect(site.settings.database_url, autocommit=True) as session:
        opt_out(session, [SECOND], None, site.settings)
    load(site, NOBODY)
    assert state(site) == [(None, None, None, True)]


def test_what_was_taken_at_import_stays_taken(site: Site) -> None:
    load(site, FIRST)
    imported(site, "Acme/list.csv", ANN)
    assert load(site, NOBODY).released == ()
    assert state(site) == [("+12025550102", ["+12025550102"], None, False)]


@pytest.mark.parametrize("order", ["seen, then listed", "listed, then seen"])
def test_what_a_list_took_stays_away_when_the_lead_is_built_again(site: Site, order: str) -> None:
    imported(site, "Acme/list.csv", ANN)
    if order == "listed, then seen":
        load(site, FIRST)
    later = imported(site, "Harbor/later.csv", ANN | MAIL | {"at": day(5)})
    if order == "seen, then listed":
        load(site, FIRST)
    undo_import(site, later.import_id)
    assert state(site) == [("+12025550102", ["+12025550102"], None, False)]


def test_the_same_file_again_takes_nothing_more(site: Site) -> None:
    imported(site, "Acme/list.csv", ANN)
    load(site, FIRST)
    before = state(site)
    assert load(site, FIRST).leads == ()
    assert load(site, FIRST, NOBODY).leads == ()
    assert state(site) == before


def test_a_dry_run_tells_all_of_it_and_changes_nothing(site: Site) -> None:
    imported(site, "Acme/list.csv", ANN)
    foretold = load(site, FIRST, dry_run=True)
    assert foretold.leads == (1,)
    assert state(site) == [("+12025550101", BOTH, None, False)]
    assert told(site, "SELECT FROM dnc_lists WHERE name = 'FTC'") == []
    assert load(site, FIRST).leads == foretold.leads


def test_the_command_says_how_many_leads_lost_what_and_which(
    site: Site, command: Command, tmp_path: Path
) -> None:
    imported(site, "Acme/list.csv", ANN, {"name": "Bo Ek", "phone": "202-555-0103", "at": day(2)})
    path = tmp_path / "dnc.txt"
    path.write_text("2025550101\n2025550103\n", encoding="utf-8")
    load_it = ("dnc", "load", path, "--list", "FTC")
    lost = "2 leads (1, 2) lost what is listed, 1 of which cannot be reached any more\n"
    said = "FTC (national), version 1: 2 entries (2 added, 0 removed)\n"
    first = command(*load_it, "--kind", "national", "--dry-run").out
    assert first == f"nothing was changed; this load would come to:\n{said}{lost}"
    assert command(*load_it, "--kind", "national").out == said + lost
    path.write_text("2025550103\n", encoding="utf-8")
    (facts,) = command(*load_it, "--json").documents
    assert (facts["leads"], facts["released"]) == ([], [number(site, "Ann Lee")])
    assert facts["dry_run"] is False
