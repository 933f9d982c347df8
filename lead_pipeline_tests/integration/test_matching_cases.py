"""The three cases of a contact, the order of keys, and what the sources then count.

A: nobody knows the person. B: the same source brought the person before. C: another source did.
"""

from datetime import UTC, datetime, timedelta

import pytest

from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.people import (
    CALLS,
    META,
    Person,
    a_list,
    ago,
    change,
    day,
    duplicates,
    foreseen,
    from_calls,
    from_meta,
    history,
    imported,
    leads,
    outcomes,
    questions,
    register,
    told,
    totals,
)
from lead_pipeline_tests.integration.steps import STEPS, dump, run_steps

PHONE, OTHER_PHONE = "202-555-0101", "202-555-0102"
ANN: Person = {"id": "l:901", "name": "Ann Lee", "phone": PHONE, "at": day(3)}


def test_case_a_somebody_unknown_becomes_a_lead(site: Site) -> None:
    import_ = from_meta(site, "forms.tsv", ANN | {"mail": "ann@example.com"})
    assert outcomes(import_) == {"new": 1}
    assert totals(site) == {"Meta": 1}
    assert history(site) == duplicates(site) == []
    (lead,) = told(
        site,
        "SELECT full_name, email, phone_e164, phone_number_normalized, external_lead_id,"
        " received_at::date::text, import_id, row_number FROM leads_master",
    )
    assert lead == ("Ann Lee", "ann@example.com", "+12025550101", "2025550101", "901",
                    "2026-01-03", import_.import_id, 2)  # fmt: skip


def test_a_new_lead_is_nobodys_not_qualified_and_never_attempted(site: Site) -> None:
    from_meta(site, "forms.tsv", ANN)
    work = ("status", "assigned_to", "next_followup_at", "total_attempts", "is_qualified")
    assert leads(site, *work) == [("New", None, None, 0, False)]


def test_case_b_somebody_the_same_source_brought_before_is_not_counted_again(site: Site) -> None:
    from_meta(site, "monday.tsv", ANN)
    again = from_meta(site, "tuesday.tsv", ANN | {"id": "l:902", "at": day(4)})
    assert outcomes(again) == {"same_source_duplicate": 1}
    assert totals(site) == {"Meta": 1}
    assert history(site) == []
    assert duplicates(site) == [(2, "same_source_duplicate", "phone", "Ann Lee")]


def test_case_c_somebody_another_source_brought_before_gets_a_history(site: Site) -> None:
    from_meta(site, "forms.tsv", ANN)
    calls = from_calls(site, "calls.csv", {"id": "c-7", "phone": PHONE, "at": day(4)})
    assert outcomes(calls) == {"cross_source_duplicate": 1}
    assert totals(site) == {"Meta": 1, "Knowlarity": 1}
    assert history(site) == [("Ann Lee", "Knowlarity", "c-7", "2026-01-04")]
    assert told(site, "SELECT DISTINCT is_primary FROM lead_sources_history") == [(False,)]
    assert leads(site, "external_lead_id") == ["901"]


def test_the_download_and_the_api_of_one_form_meet_by_its_id(site: Site) -> None:
    from_meta(site, "forms.tsv", ANN)
    record = b'{"id":"901","created_time":"2026-01-04","form_id":"1","email":"a@example.com"}'
    again = run_steps(site, register(site, "api.ndjson", record))
    assert outcomes(again) == {"same_source_duplicate": 1}
    assert duplicates(site) == [(1, "same_source_duplicate", "external_id", "Ann Lee")]


def test_a_later_sighting_by_a_source_of_the_history_is_case_b(site: Site) -> None:
    from_meta(site, "forms.tsv", ANN)
    from_calls(site, "monday.csv", {"id": "c-7", "phone": PHONE, "at": day(4)})
    again = from_calls(site, "tuesday.csv", {"id": "c-8", "phone": PHONE, "at": day(5)})
    assert outcomes(again) == {"same_source_duplicate": 1}
    assert totals(site) == {"Meta": 1, "Knowlarity": 1}
    assert history(site) == [("Ann Lee", "Knowlarity", "c-7", "2026-01-04")]


