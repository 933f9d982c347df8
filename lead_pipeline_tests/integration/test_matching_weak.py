"""What tells nobody apart: numbers of several people or of a company, mails of a function, guesses.

They stay channels of whoever has them, and are no key: they decide only for who has nothing else.
"""

import pytest

from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.matching.decide import SHARED_BY
from lead_pipeline.matching.proofs import broken_keys
from lead_pipeline.suppression.opt_outs import opt_out
from lead_pipeline_tests.integration.lead_state import broken_laws, lead_state
from lead_pipeline_tests.integration.people import (
    Person,
    day,
    from_calls,
    imported,
    leads,
    outcomes,
    questions,
    register,
    told,
)
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.making import csv_file

DESK = "202-555-0100"
NAMES = ["Ann Lee", "Bo Ek", "Cy Roe", "Di Fox", "Ed Orr"]


def staff(count: int, phone: str = DESK, **said: str) -> list[Person]:
    """People of one office: a name and a mail each, and one number."""
    return [
        {"name": name, "mail": f"{name.split()[0].lower()}@example.com", "phone": phone, **said}
        for name in NAMES[:count]
    ]


def sound(site: Site) -> bool:
    with connect(site.settings.database_url) as session:
        return broken_laws(site) == {} and not any(broken_keys(session).values())


def listed(site: Site, key: str, header: list[str], *rows: list[str]) -> dict[str, int]:
    return outcomes(run_steps(site, register(site, key, csv_file(header, rows))))


def test_a_number_of_several_people_is_no_key_but_a_question(site: Site) -> None:
    assert outcomes(imported(site, "Acme/staff.csv", *staff(4))) == {"new": 4}
    assert leads(site, "phones") == [["+12025550100"]] * 4
    assert {kind for _, _, kind, *_ in questions(site)} == {"shared_phone"}
    assert len(questions(site)) == 3
    assert sound(site)


def test_an_agents_number_beside_phones_of_their_own_makes_nobody_one(site: Site) -> None:
    owners = [{"name": name, "phone": f"202-555-011{n}", "phone_2": DESK}
              for n, name in enumerate(NAMES)]  # fmt: skip
    assert outcomes(imported(site, "Acme/homes.csv", *owners)) == {"new": 5}
    assert sound(site)


def test_two_people_with_one_number_are_still_one_lead(site: Site) -> None:
    assert SHARED_BY == 3
    import_ = imported(site, "Acme/couple.csv", *staff(2))
    assert outcomes(import_) == {"new": 1, "in_file_duplicate": 1}


def test_a_household_of_one_surname_is_one_lead(site: Site) -> None:
    home = [one | {"name": f"{one['name'].split()[0]} Lee"} for one in staff(5)]
    import_ = imported(site, "Acme/home.csv", *home)
    assert outcomes(import_) == {"new": 1, "in_file_duplicate": 4}


def test_people_of_one_mail_are_no_several_people(site: Site) -> None:
    one_mail = [one | {"mail": "ann@example.com"} for one in staff(4)]
    assert outcomes(imported(site, "Acme/a.csv", *one_mail)) == {"new": 1, "in_file_duplicate": 3}


@pytest.mark.parametrize("first", ["the staff", "the call", "a person"])
def test_it_is_shared_for_every_file_whichever_came_first(site: Site, first: str) -> None:
    zed = {"name": "Zed Poe", "mail": "zed@example.com", "phone": DESK, "at": day(1)}
    files = {
        "the staff": lambda: imported(site, "Acme/staff.csv", *staff(4, at=day(2))),
        "the call": lambda: from_calls(site, "calls.csv", {"id": "c-1", "phone": DESK,
                                                           "at": day(3)}),
        "a person": lambda: imported(site, "Harbor/zed.csv", zed),
    }  # fmt: skip
    for name in sorted(files, key=lambda name: name != first):
        files[name]()
    assert sorted(leads(site, "full_name")) == [*NAMES[:4], "Zed Poe"]
    (call,) = told(
        site,
        "SELECT full_name, matched_by::text FROM duplicate_leads JOIN leads_master USING (lead_id)",
    )
    assert call == ("Zed Poe", "phone")
    assert sound(site)


