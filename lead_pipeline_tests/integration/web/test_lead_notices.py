"""New leads as those see them who call them: unread for each, and nothing else to be seen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lead_pipeline.access.tokens import Role
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.notices.ends import tell_ends
from lead_pipeline.notices.watch import look_once
from lead_pipeline.settings.telling import Telling
from lead_pipeline_tests.integration.people import imported
from lead_pipeline_tests.integration.web.forms import form, send
from lead_pipeline_tests.integration.web.serving import Caller
from lead_pipeline_tests.integration.web.test_guard import a_token, bearer

NOW = datetime.now(UTC)
ANN = {"name": "Ann Lee", "mail": "ann@example.com", "phone": "202-555-0101"}
BO = {"name": "Bo Ek", "mail": "bo@example.com"}


@pytest.fixture
def told(site: Site) -> Site:
    """A site with two leads that came alone, and were told."""
    few = replace(site, settings=replace(site.settings, telling=Telling(leads=1)))
    imported(site, "Acme/one.csv", ANN)
    imported(site, "Best/two.csv", BO)
    tell_ends(few.settings, NOW)
    return few


@pytest.fixture
def seller(told: Site, call: Caller) -> Caller:
    return call.having(authorization=bearer(a_token(told, Role.SALES, "sam")))


def numbers(call: Caller, query: str = "") -> list[int]:
    return [one["lead_notice_id"] for one in call("GET", f"/api/lead-notices{query}").json["items"]]


def test_each_reads_for_themselves(told: Site, seller: Caller) -> None:
    other = seller.having(authorization=bearer(a_token(told, Role.SALES, "sue")))
    newest, _ = seller("GET", "/api/lead-notices").json["items"]
    assert (newest["title"], newest["message"]) == ("New Lead Received", "Best: Bo Ek")
    assert (newest["lead_id"], newest["read_at"]) == (2, None)
    read = seller("POST", f"/api/lead-notices/{newest['lead_notice_id']}/read")
    assert read.json == {"lead_notice_id": newest["lead_notice_id"], "reader": "sam"}
    assert seller("POST", f"/api/lead-notices/{newest['lead_notice_id']}/read").status == 200
    assert (numbers(seller), numbers(seller, "?all=true")) == ([1], [2, 1])
    assert numbers(other) == [2, 1]
    assert seller("POST", "/api/lead-notices/99/read").status == 404


def test_they_come_in_pages(seller: Caller) -> None:
    first = seller("GET", "/api/lead-notices?limit=1").json
    assert [one["lead_id"] for one in first["items"]] == [2]
    second = seller("GET", f"/api/lead-notices?limit=1&cursor={first['next']}").json
    assert ([one["lead_id"] for one in second["items"]], second["next"]) == ([1], None)


def test_a_lead_that_was_taken_back_is_told_no_more(told: Site, seller: Caller) -> None:
    undo_import(told, 2)
    assert numbers(seller) == [1]


def test_after_three_months_it_is_forgotten(told: Site, seller: Caller) -> None:
    later = NOW + timedelta(days=91)
    look_once(told.settings, later, later)
    assert numbers(seller, "?all=true") == []


def test_who_sells_sees_leads_and_changes_nothing(seller: Caller) -> None:
    assert seller("GET", "/api/leads").json["items"][0]["full_name"] == "Bo Ek"
    assert seller("GET", "/api/leads/1").status == 200
    page = seller("GET", "/leads/1")
    assert "Ann Lee" in page.text
    assert 'action="/leads/1' not in page.text
    version = seller("GET", "/api/leads/1").json["leads"][0]["version"]
    assert seller("PATCH", "/api/leads/1", {"version": version, "status": "Won"}).status == 403
    assert seller.form("/leads/1", version=version, status="Won", total_attempts="0").status == 403


@pytest.mark.parametrize(
    "path",
    ["/api/imports", "/api/stats", "/api/notices", "/api/sources", "/api/dnc", "/metrics",
     "/imports", "/notices", "/upload", "/stats", "/bucket", "/api/uploads?sha256=" + "0" * 64],
)  # fmt: skip
def test_who_sells_sees_nothing_else(seller: Caller, path: str) -> None:
    assert seller("GET", path).status == 403


def test_who_sees_nobody_s_data_is_not_told_of_leads(told: Site, call: Caller) -> None:
    viewer = call.having(authorization=bearer(a_token(told, Role.VIEWER)))
    assert viewer("GET", "/api/lead-notices").status == 403
    assert viewer("GET", "/lead-notices").status == 403
    assert "lead-notices" not in viewer("GET", "/notices").text


def test_the_page_lists_them_and_its_bell_counts_those_that_are_new(seller: Caller) -> None:
    assert seller("GET", "/").headers["location"] == "/lead-notices"
    page = seller("GET", "/lead-notices")
    assert "Bo Ek" in page.text
    assert "New leads that you have not read: 2" in page.text
    back = send(seller, "/lead-notices/2/read", form(page, "/lead-notices/2/read"))
    assert "Noted that you have read it." in back.text
    assert "New leads that you have not read: 1" in back.text
    assert "Bo Ek" not in back.text
    assert "Bo Ek" in seller("GET", "/lead-notices?all=true").text


def test_others_come_there_from_the_notices(told: Site, call: Caller) -> None:
    page = call("GET", "/notices").text
    assert '<a href="/lead-notices">New leads that you have not read: 2</a>' in page
