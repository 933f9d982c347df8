"""Which contacts are one person: aliases, further channels, several contacts in a row, row ids."""

import pytest

from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.lead_state import broken_laws
from lead_pipeline_tests.integration.people import (
    Person,
    day,
    duplicates,
    imported,
    leads,
    outcomes,
    questions,
    register,
    told,
)
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.making import wide_file

# A property row with two people of its own and the agent who lists it.
PROPERTY = ["PropertyAddress", "RecipientAddress", "Contact1Name", "Contact1Phone_1",
            "Contact1Phone_2", "Contact1Email_1", "Contact2Name", "Contact2Phone_1",
            "Contact2Email_1", "MLS_Curr_ListAgentName", "MLS_Curr_ListAgentPhone",
            "MLS_Curr_ListAgentEmail"]  # fmt: skip
AGENT = {"MLS_Curr_ListAgentName": "Agnes Agent", "MLS_Curr_ListAgentPhone": "202-555-0190",
         "MLS_Curr_ListAgentEmail": "agnes@example.com"}  # fmt: skip


def contact(number: int, name: str, mail: str, *phones: str) -> Person:
    """One contact of a property row."""
    start = f"Contact{number}"
    said = {f"{start}Phone_{n}": phone for n, phone in enumerate(phones, start=1)}
    return {f"{start}Name": name, f"{start}Email_1": mail} | said


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"mail": "Ann.Lee@Example.com"}, {"mail": "ann.lee@example.com"}),
        ({"mail": "annlee@gmail.com"}, {"mail": "Ann.Lee+sale@googlemail.com"}),
        ({"phone": "(202) 555-0101"}, {"phone": "+1 202 555 0101"}),
        ({"phone": "202.555.0101"}, {"phone": "12025550101"}),
        ({"phone": "202-555-0101"}, {"phone": "202-555-0102", "phone_2": "2025550101"}),
        ({"mail": "a@example.com", "mail_2": "b@example.com"}, {"mail": "b@example.com"}),
        ({"phone": "202-555-0101", "phone_2": "202-555-0102"}, {"phone": "202-555-0102"}),
    ],
    ids=lambda person: " ".join(person.values()),
)
def test_a_person_is_recognised(site: Site, first: Person, second: Person) -> None:
    imported(site, "Acme/first.csv", first | {"name": "Ann Lee", "at": day(1)})
    second_import = imported(site, "Acme/second.csv", second | {"name": "A. Lee", "at": day(2)})
    assert outcomes(second_import) == {"same_source_duplicate": 1}
    assert leads(site, "full_name") == ["Ann Lee"]
    in_file = imported(site, "Acme/both.csv", first | {"name": "Ann"}, second | {"name": "Lee"})
    assert outcomes(in_file) == {"same_source_duplicate": 1, "in_file_duplicate": 1}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"mail": "ann@example.com"}, {"mail": "ann@example.net"}),
        ({"mail": "ann.lee@example.com"}, {"mail": "annlee@example.com"}),
        ({"phone": "202-555-0101"}, {"phone": "+49 202 5550101"}),
        ({"phone": "202-555-0101"}, {"phone": "703-555-0101"}),
    ],
    ids=lambda person: " ".join(person.values()),
)
def test_a_namesake_is_somebody_else(site: Site, first: Person, second: Person) -> None:
    people = [person | {"name": "Ann Lee"} for person in (first, second)]
    both = imported(site, "Acme/list.csv", *people)
    assert outcomes(both) == {"new": 2}


def test_further_channels_of_a_duplicate_are_known_from_then_on(site: Site) -> None:
    ann, phone = {"name": "Ann Lee", "mail": "ann@example.com"}, {"phone": "202-555-0101"}
    imported(site, "Acme/first.csv", ann | {"at": day(1)})
    imported(site, "Acme/second.csv", ann | phone | {"at": day(2)})
    third = imported(site, "Acme/third.csv", phone | {"name": "Somebody", "at": day(3)})
    assert outcomes(third) == {"same_source_duplicate": 1}
    assert leads(site, "full_name", "phones") == [("Ann Lee", ["+12025550101"])]