def test_a_re_read_never_adds_a_second_one(site: Site) -> None:
    from_meta(site, "forms.tsv", ANN)
    calls = register(site, "calls.csv", a_list({"id": "c-7", "phone": PHONE}, layout=CALLS))
    done = run_steps(site, calls)
    before = dump(site)
    assert run_steps(site, calls) == done
    assert dump(site) == before
    # The log is pulled once more with a newer call below: the first call changes nothing.
    longer = from_calls(site, "longer.csv", {"id": "c-7", "phone": PHONE},
                        {"id": "c-9", "phone": OTHER_PHONE})  # fmt: skip
    assert outcomes(longer) == {"new": 1, "same_source_duplicate": 1}
    assert len(history(site)) == 1
    assert totals(site) == {"Meta": 1, "Knowlarity": 2}


def test_a_preview_leaves_no_gap_in_the_numbers_of_imports(site: Site) -> None:
    first = imported(site, "Acme/first.csv", ANN)
    assert foreseen(site, ANN, supplier="Acme") == ["same_source_duplicate"]
    second = imported(site, "Acme/second.csv", ANN | {"city": "Reno"})
    assert second.import_id == first.import_id + 1


@pytest.mark.parametrize("supplier", ["Acme", "Harbor"])
def test_a_preview_tells_the_case_also_of_who_lends_a_lead_its_name(
    site: Site, supplier: str
) -> None:
    imported(site, "Acme/list.csv", {"phone": PHONE})
    ann: Person = {"name": "Ann Lee", "phone": PHONE}
    (told,) = foreseen(site, ann, supplier=supplier)
    assert outcomes(imported(site, f"{supplier}/later.csv", ann)) == {told: 1}


def test_one_summary_of_a_run_has_every_case(site: Site) -> None:
    from_meta(site, "forms.tsv", ANN)
    from_calls(site, "monday.csv", {"id": "c-1", "phone": OTHER_PHONE, "at": day(4)})
    tuesday = from_calls(
        site,
        "tuesday.csv",
        {"id": "c-2", "phone": "202-555-0103", "at": day(5)},
        {"id": "c-3", "phone": OTHER_PHONE, "at": day(5)},
        {"id": "c-4", "phone": PHONE, "at": day(5)},
        {"id": "c-5", "phone": "202-555-0103", "at": day(5)},
        {"id": "c-6", "at": day(5)},
    )
    assert outcomes(tuesday) == {"new": 1, "same_source_duplicate": 1, "cross_source_duplicate": 1,
                                 "in_file_duplicate": 1}  # fmt: skip
    assert tuesday.row_outcomes == {"contacts": 4, "rejected": 1, "blank": 0}
    assert totals(site) == {"Meta": 1, "Knowlarity": 3}


def test_all_sources_of_a_lead_are_one_query(site: Site) -> None:
    from_meta(site, "forms.tsv", ANN)
    from_calls(site, "calls.csv", {"id": "c-7", "phone": PHONE, "at": day(4)})
    imported(site, "Acme/list.csv", {"name": "Ann", "phone": PHONE, "at": day(5)})
    found = told(
        site,
        "SELECT display_name, is_primary FROM ("
        " SELECT lead_id, source_id, true AS is_primary, received_at FROM leads_master UNION ALL"
        " SELECT lead_id, source_id, is_primary, received_at FROM lead_sources_history) AS seen"
        " JOIN source_names USING (source_id) ORDER BY seen.received_at",
    )
    assert found == [("Meta", True), ("Knowlarity", False), ("Acme", False)]