def test_whoever_has_only_such_a_number_joins_the_oldest_and_founds_nobody(site: Site) -> None:
    imported(site, "Acme/staff.csv", *staff(4, at=day(2)))
    calls = from_calls(site, "calls.csv", *({"id": f"c-{n}", "phone": DESK, "at": day(3)}
                                            for n in range(3)))  # fmt: skip
    assert calls.contact_outcomes["new"] == 0
    assert sorted(leads(site, "full_name")) == NAMES[:4]
    (who,) = told(
        site,
        "SELECT DISTINCT l.full_name FROM duplicate_leads AS d JOIN leads_master AS l"
        " USING (lead_id) JOIN lead_sources AS i ON i.import_id = d.import_id"
        " WHERE i.source = 'Knowlarity'",
    )
    assert who == ("Ann Lee",)
    assert sound(site)


def test_undoing_what_showed_it_makes_the_number_a_key_again(site: Site) -> None:
    ann, bo = staff(2)
    imported(site, "Harbor/ann.csv", ann | {"at": day(1)})
    imported(site, "Summit/bo.csv", bo | {"at": day(2)})
    assert leads(site, "full_name") == ["Ann Lee"]
    shown = imported(site, "Acme/staff.csv", *staff(4, at=day(3)))
    assert leads(site, "full_name")[:2] == ["Ann Lee", "Bo Ek"]
    assert sound(site)
    undo_import(site, shown.import_id)
    assert leads(site, "full_name") == ["Ann Lee"]
    assert questions(site) == []
    assert sound(site)


def test_an_opt_out_takes_a_shared_number_from_everybody(site: Site) -> None:
    imported(site, "Acme/staff.csv", *staff(4))
    with connect(site.settings.database_url, autocommit=True) as session:
        (done,) = opt_out(session, [DESK], None, site.settings)
    assert done.leads == 4
    assert leads(site, "phones") == [None] * 4


@pytest.mark.parametrize("header", ["Corporate Phone", "Company Main Phone", "Office No"])
def test_a_phone_of_a_company_is_no_key_and_stands_behind_the_person_s_own(
    site: Site, header: str
) -> None:
    known = listed(
        site, "Acme/b2b.csv", ["Name", header, "Email", "Mobile"],
        ["Ann Lee", DESK, "ann@example.com", "202-555-0111"],
        ["Bo Ek", DESK, "bo@example.com", "202-555-0112"],
    )  # fmt: skip
    assert known == {"new": 2}
    assert leads(site, "phone_e164", "alternate_phone_number") == [
        ("+12025550111", "+12025550100"), ("+12025550112", "+12025550100"),
    ]  # fmt: skip
    assert questions(site) == []
    assert sound(site)


def test_a_phone_of_a_company_alone_is_called_all_the_same(site: Site) -> None:
    assert listed(site, "Acme/b2b.csv", ["Name", "Corporate Phone"], ["Ann Lee", DESK]) == {
        "new": 1
    }
    assert leads(site, "phone_e164") == ["+12025550100"]
    again = listed(site, "Acme/later.csv", ["Name", "Corporate Phone", "City"],
                   ["A. Lee", DESK, "Reno"])  # fmt: skip
    assert again == {"same_source_duplicate": 1}


@pytest.mark.parametrize("mail", ["info@example.com", "sales@example.com", "office@example.com"])
def test_a_mail_of_a_function_is_no_key(site: Site, mail: str) -> None:
    ann, bo = ({"name": name, "mail": mail, "phone": f"202-555-011{n}"}
               for n, name in enumerate(NAMES[:2]))  # fmt: skip
    assert outcomes(imported(site, "Acme/a.csv", ann, bo)) == {"new": 2}
    assert leads(site, "emails") == [[mail], [mail]]
    assert sound(site)


def test_with_nothing_but_such_a_mail_one_is_known_by_it_and_the_name(site: Site) -> None:
    ann, bo = ({"name": name, "mail": "info@example.com"} for name in NAMES[:2])
    assert outcomes(imported(site, "Acme/a.csv", ann, bo)) == {"new": 2}
    again = imported(site, "Harbor/b.csv", ann)
    assert outcomes(again) == {"cross_source_duplicate": 1}
    assert sound(site)


