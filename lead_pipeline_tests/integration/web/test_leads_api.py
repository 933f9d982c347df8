"""Leads over the API: found, told with their whole life, changed; nobody else's change is lost."""

import json

import pytest

from lead_pipeline.access.tokens import Role
from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.commands import Command
from lead_pipeline_tests.integration.people import day, imported
from lead_pipeline_tests.integration.web.serving import Caller
from lead_pipeline_tests.integration.web.test_guard import a_token, bearer

ANN = {"name": "Ann Lee", "mail": "ann@example.com", "phone": "202-555-0101", "at": day(1)}


@pytest.fixture
def three(site: Site) -> Site:
    """Ann, Bo and Cy Lee, numbered from 1."""
    imported(site, "Acme/ann.csv", ANN)
    for at, name in ((2, "Bo Lee"), (3, "Cy Lee")):
        mail = f"{name[:2].lower()}@example.com"
        imported(site, f"Brix/{name}.csv", {"name": name, "mail": mail, "at": day(at)})
    return site


def numbers(call: Caller, query: str) -> list[int]:
    return [one["lead_id"] for one in call("GET", f"/api/leads{query}").json["items"]]


def test_leads_are_found_by_what_is_typed_and_by_filters(three: Site, call: Caller) -> None:
    assert numbers(call, "") == [3, 2, 1]
    assert numbers(call, "?q=%2B12025550101") == [1]
    assert numbers(call, "?q=lee&supplier=Brix") == [3, 2]
    assert numbers(call, "?since=2026-01-02&until=2026-01-02") == [2]
    assert numbers(call, "?callable=false") == []
    assert numbers(call, "?assigned_to=") == [3, 2, 1]


def test_leads_come_in_pages_by_a_cursor(three: Site, call: Caller) -> None:
    first = call("GET", "/api/leads?q=lee&limit=2").json
    assert ([one["lead_id"] for one in first["items"]], first["next"]) == ([3, 2], 2)
    last = call("GET", f"/api/leads?q=lee&limit=2&cursor={first['next']}").json
    assert ([one["lead_id"] for one in last["items"]], last["next"]) == ([1], None)


def test_a_lead_is_told_as_explain_tells_it(three: Site, call: Caller, command: Command) -> None:
    told = (
        command("explain", "ann@example.com", "--json").out,
        call("GET", "/api/leads/1").body.decode(),
    )
    by_command, by_api = (json.loads(text.replace("+00:00", "Z")) for text in told)
    by_command.pop("asked")
    assert by_api == by_command


def test_a_change_is_made_on_the_version_that_was_seen(three: Site, call: Caller) -> None:
    seen = call("GET", "/api/leads/1").json["leads"][0]["version"]
    asked = {"version": seen, "status": "Called", "next_followup_at": "2026-05-01T09:30:00Z"}
    answer = call("PATCH", "/api/leads/1", asked)
    assert (answer.status, answer.json["status"]) == (200, "Called")
    late = call("PATCH", "/api/leads/1", {"version": seen, "status": "Lost"})
    assert (late.status, late.headers["content-type"]) == (409, "application/problem+json")
    assert "changed meanwhile by this machine" in late.json["detail"]
    (lead,) = call("GET", "/api/leads/1").json["leads"]
    assert (lead["status"], lead["version"]) == ("Called", answer.json["version"])
    assert [(one["changed_by"], one["field"]) for one in lead["changes"]] == [
        ("this machine", "next_followup_at"), ("this machine", "status"),
    ]  # fmt: skip
    again = {"version": lead["version"], "next_followup_at": None}
    assert call("PATCH", "/api/leads/1", again).json["next_followup_at"] is None


@pytest.mark.parametrize(
    "said",
    [{"status": "x"}, {"version": "v", "full_name": "Bo"}, {"version": "v", "total_attempts": -1},
     {"version": "v", "next_followup_at": "2026-05-01T09:30:00"}],
)  # fmt: skip
def test_what_nobody_can_mean_is_refused(three: Site, call: Caller, said: dict[str, str]) -> None:
    assert call("PATCH", "/api/leads/1", said).status == 422


def test_a_lead_that_is_not_there_is_told_as_a_problem(call: Caller) -> None:
    for answer in (
        call("GET", "/api/leads/9"),
        call("PATCH", "/api/leads/9", {"version": "v", "status": "Called"}),
    ):
        assert (answer.status, answer.json["detail"]) == (404, "there is no lead 9")


def test_a_viewer_sees_no_lead(three: Site, call: Caller) -> None:
    viewer = bearer(a_token(three, Role.VIEWER))
    for method, path in (("GET", "/api/leads"), ("GET", "/api/leads/1")):
        assert call(method, path, authorization=viewer).status == 403
    body = {"version": "v", "status": "x"}
    assert call("PATCH", "/api/leads/1", body, authorization=viewer).status == 403
