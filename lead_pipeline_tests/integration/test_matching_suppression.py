"""Listed channels: taken from the person, not the person from the team, and never given back."""

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.suppression.opt_outs import opt_out
from lead_pipeline_tests.integration.lead_state import broken_laws
from lead_pipeline_tests.integration.people import (
    Person,
    a_list,
    day,
    duplicates,
    foreseen,
    imported,
    leads,
    outcomes,
    previewed,
    register,
    told,
)
from lead_pipeline_tests.integration.steps import STEPS, run_steps
from lead_pipeline_tests.integration.test_matching_order import PEOPLE, begin

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


def test_a_preview_tells_what_a_list_takes_from_a_new_lead(site: Site) -> None:
    ask_not_to_call(site, SECOND)
    (contact,) = previewed(site, ANN)
    told = "without +12025550102: on the do-not-call list opt-outs"
    assert (contact["outcome"], contact["reason"]) == ("new", told)


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


# People of one file, what each comes to, and the channels of the leads that there are then.
MAIL_1, MAIL_2 = ({"mail": f"{name}@example.com"} for name in ("ann", "bo"))
LISTED: Person = {"name": "Ann Lee", "phone": FIRST, "dnc": "yes"}
IN_ONE_FILE: dict[str, tuple[list[Person], list[str], list[str]]] = {
    "with a listed phone alone, then with a mail too": (
        [LISTED, LISTED | MAIL_1], ["suppressed", "new"], ["ann@example.com"],
    ),
    "the other way round": (
        [LISTED | MAIL_1, LISTED], ["new", "suppressed"], ["ann@example.com"],
    ),
    "known by an id, the first phone listed and the second not": (
        [LISTED | {"id": "x-1"}, {"id": "x-1", "phone": SECOND}], ["suppressed", "new"],
        ["+12025550102"],
    ),
    "known by a phone that only the first row says is listed": (
        [LISTED, {"phone": FIRST}], ["suppressed", "suppressed"], [],
    ),
    "known by a phone that only a later row says is listed": (
        [{"phone": FIRST} | MAIL_1, LISTED], ["new", "suppressed"], ["ann@example.com"],
    ),
    "twice listed": ([LISTED, LISTED], ["suppressed", "suppressed"], []),
    "twice reachable after a row that is not": (
        [LISTED, LISTED | MAIL_1, LISTED | MAIL_1 | {"phone_2": SECOND}],
        ["suppressed", "new", "in_file_duplicate"], ["ann@example.com", "+12025550102"],
    ),
    "by a listed phone two who can be reached are one": (
        [LISTED | MAIL_1, LISTED | MAIL_2], ["new", "in_file_duplicate"], ["ann@example.com"],
    ),
    "a listed row does not make two others one": (
        [MAIL_1, LISTED | {"id": "x-1"}, {"id": "x-1"} | MAIL_2], ["new", "suppressed", "new"],
        ["ann@example.com", "bo@example.com"],
    ),
    "a listed row in between links nobody to itself": (
        [MAIL_1, LISTED, MAIL_1 | {"phone": FIRST}], ["new", "suppressed", "in_file_duplicate"],
        ["ann@example.com"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("people", "expected", "channels"), IN_ONE_FILE.values(), ids=IN_ONE_FILE)
def test_whoever_is_suppressed_takes_no_part_in_matching_within_the_file(
    site: Site, people: list[Person], expected: list[str], channels: list[str]
) -> None:
    assert foreseen(site, *people) == expected
    import_ = imported(site, "Acme/list.csv", *people)
    assert outcomes(import_) == Counter(expected)
    again = {row: outcome for row, outcome, *_ in duplicates(site)}
    founders = dict.fromkeys(leads(site, "row_number"), "new")
    found = {
        row: again.get(row) or founders.get(row, "suppressed") for row in range(2, 2 + len(people))
    }
    assert [*found.values()] == expected
    assert [one for lead in leads(site, "emails || phones") for one in lead] == channels
    assert broken_laws(site) == {}


def test_a_list_that_grew_while_the_file_was_read_counts_for_the_whole_file(site: Site) -> None:
    again = ANN | MAIL
    import_ = run_steps(site, register(site, "Acme/list.csv", a_list(ANN, again)), STEPS[:2])
    ask_not_to_call(site, FIRST, SECOND)
    assert outcomes(run_steps(site, import_)) == {"suppressed": 1, "new": 1}
    assert leads(site, "row_number", "emails", "phones") == [(3, ["ann@example.com"], None)]


def test_a_file_in_which_nobody_is_reachable_gives_no_lead(site: Site) -> None:
    ask_not_to_call(site, FIRST)
    import_ = imported(site, "Acme/list.csv", *[{"name": "Ann Lee", "phone": FIRST}] * 3)
    assert outcomes(import_) == {"suppressed": 3}
    assert told(site, "SELECT * FROM lead_identities") == []


OPTED_OUT = {"202-555-0111", "m1@example.com"}


def reachable(people: list[Person]) -> list[Person]:
    """The file with empty rows for those whom no channel is left of; its flags are kept."""
    slots = {"phone": "dnc", "phone_2": "dnc_2"}
    flagged = {one[phone] for one in people for phone, flag in slots.items() if one[flag]}
    return [
        one | {flag: "yes" for phone, flag in slots.items() if one[phone] in flagged}
        if {one[name] for name in ("mail", "mail_2", *slots)} - {"", *flagged, *OPTED_OUT}
        else {}
        for one in people
    ]


def comes_to(site: Site, people: list[Person]) -> list[object]:
    """All leads and duplicates of a file, in a database that knows nobody else."""
    begin(site)
    ask_not_to_call(site, *OPTED_OUT)
    imported(site, "Acme/list.csv", *people, {"mail": "last@example.com"})
    assert broken_laws(site) == {}
    conflicts = told(site, "SELECT row_number, kind, value FROM loose_keys ORDER BY 1, 2, 3")
    return [leads(site, "row_number", "emails", "phones"), duplicates(site), conflicts]


# A fixture for all examples is meant: each begins with emptied tables.
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PEOPLE, min_size=2, max_size=6))
def test_a_file_comes_to_what_it_would_without_those_who_cannot_be_reached(
    site: Site, people: list[Person]
) -> None:
    assert comes_to(site, people) == comes_to(site, reachable(people))


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