def test_duplicates_stand_in_a_table_of_their_own_with_the_key_and_the_lead(site: Site) -> None:
    imported(site, "Acme/known.csv", {"name": "Ann Lee", "mail": "ann@example.com", "at": day(1)})
    list_ = imported(
        site,
        "Harbor/list.csv",
        {"name": "Bo Ek", "phone": PHONE},
        {"name": "Bo Ek", "phone": PHONE},
        {"name": "A. Lee", "mail": "ann@example.com"},
    )
    assert duplicates(site) == [
        (3, "in_file_duplicate", "phone", "2"),
        (4, "cross_source_duplicate", "email", "Ann Lee"),
    ]
    assert outcomes(list_) == {"new": 1, "in_file_duplicate": 1, "cross_source_duplicate": 1}
    assert leads(site, "full_name") == ["Ann Lee", "Bo Ek"]


# What a second list says of somebody, and who of the first list that is, by which key.
BY_ID: Person = {"name": "By Id", "id": "x-1", "mail": "id@example.com", "phone": "202-555-0111"}
BY_MAIL: Person = {"name": "By Mail", "id": "x-2", "mail": "m@example.com", "phone": "202-555-0112"}
BY_PHONE: Person = {"name": "By Phone", "mail": "p@example.com", "phone": "202-555-0113"}
ORDER = {
    "an external id decides before mail and phone":
        ({"id": "x-1", "mail": "m@example.com", "phone": "202-555-0113"}, "By Id", "external_id"),
    "a mail decides before a phone":
        ({"mail": "m@example.com", "phone": "202-555-0113"}, "By Mail", "email"),
    "a mail decides where the id is unknown":
        ({"id": "x-9", "mail": "m@example.com", "phone": "202-555-0113"}, "By Mail", "email"),
    "a phone decides where nothing else is known":
        ({"id": "x-9", "mail": "new@example.com", "phone": "202-555-0113"}, "By Phone", "phone"),
    "a phone alone is enough": ({"phone": "(202) 555-0113"}, "By Phone", "phone"),
    "the first mail decides before the second":
        ({"mail": "p@example.com", "mail_2": "m@example.com"}, "By Phone", "email"),
    "a second phone decides where the first is unknown":
        ({"phone": "202-555-0177", "phone_2": "202-555-0112"}, "By Mail", "phone"),
}  # fmt: skip


@pytest.mark.parametrize(("said", "who", "key"), ORDER.values(), ids=ORDER)
def test_the_order_of_keys(site: Site, said: Person, who: str, key: str) -> None:
    first = imported(site, "Acme/first.csv", BY_ID, BY_MAIL, BY_PHONE)
    assert outcomes(first) == {"new": 3}
    second = imported(site, "Acme/second.csv", said)
    assert outcomes(second) == {"same_source_duplicate": 1}
    assert duplicates(site) == [(2, "same_source_duplicate", key, who)]


def test_an_external_id_counts_within_its_source_alone(site: Site) -> None:
    imported(site, "Acme/list.csv", BY_ID)
    other = imported(site, "Harbor/list.csv", {"name": "Cy Roe", "id": "x-1", "phone": OTHER_PHONE})
    assert outcomes(other) == {"new": 1}
    assert leads(site, "external_lead_id") == ["x-1", "x-1"]


def test_a_contact_with_keys_of_two_leads_is_noted_for_a_person_to_look_at(site: Site) -> None:
    imported(site, "Acme/list.csv", BY_ID, BY_PHONE)
    both = imported(site, "Harbor/both.csv", {"mail": "id@example.com", "phone": "202-555-0113"})
    assert outcomes(both) == {"cross_source_duplicate": 1}
    assert questions(site) == [("By Id", "By Phone", "phone", "+12025550113", both.import_id, 2)]
    assert leads(site, "full_name") == ["By Id", "By Phone"]


def test_the_primary_source_is_the_older_one_also_when_its_file_comes_later(site: Site) -> None:
    calls = from_calls(site, "calls.csv", {"id": "c-7", "phone": PHONE, "at": day(9)})
    forms = from_meta(site, "forms.tsv", ANN | {"at": day(3)})
    assert history(site) == [("Ann Lee", "Knowlarity", "c-7", "2026-01-09")]
    assert leads(site, "full_name", "external_lead_id", "import_id") == [
        ("Ann Lee", "901", forms.import_id)
    ]
    assert totals(site) == {"Knowlarity": 1, "Meta": 1}
    ledger = told(site, "SELECT import_id, contacts_new, contacts_cross_source FROM lead_sources"
                        " ORDER BY import_id")  # fmt: skip
    assert ledger == [(calls.import_id, 0, 1), (forms.import_id, 1, 0)]


