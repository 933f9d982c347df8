"""Listed channels: taken from the person, not the person from the team, and never given back."""

from collections.abc import Callable

import pytest

from lead_pipeline.database import connect
from lead_pipeline.importing import Site, undo_import
from lead_pipeline.suppression.opt_outs import opt_out
from lead_pipeline_tests.integration.lead_state import broken_laws
from lead_pipeline_tests.integration.people import (
    Person,
    day,
    duplicates,
    imported,
    leads,
    outcomes,
    told,
)

FIRST, SECOND = "202-555-0101", "202-555-0102"
ANN: Person = {"name": "Ann Lee", "phone": FIRST, "phone_2": SECOND, "at": day(1)}
MAIL = {"mail": "ann@example.com"}


def ask_not_to_call(site: Site, *channels: str) -> None:
    with connect(site.settings.database_url, autocommit=True) as session:
        opt_out(session, channels, None, site.settings)


def test_a_listed_second_phone_takes_that_phone_not_the_person(site: Site) -> None:
    import_ = imported(site, "Acme/list.csv", ANN | {"dnc_2": "yes"})
    assert outcomes(import_) == {"new": 1}
    assert leads(site, "phone_e164", "phones") == [("+12025550101", ["+12025550101"])]
    taken = told(site, "SELECT channel, value, kind FROM dnc_suppressions")
    assert taken == [("phone", "+12025550102", "file")]


def test_the_next_phone_moves_up_where_the_first_is_listed(site: Site) -> None:
    imported(site, "Acme/list.csv", ANN | {"dnc": "yes"})
    assert leads(site, "phone_e164", "phone_number_normalized", "phones") == [
        ("+12025550102", "2025550102", ["+12025550102"])
    ]


def test_somebody_with_every_phone_listed_and_no_mail_is_suppressed(site: Site) -> None:
    import_ = imported(site, "Acme/list.csv", ANN | {"dnc": "yes", "dnc_2": "yes"})
    assert outcomes(import_) == {"suppressed": 1}
    assert leads(site, "full_name") == duplicates(site) == []


def test_somebody_with_every_phone_listed_can_still_be_written_to(site: Site) -> None:
    import_ = imported(site, "Acme/list.csv", ANN | MAIL | {"dnc": "yes", "dnc_2": "yes"})
    assert outcomes(import_) == {"new": 1}
    assert leads(site, "email", "phone_e164", "phones") == [("ann@example.com", None, None)]


def test_a_person_is_recognised_by_a_phone_that_is_listed(site: Site) -> None:
    imported(site, "Acme/list.csv", ANN | MAIL | {"dnc": "yes"})
    again = imported(site, "Harbor/list.csv", {"phone": FIRST, "phone_2": "202-555-0103"})
    assert outcomes(again) == {"cross_source_duplicate": 1}


def test_somebody_suppressed_is_neither_a_lead_nor_a_duplicate_of_one(site: Site) -> None:
    imported(site, "Acme/list.csv", ANN)
    listed = imported(site, "Harbor/list.csv", {"phone": FIRST, "dnc": "yes"})
    assert outcomes(listed) == {"suppressed": 1}
    assert duplicates(site) == []


def test_rows_that_only_a_suppressed_one_would_link_are_counted_once(site: Site) -> None:
    import_ = imported(
        site,
        "Acme/list.csv",
        {"name": "Ann Lee", "mail": "ann@example.com"},
        {"name": "Bo Ek", "phone": FIRST, "dnc": "yes"},
        {"name": "Ann Lee", "mail": "ann@example.com", "phone": FIRST},
    )
    assert outcomes(import_) == {"new": 1, "suppressed": 1, "in_file_duplicate": 1}
    assert broken_laws(site) == {}


def test_an_opt_out_takes_the_channel_from_the_lead_at_once(site: Site) -> None:
    imported(site, "Acme/list.csv", ANN)
    ask_not_to_call(site, FIRST)
    assert leads(site, "phone_e164", "phones", "suppressed_at") == [
        ("+12025550102", ["+12025550102"], None)
    ]


def refreshed(site: Site) -> None:
    again = imported(site, "Acme/new.csv", ANN | MAIL | {"at": day(5)}, refresh=True)
    assert outcomes(again) == {"updated": 1}


def found_older(site: Site) -> None:
    imported(site, "Harbor/older.csv", ANN | {"at": "2025-12-24"})


def undone(site: Site) -> None:
    later = imported(site, "Harbor/later.csv", ANN | {"at": day(5)})
    undo_import(site, later.import_id)


def founder_undone(site: Site) -> None:
    imported(site, "Harbor/later.csv", ANN | {"at": day(5)})
    undo_import(site, 1)


@pytest.mark.parametrize("happens", [refreshed, found_older, undone, founder_undone])
@pytest.mark.parametrize("before", [True, False], ids=["told first", "told between"])
def test_an_opt_out_is_never_lost(
    site: Site, happens: Callable[[Site], None], before: bool
) -> None:
    if before:
        ask_not_to_call(site, FIRST)
    imported(site, "Acme/list.csv", ANN)
    if not before:
        ask_not_to_call(site, FIRST)
    happens(site)
    assert leads(site, "phones") == [["+12025550102"]]
    assert broken_laws(site) == {}


def test_an_opt_out_told_while_another_import_knew_the_number_outlives_its_undoing(
    site: Site,
) -> None:
    imported(site, "Acme/list.csv", {"name": "Ann Lee", "mail": "ann@example.com", "at": day(1)})
    refresh = imported(site, "Acme/new.csv", ANN | MAIL | {"at": day(5)}, refresh=True)
    ask_not_to_call(site, FIRST)
    undo_import(site, refresh.import_id)
    imported(site, "Acme/newer.csv", ANN | MAIL | {"at": day(6)}, refresh=True)
    assert leads(site, "phones") == [["+12025550102"]]


def test_a_lead_whose_every_channel_opted_out_is_suppressed_and_stays_so(site: Site) -> None:
    imported(site, "Acme/list.csv", ANN)
    ask_not_to_call(site, FIRST, SECOND)
    found_older(site)
    (lead,) = leads(site, "phones", "suppressed_at IS NULL")
    assert lead == (None, False)