def test_the_first_row_of_a_file_wins_and_the_others_point_to_it(site: Site) -> None:
    list_ = imported(
        site,
        "Acme/list.csv",
        {"name": "Ann Lee", "mail": "ann@example.com", "at": day(1)},
        {"name": "Ann B. Lee", "mail": "ann@example.com", "phone": "202-555-0101", "at": day(1)},
        {"name": "A. Lee", "phone": "202-555-0101", "at": day(2)},
    )
    assert outcomes(list_) == {"new": 1, "in_file_duplicate": 2}
    assert leads(site, "full_name") == ["Ann Lee"]
    assert duplicates(site) == [
        (3, "in_file_duplicate", "email", "2"),
        (4, "in_file_duplicate", "phone", "2"),
    ]


def test_the_first_row_is_the_oldest_by_its_own_time_as_among_files(site: Site) -> None:
    imported(
        site,
        "Acme/list.csv",
        {"name": "Ann Lee", "mail": "ann@example.com", "at": day(9)},
        {"name": "Ann B. Lee", "mail": "ann@example.com", "at": day(1)},
    )
    assert leads(site, "full_name", "row_number") == [("Ann B. Lee", 3)]
    assert duplicates(site) == [(2, "in_file_duplicate", "email", "3")]


def test_what_only_a_further_row_of_the_file_says_still_recognises_the_person(site: Site) -> None:
    imported(
        site,
        "Acme/list.csv",
        {"name": "Ann Lee", "mail": "ann@example.com", "at": day(1)},
        {"name": "Ann Lee", "mail": "ann@example.com", "phone": "202-555-0101", "at": day(1)},
    )
    later = imported(site, "Harbor/list.csv", {"name": "Ann", "phone": "202-555-0101"})
    assert outcomes(later) == {"cross_source_duplicate": 1}


# Ann is known by her mail, Bo by a phone; a file says somebody twice, once with a further phone.
FURTHER = {
    "of somebody known, a phone that is nobody's":
        ({"mail": "ann@example.com"}, "202-555-0109", ["Ann Lee", "Bo Ek"], "Ann Lee", []),
    "of somebody known, a phone of another":
        ({"mail": "ann@example.com"}, "202-555-0102", ["Ann Lee", "Bo Ek"], "Bo Ek",
         [("Ann Lee", "Bo Ek", 3)]),
    "of somebody known, a phone that is known":
        ({"phone": "202-555-0102"}, "202-555-0102", ["Ann Lee", "Bo Ek"], "Bo Ek", []),
    "of somebody new, a phone that is nobody's":
        ({"mail": "cy@example.com"}, "202-555-0109", ["Ann Lee", "Bo Ek", "Cy Roe"], "Cy Roe", []),
    "of somebody new, a phone of another":
        ({"mail": "cy@example.com"}, "202-555-0102", ["Ann Lee", "Bo Ek", "Cy Roe"], "Bo Ek",
         [("Bo Ek", "Cy Roe", 3)]),
}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "phone", "people", "whose", "noted"), FURTHER.values(), ids=FURTHER
)
def test_the_further_phone_of_a_repeat(
    site: Site,
    said: Person,
    phone: str,
    people: list[str],
    whose: str,
    noted: list[tuple[str, str, int]],
) -> None:
    ann, bo = {"name": "Ann Lee", "mail": "ann@example.com"}, {"name": "Bo Ek"}
    imported(site, "Acme/known.csv", ann | {"at": day(1)},
             bo | {"phone": "202-555-0102", "at": day(1)})  # fmt: skip
    cy = said | {"name": "Cy Roe", "at": day(2)}
    import_ = imported(site, "Harbor/list.csv", cy, cy | {"phone_2": phone})
    assert outcomes(import_)["in_file_duplicate"] == 1
    assert sorted(leads(site, "full_name")) == people
    assert [(one, other, row) for one, other, *_, row in questions(site)] == noted
    imported(site, "Summit/later.csv", {"phone": phone, "at": day(3)})
    (known,) = told(
        site,
        "SELECT full_name FROM leads_master JOIN duplicate_leads AS d USING (lead_id)"
        " JOIN lead_sources AS i ON i.import_id = d.import_id WHERE i.supplier = 'Summit'",
    )
    assert known == (whose,)
    assert broken_laws(site) == {}


