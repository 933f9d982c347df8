"""What a posted lead is told at once is what a file with it says in the end."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lead_pipeline.choices.reading import settle_region
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import, Status
from lead_pipeline.matching import merges
from lead_pipeline.suppression.opt_outs import opt_out
from lead_pipeline_tests.integration.commands import Command
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.integration.people import Person, ago, agree, imported
from lead_pipeline_tests.integration.posting import as_line, came_to, imported_lines, judged
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.integration.test_matching_contacts import contact
from lead_pipeline_tests.integration.test_matching_order import (
    ARRIVED,
    PEOPLE,
    SUPPLIERS,
    File,
    begin,
    files,
)

CHANNELS = st.sampled_from(["m0@example.com", "m1@example.com", "202-555-0110", "202-555-0112"])
NOW = ARRIVED + timedelta(days=1)
# Posted leads come after those that are known: who says an earlier time is shown by itself.
POSTED = PEOPLE.map(lambda person: person | {"at": ""})


# A fixture for all examples is meant: each begins with emptied tables.
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    files(),
    st.lists(CHANNELS, max_size=2, unique=True),
    st.sampled_from(SUPPLIERS),
    st.lists(POSTED, min_size=1, max_size=8),
)
def test_the_answer_is_what_the_import_says(
    site: Site, before: list[File], opted_out: list[str], supplier: str, posted: list[Person]
) -> None:
    begin(site)
    for file in before:
        run_steps(site, file.register(site))
    if opted_out:
        with connect(site.settings.database_url, autocommit=True) as session:
            opt_out(session, opted_out, None, site.settings)
    lines = [as_line(person) for person in posted]
    told = judged(site, supplier, lines, NOW)
    import_ = imported_lines(site, f"{supplier}/posted.ndjson", lines, NOW)
    # With the other posts of the same moment a number may turn out to be several people's.
    declared = "SELECT FROM shared_numbers WHERE import_id = %s"
    assume(not rows(site, declared, import_.import_id))
    assert [one.status for one in told] == said(site, import_, lines)


def said(site: Site, import_: Import, lines: Sequence[str]) -> list[str]:
    if import_.status is Status.REJECTED:
        return ["invalid"] * len(lines)
    return came_to(site, import_, len(lines))


PHONE = "202-555-0101"


def agreed(site: Site, *leads: object, supplier: str = "Acme") -> list[str]:
    """What leads are told, which is what their import says as well."""
    lines = [json.dumps(lead) for lead in leads]
    now = datetime.now(UTC)
    verdicts = judged(site, supplier, lines, now)
    import_ = imported_lines(site, f"{supplier}/posted.ndjson", lines, now)
    assert [one.status for one in verdicts] == said(site, import_, lines)
    return [one.status for one in verdicts]


def test_a_row_with_several_contacts_is_told_the_best_of_them(site: Site) -> None:
    imported(site, "Harbor/list.csv", {"name": "Ann Lee", "phone": PHONE})
    known = contact(1, "Ann Lee", "ann@example.com", PHONE)
    another = contact(2, "Bo Ek", "bo@example.com", "202-555-0102")
    row = {"PropertyAddress": "1 Main St", "RecipientAddress": "1 Main St"}
    assert agreed(site, row | known, row | known | another) == ["duplicate", "accepted"]


def test_records_of_any_depth_are_read_as_those_of_a_file(site: Site) -> None:
    imported(site, "Harbor/list.csv", {"name": "Ann Lee", "phone": PHONE})
    nested = {"contact": {"name": "Ann Lee", "phones": [PHONE]}, "answers": {"roof": [1, 2]}}
    assert agreed(site, nested, {"contact": {"email": "bo@example.com"}}, {}, {"contact": {}}) == [
        "duplicate", "accepted", "invalid", "invalid",
    ]  # fmt: skip


def test_forms_of_an_ad_platform_count_for_their_own_source(site: Site) -> None:
    form = {"id": "l:1", "created_time": "2026-01-05T12:00:00+0000", "form_id": "f:1",
            "full_name": "Ann Lee", "phone_number": "p:+12025550101"}  # fmt: skip
    assert agreed(site, form, form | {"id": "l:2"}) == ["accepted", "duplicate"]


def test_phones_are_of_the_region_that_is_settled(site: Site) -> None:
    with connect(site.settings.database_url, autocommit=True) as session:
        settle_region(session, "supplier", "Acme", "IN")
    imported(site, "Harbor/list.csv", {"name": "Ann Lee", "phone": "+919876543210"})
    assert agreed(site, {"name": "A", "phone": "9876543210"}) == ["duplicate"]
    assert agreed(site, {"name": "B", "phone": "9876543210"}, supplier="Summit") == ["invalid"]


def test_what_the_lead_says_of_calling_holds_for_all_of_the_post(site: Site) -> None:
    flagged = {"name": "Ann Lee", "phone": PHONE, "dnc": "yes"}
    plain = {"name": "Bo Ek", "phone": PHONE, "dnc": None}
    other = {"name": "Cy Roe", "phone": "202-555-0102", "dnc": "no"}
    assert agreed(site, plain, flagged, other) == ["suppressed", "suppressed", "accepted"]


def test_a_list_of_one_campaign_holds_for_its_leads(site: Site, command: Command) -> None:
    listed = site.settings.home / "no_solar.csv"
    listed.write_text(f"phone\n{PHONE}\n", encoding="utf-8")
    command("dnc", "load", str(listed), "--list", "no solar", "--campaign", "Solar")
    ann = {"name": "Ann Lee", "phone": PHONE}
    assert agreed(site, ann | {"campaign": "solar"}, ann | {"campaign": "Roof"}) == [
        "suppressed", "accepted",
    ]  # fmt: skip


def test_a_mail_of_a_function_is_of_whoever_has_the_name(site: Site) -> None:
    imported(site, "Harbor/list.csv", {"name": "Ann Lee", "mail": "info@example.com"})
    names = ("Ann Lee", "Bo Ek", "ann lee")
    assert agreed(site, *({"name": name, "mail": "info@example.com"} for name in names)) == [
        "duplicate", "accepted", "duplicate",
    ]  # fmt: skip


def test_a_number_of_several_people_of_a_post_is_nobodys_own(site: Site) -> None:
    people = [("Ann Lee", "ann"), ("Bo Ek", "bo"), ("Cy Roe", "cy")]
    leads = [
        {"name": name, "phone": PHONE, "email": f"{mail}@example.com"} for name, mail in people
    ]
    assert agreed(site, *leads) == ["accepted"] * 3
    assert agreed(site, *leads[:2], {"name": "Di Fox", "phone": PHONE}) == ["duplicate"] * 3


def test_who_is_one_by_a_persons_decision_is_known_by_either(site: Site) -> None:
    ann = {"name": "Ann Lee", "mail": "ann@example.com"}
    imported(site, "Harbor/one.csv", ann, {"name": "Ann Roe", "phone": PHONE})
    imported(site, "Harbor/both.csv", ann | {"phone": PHONE})
    with connect(site.settings.database_url, autocommit=True) as session:
        first, second = (
            one["lead_id"] for one in session.execute("SELECT lead_id FROM leads_master")
        )
        merges.accept(session, first, second, "ann", site.settings)
    assert agreed(site, {"name": "Ann", "phone": PHONE}) == ["duplicate"]


def test_the_age_of_a_duplicate_is_that_of_who_counts_by_the_terms(site: Site) -> None:
    agree(site, "Summit", scope="supplier")
    imported(
        site, "Summit/old.csv", {"name": "Ann Lee", "phone": PHONE, "at": ago(days=9, hours=1)}
    )
    imported(site, "Acme/new.csv", {"name": "Ann Lee", "phone": PHONE, "at": ago(days=2, hours=1)})
    line = [json.dumps({"name": "Ann Lee", "phone": PHONE})]
    ages = [judged(site, one, line, datetime.now(UTC))[0].age_days for one in ("Summit", "Harbor")]
    assert ages == [9, 2]


def test_who_says_to_have_come_first_is_the_lead(site: Site) -> None:
    imported(site, "Harbor/list.csv", {"name": "Ann Lee", "phone": PHONE, "at": ago(days=2)})
    earlier = {"name": "Ann Lee", "phone": PHONE, "created_at": ago(days=5)}
    assert agreed(site, earlier, earlier | {"created_at": ago(days=1)}) == ["accepted", "duplicate"]
