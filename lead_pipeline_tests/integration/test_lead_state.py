"""What other tests rely on finds what is broken: a law that could not fail would show nothing."""

import pytest

from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.integration.lead_state import broken_laws, lead_state, start_afresh
from lead_pipeline_tests.integration.people import Person, change, imported

ANN: Person = {"name": "Ann Lee", "mail": "ann@example.com", "phone": "202-555-0101"}
BO: Person = {"name": "Bo Ek", "mail": "bo@example.com"}


@pytest.mark.parametrize(
    ("harm", "law"),
    [
        ("DELETE FROM lead_identities WHERE kind = 'phone'",
         "a lead can be reached by what is not its key"),
        ("UPDATE leads_master SET email_keys = '{ann@example.com}'", "two leads have one key"),
        ("DELETE FROM leads_master WHERE full_name = 'Bo Ek'", "a key is of no lead"),
        ("DELETE FROM duplicate_leads", "a contact has no place or several"),
        ("UPDATE source_days SET leads = leads + 1", "a source counts what is not there"),
        ("UPDATE lead_sources SET contacts_new = contacts_new + 1",
         "the ledger counts other than the tables"),
        ("UPDATE lead_sources SET rows_blank = rows_blank + 1", "the law of sums"),
    ],
)  # fmt: skip
def test_what_is_broken_is_told_with_what_breaks_it(site: Site, harm: str, law: str) -> None:
    imported(site, "Acme/list.csv", ANN, ANN, BO)
    assert broken_laws(site) == {}
    change(site, harm)
    assert broken_laws(site)[law]


def test_a_state_tells_every_lead_and_differs_when_one_does(site: Site) -> None:
    imported(site, "Acme/list.csv", ANN, BO)
    before = lead_state(site)
    assert [sum(name in one for one in before["leads"]) for name in ("Ann Lee", "Bo Ek")] == [1, 1]
    assert lead_state(site) == before
    change(site, "UPDATE leads_master SET status = 'Sold' WHERE full_name = 'Bo Ek'")
    after = lead_state(site)
    assert [what for what in before if before[what] != after[what]] == ["leads"]


def test_afterwards_nothing_of_an_import_is_there(site: Site) -> None:
    imported(site, "Acme/list.csv", ANN, ANN, {"city": "Reno"})
    start_afresh(site)
    assert not any(lead_state(site).values())
    for table in ("lead_sources", "rejected_leads", "invalid_contacts", "undigested"):
        assert rows(site, f"SELECT * FROM {table}") == []
