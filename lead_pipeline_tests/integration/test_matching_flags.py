"""What files flag, all the way: the channel goes from all who have it, in the file's words."""

from typing import Any

import pytest

from lead_pipeline.database import connect
from lead_pipeline.explain import explain
from lead_pipeline.imports.preview import DryRun
from lead_pipeline.imports.rehearsal import Rehearsal
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.ledger import Import
from lead_pipeline_tests.integration.lead_state import broken_laws
from lead_pipeline_tests.integration.people import leads, outcomes, register, told
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.making import csv_file

PHONE, MAIL = "202-555-0188", "cy@example.com"
E164 = "+12025550188"
Row = dict[str, str]


def imported(site: Site, *people: Row, name: str = "Acme/list.csv") -> Import:
    content = csv_file([*people[0]], ([*person.values()] for person in people))
    return run_steps(site, register(site, name, content))


def previewed(site: Site, *people: Row) -> list[dict[str, Any]]:
    path = site.settings.home / "list.csv"
    path.write_bytes(csv_file([*people[0]], ([*person.values()] for person in people)))
    with connect(site.settings.database_url, autocommit=True) as session:
        preview = DryRun(path, site.settings, rehearsal=Rehearsal(session))
        return [contact for row in preview.rows(None) for contact in row["contacts"]]


def reasons(site: Site) -> list[tuple[Any, ...]]:
    return told(
        site,
        "SELECT channel, value, list_name, reason FROM dnc_suppressions"
        " ORDER BY row_number, channel DESC, value, list_name",
    )


CALLED = "the file marks this phone as do-not-call"
LITIGATOR = "the file marks this phone as a known litigator's"


@pytest.mark.parametrize(
    ("row", "flag", "reason"),
    [
        ({"Name": "Cy Dow", "Phone": PHONE, "Federal DNC": "N", "State DNC": "N", "Litigator": "Y"},
         "litigator", f"{LITIGATOR} (Litigator: Y)"),
        ({"Name": "Cy Dow", "Phone": PHONE, "Federal DNC": "Y", "State DNC": "On List"},
         "dnc", f"{CALLED} (Federal DNC: Y; State DNC: On List)"),
        ({"Full Name": "Ida Moss", "Cell Phone": PHONE, "Email": "", "DNC": "Yes"},
         "dnc", f"{CALLED} (DNC: Yes)"),
        ({"Name": "Ida Moss", "Phone 1": PHONE, "Phone 1 DNC": "Federal DNC"},
         "dnc", f"{CALLED} (Phone 1 DNC: Federal DNC)"),
        ({"Name": "Ida Moss", "Phone": PHONE, "Status": "DNC"}, "dnc", f"{CALLED} (Status: DNC)"),
        ({"Name": "Go Ive (DO NOT CALL)", "Phone": PHONE},
         "dnc", f"{CALLED} (Name: Go Ive (DO NOT CALL))"),
        ({"Name": "Ida Moss", "Phone": f"DNC {PHONE}"}, "dnc", f"{CALLED} (Phone: DNC {PHONE})"),
        ({"Name": "Ida Moss", "Phone": PHONE, "Pets": "100% DNC"},
         "dnc", f"{CALLED} (Pets: 100% DNC)"),
    ],
)  # fmt: skip
def test_nobody_who_is_flagged_becomes_callable(
    site: Site, row: Row, flag: str, reason: str
) -> None:
    (contact,) = previewed(site, row)
    why = f"on the do-not-call list file flag: {flag}"
    assert (contact["outcome"], contact["reason"]) == ("suppressed", why)
    assert outcomes(imported(site, row)) == {"suppressed": 1}
    assert leads(site, "full_name") == []
    assert reasons(site) == [("phone", E164, f"file flag: {flag}", reason)]
    assert broken_laws(site) == {}


@pytest.mark.parametrize(
    ("header", "phones", "emails"),
    [
        ("DNC", None, [MAIL]),
        ("Do Not Email", [E164], None),
        ("Unsubscribed", [E164], None),
        ("Do Not Text", [E164], [MAIL]),
    ],
)
def test_a_flag_takes_the_channel_that_it_speaks_of(
    site: Site, header: str, phones: list[str] | None, emails: list[str] | None
) -> None:
    row = {"Name": "Cy Dow", "Phone": PHONE, "Email": MAIL, header: "Y"}
    assert outcomes(imported(site, row)) == {"new": 1}
    assert leads(site, "phones", "emails") == [(phones, emails)]
    assert broken_laws(site) == {}


def test_who_opted_out_of_everything_is_suppressed_and_says_in_which_words(site: Site) -> None:
    row = {"Name": "Cy Dow", "Phone": PHONE, "Email": MAIL, "Opted Out": "2026-03-05"}
    assert outcomes(imported(site, row)) == {"suppressed": 1}
    assert reasons(site) == [
        ("phone", E164, "file flag: opted out",
         "the file marks this phone as opted out (Opted Out: 2026-03-05)"),
        ("email", MAIL, "file flag: opted out",
         "the file marks this email as opted out (Opted Out: 2026-03-05)"),
    ]  # fmt: skip


def test_a_phone_flagged_once_is_so_for_everybody_in_the_file(site: Site) -> None:
    row = {"Name": "Cy Dow", "Phone": PHONE, "Email": "", "State DNC": "Y"}
    other = row | {"Name": "Di Fox", "Email": MAIL, "State DNC": "N"}
    assert outcomes(imported(site, other, row)) == {"new": 1, "suppressed": 1}
    assert leads(site, "full_name", "phones", "emails") == [("Di Fox", None, [MAIL])]
    assert {reason for *_, reason in reasons(site)} == {f"{CALLED} (State DNC: Y)"}


def test_a_mail_that_a_file_takes_stays_away_when_the_lead_is_built_again(site: Site) -> None:
    row = {"Name": "Cy Dow", "Phone": PHONE, "Email": MAIL, "Unsubscribed": "Y"}
    imported(site, row)
    later = imported(site, row | {"Unsubscribed": ""}, name="Harbor/later.csv")
    undo_import(site, later.import_id)
    assert leads(site, "phones", "emails") == [([E164], None)]
    assert broken_laws(site) == {}


def test_explain_tells_the_words_of_the_file(site: Site) -> None:
    imported(site, {"Name": "Cy Dow", "Phone": PHONE, "Email": MAIL, "Phone 1 DNC": "State"})
    with connect(site.settings.database_url) as session:
        found = explain(session, site, PHONE)
    assert f"{CALLED} (Phone 1 DNC: State)" in str(found)
