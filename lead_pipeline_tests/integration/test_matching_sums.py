"""The law of sums through matching: every contact of any file ends with exactly one outcome."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Status
from lead_pipeline.suppression.opt_outs import opt_out
from lead_pipeline_tests.integration.lead_state import broken_laws
from lead_pipeline_tests.integration.people import (
    PLAIN,
    Person,
    day,
    imported,
    outcomes,
    register,
)
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.integration.test_matching_order import PEOPLE, begin
from lead_pipeline_tests.making import csv_file


def known_people(site: Site) -> None:
    """Leads of two sources, and somebody who opted out; Summit's look-back is two days."""
    begin(site)
    seen: list[Person] = [
        {"name": "Ann Lee", "mail": "m0@example.com", "at": day(1)},
        {"name": "Bo Ek", "mail": "m1@example.com", "phone": "202-555-0110", "at": day(4)},
    ]
    imported(site, "Summit/known.csv", *seen)
    imported(site, "Acme/known.csv", {"name": "Cy Roe", "phone": "202-555-0112", "at": day(4)})
    with connect(site.settings.database_url, autocommit=True) as session:
        opt_out(session, ["202-555-0113"], None, site.settings)


def test_one_file_may_have_every_outcome(site: Site) -> None:
    known_people(site)
    import_ = imported(
        site,
        "Summit/list.csv",
        {"name": "Dee Falk", "mail": "dee@example.com", "at": day(5)},
        {"name": "Dee Falk", "mail": "dee@example.com", "at": day(5)},
        {"name": "Bo Ek", "mail": "m1@example.com", "at": day(5)},
        {"name": "Cy Roe", "phone": "202-555-0112", "at": day(5)},
        {"name": "Ann Lee", "mail": "m0@example.com", "at": day(5)},
        {"name": "Eve Park", "phone": "202-555-0113", "at": day(5)},
        {"name": "Nobody to reach", "at": day(5)},
        {},
        {"city": "Reno"},
    )
    assert outcomes(import_) == dict.fromkeys(
        ["new", "in_file_duplicate", "same_source_duplicate", "cross_source_duplicate", "updated",
         "suppressed", "invalid"], 1,
    )  # fmt: skip
    assert import_.row_outcomes == {"contacts": 6, "rejected": 2, "blank": 1}
    assert broken_laws(site) == {}


ROWS = st.lists(
    st.one_of(
        PEOPLE.map(lambda person: [person.get(name, "") for name in PLAIN]),
        PEOPLE.map(lambda person: [person.get(name, "") for name in PLAIN]),
        st.just([""] * len(PLAIN)),
        st.lists(st.sampled_from(["Ann", "", "x@", "12"]), max_size=len(PLAIN) + 2),
    ),
    max_size=12,
)


# A fixture for all examples is meant: each begins with emptied tables.
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.sampled_from(["Acme", "Harbor", "Summit", "Else"]), st.booleans())
def test_any_file_that_meets_known_people_satisfies_the_law(
    site: Site, rows: list[list[str]], supplier: str, refresh: bool
) -> None:
    known_people(site)
    content = csv_file([*PLAIN.values()], [["Fay Oak", "fay@example.com"], *rows])
    done = run_steps(site, register(site, f"{supplier}/list.csv", content, refresh=refresh))
    assert done.status is Status.COMPLETED
    assert done.rows_read == sum(done.row_outcomes.values())
    assert done.contacts_found == sum(done.contact_outcomes.values())
    assert broken_laws(site) == {}
