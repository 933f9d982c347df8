"""The review of an import: what was understood can be changed and seen again before it counts."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from lead_pipeline.access.tokens import Role
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import, Status
from lead_pipeline_tests.integration.dagster_run import drop, rows, state
from lead_pipeline_tests.integration.steps import STEPS, run_steps
from lead_pipeline_tests.integration.web.serving import Caller
from lead_pipeline_tests.integration.web.test_guard import a_token, bearer
from lead_pipeline_tests.making import csv_file

HEADER = ("Full Name", "Mail", "Phone", "Submitted", "Pets")
PEOPLE = [
    ("Ann Lee", "ann@example.com", "202-555-0123", "03/04/2026", "2"),
    ("Bo <b>Ek</b>", "bo@example.com", "12", "05/04/2026", "=1+1"),
    ("", "", "", "", ""),
    ("Cy Roe", "cy at example", "", "", "שלום 😀"),
]
FILE = csv_file(HEADER, PEOPLE)
REVIEW = "/imports/1/review"


def waits(site: Site, key: str = "Acme/list.csv", content: bytes = FILE) -> Import:
    """The import of a file whose supplier's imports all wait for a person."""
    always = replace(site, settings=replace(site.settings, review="always"))
    return run_steps(always, drop(site, key, content))


@pytest.fixture
def held(site: Site) -> Import:
    return waits(site)


def shown(call: Caller, path: str = REVIEW) -> str:
    """The text of a page, its markup as it stands."""
    answer = call("GET", path)
    assert answer.status == 200, answer.text
    return answer.text