def test_an_opt_out_takes_a_mail_of_a_function_from_everybody(site: Site) -> None:
    people = [one | {"mail": "info@example.com", "phone": f"202-555-011{n}"}
              for n, one in enumerate(staff(3))]  # fmt: skip
    imported(site, "Acme/a.csv", *people)
    with connect(site.settings.database_url, autocommit=True) as session:
        (done,) = opt_out(session, ["info@example.com"], None, site.settings)
    assert done.leads == 3
    assert leads(site, "emails") == [None] * 3


@pytest.mark.parametrize("cell", ["ann,birch@example.com", "ann birch@example.com"])
def test_a_mail_that_was_mended_by_a_guess_is_no_key(site: Site, cell: str) -> None:
    imported(site, "Acme/a.csv", {"name": "Joe Birch", "mail": "birch@example.com"})
    guessed = {"name": "Ann Birch", "mail": cell, "phone": DESK}
    assert outcomes(imported(site, "Acme/b.csv", guessed)) == {"new": 1}
    assert leads(site, "email") == ["birch@example.com"] * 2
    assert sound(site)


def test_a_placeholder_is_no_mail_at_all_and_is_told(site: Site) -> None:
    ann, bo = ({"name": name, "mail": "none@none.com", "phone": f"202-555-011{n}"}
               for n, name in enumerate(NAMES[:2]))  # fmt: skip
    import_ = imported(site, "Acme/a.csv", ann, bo, {"name": "Cy Roe", "mail": "na@na.com"})
    assert outcomes(import_) == {"new": 2, "invalid": 1}
    assert leads(site, "emails") == [None, None]
    codes = told(site, f"SELECT problems -> 0 ->> 'code' FROM archive.{import_.archive_table}")
    assert codes == [("placeholder_email",)] * 2


def test_a_number_of_somebody_else_of_the_file_is_not_learned(site: Site) -> None:
    """Bo has Ann's number and one of his own, which stands in none of Ann's phones."""
    ann = {"name": "Ann Lee", "mail": "ann@example.com", "phone": "202-555-0101"}
    bo = {"name": "Bo Ek", "phone": "202-555-0101", "phone_2": "202-555-0102"}
    imported(site, "Acme/a.csv", ann, bo)
    assert told(site, "SELECT value FROM lead_identities ORDER BY 1") == [
        ("+12025550101",), ("ann@example.com",),
    ]  # fmt: skip
    later = imported(site, "Harbor/b.csv", {"name": "Bo Ek", "phone": "202-555-0102"})
    assert outcomes(later) == {"new": 1}
    assert [one[:3] for one in questions(site)] == [("Ann Lee", "Bo Ek", "phone")]
    assert sound(site)
    before = lead_state(site)
    undo_import(site, imported(site, "Summit/c.csv", ann, bo | {"name": "Bob"}).import_id)
    assert lead_state(site) == before


def test_an_opt_out_of_a_number_that_is_nobody_s_key_outlives_a_replay(site: Site) -> None:
    first = imported(site, "Acme/a.csv", {"name": "Ann Lee", "mail": "ann@example.com",
                                          "phone": "202-555-0101", "at": day(1)})  # fmt: skip
    imported(site, "Harbor/b.csv", {"mail": "ann@example.com", "phone": "202-555-0102",
                                    "at": day(2)})  # fmt: skip
    with connect(site.settings.database_url, autocommit=True) as session:
        opt_out(session, ["202-555-0102"], None, site.settings)
    undo_import(site, first.import_id)
    assert leads(site, "emails", "phones") == [(["ann@example.com"], None)]


def test_the_two_forms_of_a_salesforce_id_are_one(site: Site) -> None:
    header = ["Lead Id", "Name", "Phone 1"]
    listed(site, "Acme/short.csv", header, ["00Q30000001n7Pi", "Ann Lee", "202-555-0101"])
    again = listed(site, "Acme/long.csv", header, ["00Q30000001n7PiEAI", "Ann Lee", "202-555-0102"])
    assert again == {"same_source_duplicate": 1}
    assert leads(site, "external_lead_id") == ["00Q30000001n7PiEAI"]


def test_the_mail_of_a_function_is_noted_with_every_sighting(site: Site) -> None:
    ann = {"name": "Ann Lee", "mail": "info@example.com", "phone": "202-555-0113"}
    imported(site, "Acme/a.csv", ann | {"at": day(1)})
    imported(site, "Acme/b.csv", ann | {"at": day(2)})
    assert told(site, "SELECT count(*) FROM loose_keys WHERE no_key") == [(2,)]