def test_a_lead_keeps_its_number_and_what_people_did_when_an_older_source_comes(site: Site) -> None:
    from_calls(site, "calls.csv", {"id": "c-7", "phone": PHONE, "at": day(9)})
    (number,) = leads(site, "lead_id")
    change(site, "UPDATE leads_master SET status = 'Contacted', assigned_to = 'Kim'")
    from_meta(site, "forms.tsv", ANN | {"at": day(3)})
    assert leads(site, "lead_id", "full_name", "status", "assigned_to") == [
        (number, "Ann Lee", "Contacted", "Kim")
    ]


def test_without_an_event_time_the_arrival_of_the_file_counts(site: Site) -> None:
    late, early = (datetime(2026, 2, d, tzinfo=UTC) for d in (9, 3))
    for source, arrived in (("Late", late), ("Early", early)):
        content = a_list({"name": f"Ann {source}", "phone": PHONE})
        run_steps(site, register(site, f"{source}/list.csv", content, arrived=arrived))
    assert history(site) == [("Ann Early", "Late", None, "2026-02-09")]
    assert leads(site, "received_at") == [early]


def test_an_event_time_after_the_arrival_of_its_file_is_not_believed(site: Site) -> None:
    arrived = datetime(2026, 2, 3, tzinfo=UTC)
    content = a_list({"name": "Ann Lee", "phone": PHONE, "at": "2031-01-01"})
    run_steps(site, register(site, "Acme/a.csv", content, arrived=arrived))
    assert leads(site, "received_at") == [arrived]


def test_todays_count_begins_at_midnight_in_the_time_zone_of_the_account(site: Site) -> None:
    now = datetime.now(UTC)
    # A zone in which it is shortly after midnight (Etc/GMT+5 is five hours behind).
    change(site, "UPDATE account SET time_zone = %s",
           f"Etc/GMT+{now.hour}" if now.hour <= 12 else f"Etc/GMT-{24 - now.hour}")  # fmt: skip
    midnight = now.replace(minute=0, second=0, microsecond=0)
    events = [midnight - timedelta(hours=1), midnight - timedelta(seconds=1), midnight]
    people = [ANN | {"id": f"l:{n}", "phone": f"202-555-010{n}", "at": at.isoformat()}
              for n, at in enumerate(events)]  # fmt: skip
    forms = from_meta(site, "forms.tsv", *people)
    assert outcomes(forms) == {"new": 3}
    counted = told(site, "SELECT total_leads_count, todays_leads_count FROM sources")
    assert counted == [(3, 1)]


def test_todays_count_leaves_out_leads_of_other_days_that_arrive_today(site: Site) -> None:
    from_meta(site, "forms.tsv", ANN, ANN | {"phone": OTHER_PHONE, "id": "l:2", "at": ago(days=2)})
    from_calls(site, "calls.csv", {"id": "c-7", "phone": PHONE, "at": day(4)})
    counted = told(site, "SELECT display_name, total_leads_count, todays_leads_count FROM sources"
                         " ORDER BY 1")  # fmt: skip
    assert counted == [("Knowlarity", 1, 0), ("Meta", 2, 0)]


def test_a_killed_decision_leaves_nothing_and_the_next_one_does_it_all(site: Site) -> None:
    import_ = register(site, "forms.tsv", a_list(ANN | {"form": "1"}, layout=META))
    run_steps(site, import_, STEPS[:2])
    change(site, "ALTER TABLE source_days ADD CONSTRAINT stop CHECK (leads < 0)")
    with pytest.raises(Exception, match="stop"):
        run_steps(site, import_, STEPS[2:])
    assert leads(site, "full_name") == duplicates(site) == []
    change(site, "ALTER TABLE source_days DROP CONSTRAINT stop")
    assert outcomes(run_steps(site, import_)) == {"new": 1}
