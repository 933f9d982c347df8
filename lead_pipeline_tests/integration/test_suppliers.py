"""`lead-pipeline suppliers`: what is agreed with each, and what they have sent."""

import pytest

from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline_tests.integration.commands import Command, Said
from lead_pipeline_tests.integration.people import Person, imported, outcomes

ANN: Person = {"name": "Ann Lee", "mail": "ann@example.com"}
BO: Person = {"name": "Bo Ek", "mail": "bo@example.com"}


def test_none_to_list_says_where_they_come_from(command: Command) -> None:
    assert command("suppliers") == Said(
        0, "no suppliers yet: the first folder of a file in the bucket names one\n", ""
    )
    assert command("suppliers", "--json") == Said(0, "", "")


def test_a_supplier_appears_with_its_first_file(site: Site, command: Command) -> None:
    imported(site, "Acme/list.csv", ANN, BO, ANN)
    imported(site, "Bolt/list.csv", ANN)
    imported(site, "list.csv", ANN | {"city": "Reno"})
    facts = command("suppliers", "--json").documents
    told = ("supplier", "imports", "contacts", "leads", "cost_per_lead", "scope")
    assert [tuple(fact[name] for name in told) for fact in facts] == [
        ("Acme", 1, 3, 2, None, "everywhere"),
        ("Bolt", 1, 1, 0, None, "everywhere"),
    ]
    (_, acme, _) = command("suppliers").out.splitlines()
    assert acme.startswith("Acme      no price; a duplicate is who was seen before by anybody ")
    assert acme.split()[-3:] == ["1", "3", "2"]


def test_what_was_undone_does_not_count(site: Site, command: Command) -> None:
    undo_import(site, imported(site, "Acme/list.csv", ANN).import_id)
    (fact,) = command("suppliers", "--json").documents
    assert (fact["imports"], fact["contacts"], fact["leads"]) == (0, 0, 0)


def test_terms_are_set_one_by_one(site: Site, command: Command) -> None:
    assert command("suppliers", "set", "Acme", "--cost", "2.50").out == (
        "Acme: 2.50 USD a lead; a duplicate is who was seen before by anybody\n"
    )
    assert command("suppliers", "set", "Acme", "--lookback-days", 30, "--scope", "source").out == (
        "Acme: 2.50 USD a lead; a duplicate is who was seen in the last 30 days"
        " by the file's source\n"
    )
    assert command("suppliers", "set", "Acme", "--lookback-days", 0, "--cost", "0").out == (
        "Acme: 0 USD a lead; a duplicate is who was seen before by the file's source\n"
    )
    (row,) = command("suppliers", "--json").documents
    told = [row[name] for name in ("supplier", "cost_per_lead", "lookback_days", "scope")]
    assert told == ["Acme", "0", None, "source"]


def test_the_currency_stays_once_something_was_charged(site: Site, command: Command) -> None:
    told = command("suppliers", "set", "Acme", "--cost", "2.50", "--currency", "EUR").out
    assert told.startswith("Acme: 2.50 EUR a lead")
    imported(site, "Acme/list.csv", ANN)
    assert command("suppliers", "set", "Acme", "--currency", "EUR").code == 0
    refused = command("suppliers", "set", "Acme", "--currency", "USD")
    assert (refused.code, "has charges in EUR" in refused.err) == (1, True)
    assert "is no currency" in command("suppliers", "set", "Acme", "--currency", "euro").err


def test_a_price_can_be_taken_away(site: Site, command: Command) -> None:
    command("suppliers", "set", "Acme", "--cost", "2.50", "--scope", "source")
    assert command("suppliers", "set", "Acme", "--no-cost").out == (
        "Acme: no price; a duplicate is who was seen before by the file's source\n"
    )
    assert imported(site, "Acme/list.csv", ANN).cost_per_lead is None


def test_the_price_goes_to_the_imports_that_come_after(site: Site, command: Command) -> None:
    before = imported(site, "Acme/first.csv", ANN)
    command("suppliers", "set", "Acme", "--cost", "2.50")
    after = imported(site, "Acme/second.csv", BO)
    assert (before.cost_per_lead, str(after.cost_per_lead)) == (None, "2.50")


def test_the_scope_decides_whose_sightings_make_a_duplicate(site: Site, command: Command) -> None:
    command("suppliers", "set", "Bolt", "--scope", "supplier")
    imported(site, "Acme/list.csv", ANN)
    bolt = imported(site, "Bolt/list.csv", ANN | {"city": "Reno"})
    cobalt = imported(site, "Cobalt/list.csv", ANN | {"city": "Austin"})
    assert outcomes(bolt) == {"updated": 1}
    assert outcomes(cobalt) == {"cross_source_duplicate": 1}


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (["Acme"], 2, "state at least one of the options"),
        (["Acme", "--cost", "-1"], 2, "a lead costs nothing or more"),
        (["Acme", "--cost", "cheap"], 2, "'cheap' is no amount"),
        (["Acme", "--lookback-days", "-3"], 2, "-3 is not in the range 0<=x<="),
        (["Acme", "--scope", "world"], 2, "'world' is not one of"),
        (["Acme/east", "--cost", "1"], 1, "'Acme/east' cannot be a supplier"),
        (["", "--cost", "1"], 1, "'' cannot be a supplier"),
    ],
)
def test_terms_that_make_no_sense_are_refused(
    command: Command, arguments: list[str], code: int, complaint: str
) -> None:
    said = command("suppliers", "set", *arguments)
    assert (said.code, said.out) == (code, "")
    assert complaint in said.err