def test_row_numbers_that_a_plain_list_calls_ids_merge_nobody(site: Site) -> None:
    files = [
        [{"id": str(n), "name": f"Person {n}", "phone": f"202-555-01{of}{n}"} for n in range(1, 6)]
        for of in range(3)
    ]
    done = [imported(site, f"Acme/{at}.csv", *people) for at, people in enumerate(files)]
    assert [outcomes(one) for one in done] == [{"new": 5}] * 3
    assert leads(site, "external_lead_id") == [None] * 15


def test_the_contacts_of_a_property_row_are_people_of_their_own(site: Site) -> None:
    row = {"PropertyAddress": "1 Oak St"} | AGENT
    row |= contact(1, "Ann Lee", "ann@example.com", "202-555-0101", "202-555-0102")
    row |= contact(2, "Bo Lee", "bo@example.com", "202-555-0103")
    done = run_steps(site, register(site, "Acme/homes.csv", wide_file(PROPERTY, [row])))
    assert outcomes(done) == {"new": 3}
    found = told(site, "SELECT full_name, contact_number, phones FROM leads_master ORDER BY 2")
    assert [person[0] for person in found] == ["Ann Lee", "Bo Lee", "Agnes Agent"]
    assert found[0][2] == ["+12025550101", "+12025550102"]


def test_an_agent_who_lists_many_homes_is_one_lead(site: Site) -> None:
    rows = [
        {"PropertyAddress": f"{n} Oak St"}
        | contact(1, f"Owner {n}", f"owner{n}@example.com", f"202-555-012{n}")
        | AGENT
        for n in range(5)
    ]
    done = run_steps(site, register(site, "Acme/homes.csv", wide_file(PROPERTY, rows)))
    assert outcomes(done) == {"new": 6, "in_file_duplicate": 4}
    assert leads(site, "full_name").count("Agnes Agent") == 1
    assert len(duplicates(site)) == 4


def test_two_contacts_of_a_row_who_share_a_phone_are_one_person(site: Site) -> None:
    row = contact(1, "Ann Lee", "ann@example.com", "202-555-0101")
    row |= contact(2, "Bo Lee", "bo@example.com", "202-555-0101")
    done = run_steps(site, register(site, "Acme/homes.csv", wide_file(PROPERTY, [row])))
    assert outcomes(done) == {"new": 1, "in_file_duplicate": 1}
    pointed = told(site, "SELECT contact_number, first_row_number, first_contact_number"
                         " FROM duplicate_leads")  # fmt: skip
    assert pointed == [(2, 2, 1)]


def test_two_rows_of_a_file_that_a_third_one_joins_stay_two_and_are_noted(site: Site) -> None:
    list_ = imported(
        site,
        "Acme/list.csv",
        {"name": "Ann Lee", "mail": "ann@example.com"},
        {"name": "Bo Ek", "phone": "202-555-0101"},
        {"name": "Both", "mail": "ann@example.com", "phone": "202-555-0101"},
    )
    assert outcomes(list_) == {"new": 2, "in_file_duplicate": 1}
    assert [one[:4] for one in questions(site)] == [("Ann Lee", "Bo Ek", "phone", "+12025550101")]


def test_a_contact_that_is_no_lead_is_not_matched(site: Site) -> None:
    row = contact(1, "Ann Lee", "", "202-555-0101")  # property exports need a mail as well
    content = wide_file(PROPERTY, [row | AGENT, row])
    done = run_steps(site, register(site, "Acme/homes.csv", content))
    assert outcomes(done) == {"new": 1, "invalid": 2}
    after = imported(site, "Acme/list.csv", {"name": "Ann Lee", "phone": "202-555-0101"})
    assert outcomes(after) == {"new": 1}


def test_an_id_is_taken_as_it_stands_whatever_characters_it_has(site: Site) -> None:
    ids = ["Å-1", "å-1", "a:1", "a\\1", 'a"1', "a,1", "{a}", "a'1"]
    people = [{"name": "Ann", "id": i, "phone": f"202-555-010{n}"} for n, i in enumerate(ids)]
    assert outcomes(imported(site, "Acme/list.csv", *people)) == {"new": len(ids)}
    assert sorted(leads(site, "external_lead_id")) == sorted(ids)
    again = imported(site, "Acme/again.csv", *({"id": i, "mail": "x@example.com"} for i in ids[:1]))
    assert outcomes(again) == {"same_source_duplicate": 1}
