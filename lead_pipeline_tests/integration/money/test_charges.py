"""Every accepted contact is charged once, by the terms under which its file came."""

from datetime import timedelta

import psycopg
import pytest

from lead_pipeline.database import connect
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.matching.proofs import broken_charges
from lead_pipeline_tests.integration.money.books import booked, came, on, owed, terms
from lead_pipeline_tests.integration.people import Person, change, imported, told
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.integration.test_retry import errors_of, mended, waiting

ANN: Person = {"name": "Ann Lee", "phone": "202-555-0101", "state": "NY"}
BO: Person = {"name": "Bo Ek", "phone": "202-555-0102", "state": "NJ"}
CY: Person = {"name": "Cy Roe", "phone": "202-555-0103", "state": "NY"}
DI: Person = {"name": "Di Fox", "phone": "202-555-0104", "state": "TX"}


def whole(site: Site) -> bool:
    with connect(site.settings.database_url) as session:
        return not any(broken_charges(session).values())


def test_without_a_price_there_are_no_events(site: Site) -> None:
    came(site, "Acme/list.csv", on(1, 5), ANN)
    assert told(site, "SELECT * FROM charge_events") == []


def test_the_last_rule_that_is_met_prices_a_contact(site: Site) -> None:
    terms(site, "Acme", """
        price = 10
        [[rules]]
        price = 15
        fields = { state = ["NY", "nj"] }
        [[rules]]
        price = 0.5
        fields = { state = "NJ", phone_type = ["mobile"] }
        [[rules]]
        price = 99
        extra = { Exclusive = "yes" }
    """)  # fmt: skip
    mobile = {"name": "Bo Mobile", "phone": "202-555-0112", "kind": "Mobile"}
    exclusive = {"name": "Di Only", "phone": "202-555-0114", "exclusive": "Yes"}
    came(site, "Acme/list.csv", on(1, 5), ANN, BO, BO | mobile, DI, DI | exclusive)
    assert [amount for _, _, amount in booked(site, "Acme")] == ["15", "15", "0.5", "10", "99"]
    rules = [rule for (rule,) in told(site, "SELECT rule FROM charges ORDER BY row_number")]
    assert rules == [1, 1, 2, 0, 3]
    assert whole(site)


def test_the_age_of_a_lead_when_its_file_came_is_a_condition(site: Site) -> None:
    terms(site, "Acme", "price = 10\n[[rules]]\nprice = 2\nmin_age_days = 30\n")
    old = (on(1, 5) - timedelta(days=30)).isoformat()
    young = (on(1, 5) - timedelta(days=29)).isoformat()
    came(site, "Acme/list.csv", on(1, 5), ANN | {"at": old}, BO | {"at": young}, CY)
    assert [amount for _, _, amount in booked(site, "Acme")] == ["2", "10", "10"]


def test_a_condition_on_what_the_file_does_not_have_is_not_met(site: Site) -> None:
    terms(site, "Acme", 'price = 10\n[[rules]]\nprice = 2\nfields = { product = "solar" }\n')
    came(site, "Acme/list.csv", on(1, 5), ANN)
    assert owed(site, "Acme") == 10


def test_duplicates_and_suppressed_contacts_cost_nothing(site: Site) -> None:
    terms(site, "Acme", "price = 10")
    came(site, "Acme/one.csv", on(1, 5), ANN, ANN, BO | {"dnc": "yes"}, {"name": "Nobody"})
    came(site, "Acme/two.csv", on(1, 6), ANN, CY)
    assert booked(site, "Acme") == [("charge", 2, "10"), ("charge", 3, "10")]
    assert whole(site)


def test_terms_say_which_outcomes_are_free(site: Site) -> None:
    terms(site, "Acme", 'price = 10\nfree = ["in_file_duplicate"]')
    came(site, "Acme/one.csv", on(1, 5), ANN, ANN)
    came(site, "Acme/two.csv", on(1, 6), ANN)
    assert booked(site, "Acme") == [("charge", 2, "10"), ("charge", 2, "10")]
    assert whole(site)


def test_a_person_seen_before_the_window_is_paid_again(site: Site) -> None:
    terms(site, "Acme", "price = 10\nlookback_days = 90")
    came(site, "Acme/one.csv", on(1, 5), ANN)
    came(site, "Acme/two.csv", on(3, 5), ANN | {"state": "NJ"})
    came(site, "Acme/three.csv", on(6, 10), ANN | {"state": "TX"})
    assert [amount for _, _, amount in booked(site, "Acme")] == ["10", "10"]
    assert whole(site)


def test_who_is_only_brought_up_to_date_as_asked_is_not_paid_again(site: Site) -> None:
    terms(site, "Acme", "price = 10")
    imported(site, "Acme/one.csv", {"name": "Ann Lee", "phone": "202-555-0101"})
    imported(site, "Acme/two.csv", {"name": "Ann Roe", "phone": "202-555-0101"}, refresh=True)
    assert owed(site, "Acme") == 10
    assert whole(site)