def words(page: str) -> str:
    """What a person reads of it."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def settled(call: Caller, **fields: str) -> str:
    """The page after its form of reading was sent."""
    answer = call.form(f"{REVIEW}/reading", **fields)
    assert (answer.status, answer.headers["location"]) == (303, f"{REVIEW}#reading"), answer.text
    return words(shown(call))


def test_a_held_import_says_why_it_waits_what_to_do_and_what_it_comes_to(
    held: Import, call: Caller
) -> None:
    page = shown(call)
    told = words(page)
    assert "every import is to be looked at" in told
    assert "Confirm: let it count" in told
    assert "Encoding utf-8" in told
    assert "Delimiter comma" in told
    assert "Rejected rows 1 3 33.3 %" in told
    assert "Valid phones 1 2 50.0 %" in told
    assert "contact phone 1: 202-555-0123 → +12025550123" in told
    assert "There is no completed import of this supplier yet" in told
    assert "Bo &lt;b&gt;Ek&lt;/b&gt;" in page
    assert "<b>Ek" not in page


def test_the_figures_stand_beside_what_is_usual_of_the_supplier(site: Site, call: Caller) -> None:
    run_steps(site, drop(site, "Acme/one.csv", csv_file(HEADER, [PEOPLE[0]])))
    half = csv_file(HEADER, [("Di Fox", "di@example.com", "1", "", ""), PEOPLE[3]])
    run_steps(site, drop(site, "Acme/two.csv", half))
    run_steps(site, drop(site, "Brix/other.csv", csv_file(HEADER, PEOPLE[1:])))
    waits(site)
    usual = call("GET", "/api/imports/4/usual").json
    assert (usual["imports"], usual["rejected"], usual["phones"]) == (2, 0.25, 0.5)
    told = words(shown(call, "/imports/4/review"))
    assert "mean of the supplier's last 2 completed imports" in told
    assert "Rejected rows 1 3 33.3 % 25.0 %" in told
    assert "Valid phones 1 2 50.0 % 50.0 %" in told


def test_what_was_understood_is_changed_and_seen_again(held: Import, call: Caller) -> None:
    assert "Dates in Submitted month first" in words(shown(call))
    told = settled(call, scope="object", date_order="day", region="DE")
    assert "Dates in Submitted day first" in told
    assert "Read it again first" in told
    assert "Confirm: let it count" not in told
    reading = call("GET", "/api/imports/1/reading").json["settled"]
    assert reading == {"object": {"date_order": "day", "region": "DE"}, "supplier": {}}
    assert "Confirm: let it count" in settled(call, scope="object")  # all is as it was


def test_the_form_of_one_scope_leaves_the_others_choices(held: Import, call: Caller) -> None:
    call("PUT", "/api/imports/1/reading", {"scope": "supplier", "region": "CA", "quote": "'"})
    settled(call, scope="object", region="CA", encoding="utf-8", delimiter=r"\t")
    reading = call("GET", "/api/imports/1/reading").json["settled"]
    assert reading["object"] == {"encoding": "utf-8", "delimiter": "\t"}
    settled(call, scope="supplier", region="DE")
    assert call("GET", "/api/imports/1/reading").json["settled"]["supplier"] == {
        "region": "DE",
        "quote": "'",
    }


@pytest.mark.parametrize("wrong", [{"encoding": "nonsense"}, {"region": "XX"}, {"header_row": "x"}])
def test_what_cannot_be_settled_is_told_on_the_page(
    wrong: dict[str, str], held: Import, call: Caller
) -> None:
    answer = call.form(f"{REVIEW}/reading", scope="object", **wrong)
    assert (answer.status, "Nothing was settled." in answer.text) == (409, True)
    assert call("GET", "/api/imports/1/reading").json["settled"]["object"] == {}


def test_a_mapping_is_corrected_and_remembered_on_the_next_file(
    site: Site, held: Import, call: Caller
) -> None:
    page = shown(call)
    assert 'aria-label="Field of Pets"' in page
    assert page.index('value="email" selected') < page.index('<option value="email_2">')
    fields = {"scope": "supplier", "field.4": "-", "other.4": "comments", "field.3": "-"}
    answer = call.form(f"{REVIEW}/columns", **fields)
    assert (answer.status, answer.headers["location"]) == (303, f"{REVIEW}#mapping")
    assert rows(site, "SELECT supplier, header, field FROM mapping_corrections ORDER BY 2") == [
        {"supplier": "Acme", "header": "Pets", "field": "comments"},
        {"supplier": "Acme", "header": "Submitted", "field": None},
    ]
    told = words(shown(call))
    assert "settled for this supplier" in told
    assert "Read it again first" in told
    after = run_steps(site, drop(site, "Acme/next.csv", FILE + b"x"))
    assert {c["header"]: c["field"] for c in after.columns or []}["Pets"] == "comments"
    call.form(f"{REVIEW}/columns", **{"scope": "supplier", "field.4": "=", "field.3": "="})
    assert rows(site, "SELECT * FROM mapping_corrections") == []


def test_a_form_that_changes_nothing_settles_nothing(
    site: Site, held: Import, call: Caller
) -> None:
    chosen = dict(re.findall(r'name="(field\.\d+)".*?value="([^"]*)" selected', shown(call), re.S))
    assert len(chosen) == len(HEADER)
    call.form(f"{REVIEW}/columns", scope="anyone", **chosen)
    assert rows(site, "SELECT * FROM mapping_corrections") == []


def test_a_correction_that_cannot_be_is_told_and_nothing_is_settled(
    site: Site, held: Import, call: Caller
) -> None:
    fields = {"scope": "object", "other.4": "comments", "other.3": "nonsense"}
    answer = call.form(f"{REVIEW}/columns", **fields)
    assert (answer.status, "there is no field" in answer.text) == (409, True)
    assert rows(site, "SELECT * FROM mapping_corrections") == []


def test_a_held_import_is_confirmed_and_then_shown_read_only(
    site: Site, held: Import, call: Caller
) -> None:
    answer = call.form(f"{REVIEW}/confirm")
    assert (answer.status, answer.headers["location"]) == (303, "/imports/1?told=confirmed")
    assert "It was confirmed" in words(shown(call, answer.headers["location"]))
    assert "under way" in words(shown(call))
    done = run_steps(site, state(site, held))
    assert done.status is Status.COMPLETED
    told = words(shown(call))
    assert "Valid phones 1 2 50.0 %" in told
    assert "from the next file on" in told
    assert "Confirm" not in told
    call.form(f"{REVIEW}/columns", **{"scope": "object", "other.4": "comments"})
    assert "settled for this file" in words(shown(call))


def test_supplier_and_cost_are_settled_before_it_counts(
    site: Site, held: Import, call: Caller
) -> None:
    assert call.form(f"{REVIEW}/supplier", supplier="Acme", cost="2.5").status == 303
    assert "Estimated cost of the new leads: 5.00" in words(shown(call))
    assert call.form(f"{REVIEW}/supplier", supplier="a/b").status == 409
    assert call.form(f"{REVIEW}/supplier", supplier="Brix", cost="x").status == 409
    assert call.form(f"{REVIEW}/supplier", supplier="Brix").status == 303
    now = state(site, held)
    assert (now.supplier, now.status) == ("Brix", Status.WAITING)


def test_discarding_is_told_before_it_is_done(site: Site, held: Import, call: Caller) -> None:
    assert f'href="{REVIEW}/discard"' in shown(call)
    assert "No lead comes of it (contacts that wait: 2)" in words(shown(call, f"{REVIEW}/discard"))
    assert state(site, held).status is Status.HELD
    answer = call.form(f"{REVIEW}/discard")
    assert answer.status == 303
    assert "It was discarded" in words(shown(call, answer.headers["location"]))
    assert state(site, held).error_code == "discarded"
    assert "nothing to discard" in words(shown(call, f"{REVIEW}/discard"))


def test_it_is_read_again_with_what_was_settled(site: Site, held: Import, call: Caller) -> None:
    settled(call, scope="object", region="DE")
    answer = call.form(f"{REVIEW}/again")
    assert answer.status == 303
    assert "asked to be read once more" in words(shown(call, answer.headers["location"]))
    assert state(site, held).status is Status.WAITING
    assert waits(site, "Acme/more.csv", FILE + b"x").region == "US"
    assert run_steps(site, state(site, held)).region == "DE"


def test_only_the_first_class_of_doubts_is_shown_with_what_to_do(site: Site, call: Caller) -> None:
    people = [(f"Ann {n}", "ann at example", f"202-55{n}", "", "") for n in range(20)]
    waits(site, content=csv_file(HEADER, people))
    told = words(shown(call))
    assert "Most rows are rejected" in told
    assert "say so and see again" in told
    assert "After that: A column may mean something else; Few cells of a column" in told
    assert "none of 20 filled cells" not in told


def test_a_file_that_was_read_wrongly_is_read_otherwise(site: Site, call: Caller) -> None:
    waits(site)
    call("PUT", "/api/imports/1/reading", {"scope": "supplier", "encoding": "utf-16"})
    rejected = run_steps(site, drop(site, "Acme/more.csv", FILE + b"x"), STEPS[:1])
    assert rejected.status is Status.REJECTED
    page = "/imports/2/review"
    told = words(shown(call, page))
    assert "cannot be read as it stands" in told
    assert "What the columns mean" not in told
    call.form(f"{page}/reading", scope="object", encoding="utf-8")
    assert "Ann Lee" in words(shown(call, page))
    call.form(f"{page}/again")
    assert run_steps(site, state(site, rejected)).status is Status.COMPLETED


def test_without_its_object_the_review_says_so(site: Site, held: Import, call: Caller) -> None:
    (Path(site.settings.bucket_url) / held.object_key).unlink()
    told = words(shown(call))
    assert "cannot be read as it stands" in told
    assert "Confirm" not in told


def test_a_viewer_reviews_nothing(site: Site, held: Import, call: Caller) -> None:
    viewer = call.having(authorization=bearer(a_token(site, Role.VIEWER)))
    assert viewer("GET", REVIEW).status == 403
    for action in ("reading", "columns", "supplier", "confirm", "again", "discard"):
        assert viewer.form(f"{REVIEW}/{action}", scope="object").status == 403
    assert state(site, held).status is Status.HELD
    assert viewer("GET", "/api/imports/1/usual").status == 200
