"""When somebody known is brought up to date: force refresh, a supplier's look-back and scope."""

import pytest

from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.people import (
    Person,
    agree,
    change,
    day,
    duplicates,
    history,
    imported,
    leads,
    outcomes,
    told,
    totals,
)

ANN: Person = {"name": "Ann Lee", "phone": "202-555-0101", "city": "Reno", "company": "Acme Inc"}
MOVED: Person = {"name": "Ann Roe", "phone": "202-555-0101", "city": "Austin", "at": day(5)}
SAID = ("full_name", "city", "company")


def test_without_force_refresh_a_known_lead_stays_as_it_is(site: Site) -> None:
    imported(site, "Acme/old.csv", ANN | {"at": day(1)})
    before = leads(site, *SAID, "updated_at")
    assert outcomes(imported(site, "Acme/new.csv", MOVED)) == {"same_source_duplicate": 1}
    assert leads(site, *SAID, "updated_at") == before


def test_force_refresh_brings_a_known_lead_up_to_date(site: Site) -> None:
    first = imported(site, "Acme/old.csv", ANN | {"at": day(1)})
    second = imported(site, "Acme/new.csv", MOVED, refresh=True)
    assert outcomes(second) == {"updated": 1}
    assert leads(site, *SAID) == [("Ann Roe", "Austin", "Acme Inc")]
    assert duplicates(site) == [(2, "updated", "phone", "Ann Roe")]
    came_from = told(site, "SELECT import_id, received_at::date::text, last_import_id,"
                           " last_received_at::date::text FROM leads_master")  # fmt: skip
    assert came_from == [(first.import_id, "2026-01-01", second.import_id, "2026-01-05")]
    assert totals(site) == {"Acme": 1}


def test_an_empty_value_never_erases_a_full_one(site: Site) -> None:
    full = ANN | {"mail": "ann@example.com", "id": "x-1", "at": day(1)}
    imported(site, "Acme/old.csv", full)
    before = leads(site, *SAID, "email", "emails", "phones", "external_lead_id")
    imported(site, "Acme/new.csv", {"phone": ANN["phone"], "at": day(5)}, refresh=True)
    assert leads(site, *SAID, "email", "emails", "phones", "external_lead_id") == before


def test_what_people_did_with_a_lead_survives_a_refresh(site: Site) -> None:
    imported(site, "Acme/old.csv", ANN | {"at": day(1)})
    change(site, "UPDATE leads_master SET status = 'Contacted', assigned_to = 'Kim',"
                 " total_attempts = 3, is_qualified = true")  # fmt: skip
    imported(site, "Acme/new.csv", MOVED, refresh=True)
    kept = leads(site, "full_name", "status", "assigned_to", "total_attempts", "is_qualified")
    assert kept == [("Ann Roe", "Contacted", "Kim", 3, True)]


def test_a_refresh_adds_its_channels_before_the_known_ones(site: Site) -> None:
    imported(site, "Acme/old.csv", ANN | {"mail": "old@example.com", "at": day(1)})
    imported(site, "Acme/new.csv", MOVED | {"mail": "new@example.com"}, refresh=True)
    assert leads(site, "email", "emails") == [
        ("new@example.com", ["new@example.com", "old@example.com"])
    ]
    again = imported(site, "Acme/again.csv", {"name": "A", "mail": "new@example.com"})
    assert outcomes(again) == {"same_source_duplicate": 1}


def test_a_refresh_makes_people_that_nobody_knows_new_leads(site: Site) -> None:
    refresh = imported(site, "Acme/new.csv", MOVED, refresh=True)
    assert outcomes(refresh) == {"new": 1}


def test_an_older_file_that_refreshes_does_not_speak_over_a_newer_one(site: Site) -> None:
    imported(site, "Acme/first.csv", ANN | {"at": day(1)})
    imported(site, "Acme/newest.csv", MOVED | {"at": day(9)}, refresh=True)
    older = imported(site, "Acme/older.csv", MOVED | {"city": "Boise", "company": "Oak",
                                                      "at": day(5)}, refresh=True)  # fmt: skip
    assert outcomes(older) == {"updated": 1}
    assert leads(site, *SAID) == [("Ann Roe", "Austin", "Oak")]


def test_a_refresh_by_another_source_does_not_change_whose_the_lead_is(site: Site) -> None:
    imported(site, "Acme/old.csv", ANN | {"at": day(1)})
    imported(site, "Harbor/new.csv", MOVED, refresh=True)
    assert told(site, "SELECT display_name FROM leads_master JOIN source_names USING (source_id)"
                ) == [("Acme",)]  # fmt: skip
    assert history(site) == [("Ann Roe", "Harbor", None, "2026-01-05")]
    assert totals(site) == {"Acme": 1, "Harbor": 1}


@pytest.mark.parametrize(
    ("days", "outcome"),
    [(3, "updated"), (4, "same_source_duplicate"), (None, "same_source_duplicate")],
)
def test_a_person_last_seen_before_the_look_back_is_no_duplicate(
    site: Site, days: int | None, outcome: str
) -> None:
    agree(site, "Acme", lookback_days=days)
    imported(site, "Acme/old.csv", ANN | {"at": day(1)})
    assert outcomes(imported(site, "Acme/new.csv", MOVED)) == {outcome: 1}


def test_the_look_back_counts_from_when_the_person_was_last_seen(site: Site) -> None:
    agree(site, "Acme", lookback_days=3)
    imported(site, "Harbor/first.csv", ANN | {"at": day(1)})
    imported(site, "Harbor/again.csv", ANN | {"at": day(4)})
    assert outcomes(imported(site, "Acme/new.csv", MOVED)) == {"cross_source_duplicate": 1}


# Who had brought Ann before Acme does, under which scope of Acme's, and what she then counts as.
SCOPES = [
    ("everywhere", "Acme/old.csv", "same_source_duplicate"),
    ("everywhere", "Harbor/old.csv", "cross_source_duplicate"),
    ("supplier", "Acme/old.csv", "same_source_duplicate"),
    ("supplier", "Harbor/old.csv", "updated"),
    ("source", "Acme/old.csv", "same_source_duplicate"),
    ("source", "Harbor/old.csv", "updated"),
]


@pytest.mark.parametrize(("scope", "before", "outcome"), SCOPES)
def test_the_scope_says_whose_earlier_sightings_count(
    site: Site, scope: str, before: str, outcome: str
) -> None:
    agree(site, "Acme", scope=scope)
    imported(site, before, ANN | {"at": day(1)})
    assert outcomes(imported(site, "Acme/new.csv", MOVED)) == {outcome: 1}
    assert len(leads(site, "lead_id")) == 1


def test_what_is_agreed_with_one_supplier_does_not_bind_another(site: Site) -> None:
    agree(site, "Acme", scope="supplier", lookback_days=1)
    imported(site, "Acme/old.csv", ANN | {"at": day(1)})
    assert outcomes(imported(site, "Harbor/new.csv", MOVED)) == {"cross_source_duplicate": 1}