def test_what_comes_over_a_cap_costs_nothing(site: Site) -> None:
    terms(site, "Acme", "price = 10\ndaily_cap = 2\nmonthly_cap = 3")
    came(site, "Acme/one.csv", on(1, 5), ANN)
    came(site, "Acme/two.csv", on(1, 5), BO, CY)
    came(site, "Acme/three.csv", on(1, 6), DI, DI | {"name": "Eve Oak", "phone": "202-555-0105"})
    came(site, "Acme/four.csv", on(2, 1), {"name": "Flo Ash", "phone": "202-555-0106"})
    told_by = [
        (rule, amount)
        for rule, amount in told(
            site, "SELECT rule, trim_scale(amount)::text FROM charges ORDER BY event_id, row_number"
        )
    ]
    assert told_by == [(0, "10"), (0, "10"), (-1, "0"), (0, "10"), (-1, "0"), (0, "10")]
    assert whole(site)


def test_a_file_with_too_few_valid_contacts_is_not_paid(site: Site) -> None:
    terms(site, "Acme", "price = 10\nleast_valid = 0.6")
    came(site, "Acme/bad.csv", on(1, 5), ANN, {"name": "No One"})
    came(site, "Acme/good.csv", on(1, 5), BO, CY, {"name": "No One"})
    assert told(site, "SELECT rule FROM charges ORDER BY event_id, row_number") == [
        (-2,),
        (0,),
        (0,),
    ]
    assert owed(site, "Acme") == 20


def test_a_price_that_was_said_for_a_file_stands_above_the_rules(site: Site) -> None:
    terms(site, "Acme", 'price = 10\n[[rules]]\nprice = 15\nfields = { state = "NY" }')
    came(site, "Acme/one.csv", on(1, 5), ANN)
    came(site, "Acme/two.csv", on(1, 6), CY, cost="10")
    assert [amount for _, _, amount in booked(site, "Acme")] == ["15", "10"]


def test_terms_hold_from_their_day_on(site: Site) -> None:
    terms(site, "Acme", "price = 10")
    terms(site, "Acme", "price = 12", on(2, 1))
    came(site, "Acme/january.csv", on(1, 31), ANN)
    came(site, "Acme/february.csv", on(2, 1), BO)
    assert [amount for _, _, amount in booked(site, "Acme")] == ["10", "12"]


def test_what_has_come_in_stays_under_its_terms(site: Site) -> None:
    terms(site, "Acme", "price = 10")
    came(site, "Acme/january.csv", on(1, 31), ANN)
    with pytest.raises(OperatorError, match=r"came on 2026-01-31.*can hold from 2026-02-01 on"):
        terms(site, "Acme", "price = 12", on(1, 15))


def test_an_undone_import_is_owed_nothing_any_more(site: Site) -> None:
    terms(site, "Acme", "price = 10")
    terms(site, "Harbor", "price = 8")
    first = came(site, "Acme/one.csv", on(1, 5), ANN, BO)
    came(site, "Harbor/two.csv", on(1, 6), BO)
    assert (owed(site, "Acme"), owed(site, "Harbor")) == (20, 0)
    undo_import(site, first.import_id)
    assert (owed(site, "Acme"), owed(site, "Harbor")) == (0, 8)
    assert whole(site)


def test_a_lead_that_people_worked_on_stays_and_stays_owed(site: Site) -> None:
    terms(site, "Acme", "price = 10")
    first = came(site, "Acme/one.csv", on(1, 5), ANN, BO)
    change(site, "UPDATE leads_master SET status = 'Contacted' WHERE full_name = 'Ann Lee'")
    undo_import(site, first.import_id)
    assert owed(site, "Acme") == 10
    assert whole(site)


def test_who_was_first_by_the_time_of_the_event_is_paid(site: Site) -> None:
    terms(site, "Acme", "price = 10")
    terms(site, "Harbor", "price = 8")
    came(site, "Acme/one.csv", on(1, 5), ANN)
    came(site, "Harbor/backfill.csv", on(2, 10), ANN | {"at": on(1, 2).isoformat()})
    assert booked(site, "Acme") == [("charge", 2, "10"), ("replay", 2, "-10")]
    assert booked(site, "Harbor") == [("charge", 2, "8")]
    assert whole(site)


def test_mended_rows_are_charged_once_under_the_terms_of_their_file(site: Site) -> None:
    terms(site, "Acme", 'price = 10\n[[rules]]\nprice = 15\nfields = { state = "NJ" }')
    terms(site, "Acme", "price = 99", on(2, 1))
    import_ = came(site, "Acme/one.csv", on(1, 5), ANN, BO | {"phone": "12"})
    with connect(site.settings.database_url, autocommit=True) as session:
        rejected = errors_of(site, session, import_)
        path = mended(site, rejected, row_3={"Phone": "202-555-0102"})
        run_steps(site, waiting(site, session, import_, path))
    assert [amount for _, _, amount in booked(site, "Acme")] == ["10", "15"]
    assert whole(site)


def test_events_are_never_changed(site: Site) -> None:
    terms(site, "Acme", "price = 10")
    came(site, "Acme/one.csv", on(1, 5), ANN)
    for statement in (
        "UPDATE charge_batches SET amount = 0",
        "DELETE FROM charge_batches",
        "UPDATE charge_events SET cause = ''",
        "DELETE FROM supplier_terms",
    ):
        with pytest.raises(psycopg.Error, match="never changed, only followed"):
            change(site, statement)
