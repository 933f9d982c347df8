"""Feedback over the API: kept at once, each once, and imported as one file."""

from typing import Any

import pytest

from lead_pipeline.access.tokens import Role
from lead_pipeline.connectors.deliver import deliver
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import, newest_imports
from lead_pipeline_tests.integration.people import day, imported, leads, outcomes, told
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.integration.web.serving import Caller
from lead_pipeline_tests.integration.web.test_guard import a_token, bearer

ANN = {"id": "a-1", "name": "Ann Lee", "mail": "ann@example.com", "phone": "202-555-0101",
       "at": day(1)}  # fmt: skip


@pytest.fixture
def ann(site: Site) -> Site:
    """Ann is lead 1, of import 1."""
    imported(site, "Acme/ann.csv", ANN)
    return site


def post(call: Caller, *said: dict[str, Any], **headers: str) -> Any:
    answer = call("POST", "/api/feedback", list(said), **headers)
    assert answer.status == 201, answer.text
    return answer.json


def delivered(site: Site) -> Import:
    """The import of all that waits in the inbox."""
    deliver(site)
    with connect(site.settings.database_url) as session:
        (import_,) = newest_imports(session, 1)
    return run_steps(site, import_)


def test_what_is_posted_becomes_one_import(ann: Site, call: Caller) -> None:
    call_ = {"lead_number": 1, "disposition": "Sold", "channel": "call", "at": day(5)}
    text = {"phone": "+12025550101", "reply": "Stop", "at": day(6), "to": "202-555-0190"}
    mail = {"email": "nobody@example.com", "channel": "email", "opted_out": True}
    assert post(call, call_, text) == {"kept": 2, "known": 0, "quarantined": 0}
    assert call("POST", "/api/feedback", mail).status == 201

    import_ = delivered(ann)
    assert import_.object_key == "feedback/feedback_api_1-3.ndjson"
    assert (import_.profile, import_.supplier) == ("feedback", "feedback")
    assert outcomes(import_) == {"updated": 2, "invalid": 1}
    assert leads(ann, "status", "total_attempts", "phones") == [("Sold", 1, None)]
    query = "SELECT value, received_at::text FROM opt_outs_received ORDER BY 1"
    assert [value for value, _ in told(ann, query)] == ["+12025550101", "nobody@example.com"]
    assert told(ann, query)[0][1] == "2026-01-06 12:00:00+00"


def test_what_comes_twice_is_kept_once(ann: Site, call: Caller) -> None:
    event = {"event_id": "SM1", "lead_number": 1, "reply": "yes"}
    assert post(call, event)["kept"] == 1
    assert post(call, event) == {"kept": 0, "known": 1, "quarantined": 0}
    again = {"lead_number": 1, "disposition": "Busy"}
    first = post(call, again, Idempotency_Key="call-7001")
    assert post(call, again, Idempotency_Key="call-7001") == first
    assert call(
        "POST", "/api/feedback", {"lead_number": 2}, Idempotency_Key="call-7001"
    ).status == 422  # fmt: skip
    assert outcomes(delivered(ann)) == {"updated": 2}


def test_what_is_no_feedback_is_refused_as_a_whole(ann: Site, call: Caller) -> None:
    for said in ([], [{"lead_number": 1}, {}], ["x"], "x", [{"lead_number": 1}] * 1001):
        answer = call("POST", "/api/feedback", said)
        assert (answer.status, answer.json["status"]) == (422, 422), said
    assert told(ann, "SELECT 1 FROM connector_inbox") == []


def test_it_needs_the_token_of_an_operator(ann: Site, call: Caller) -> None:
    said = {"lead_number": 1, "reply": "yes"}
    viewer = call.having(authorization=bearer(a_token(ann, Role.VIEWER, "vera")))
    operator = call.having(authorization=bearer(a_token(ann, Role.OPERATOR, "olga")))
    asked = [one("POST", "/api/feedback", said).status for one in (call, viewer, operator)]
    assert asked == [401, 403, 201]


def test_its_rows_are_listed_by_what_became_of_them(ann: Site, call: Caller) -> None:
    post(call, {"lead_id": "a-1", "reply": "hello"}, {"phone": "202-555-0177", "reply": "hello"})
    number = delivered(ann).import_id
    reasons = {
        outcome: [
            row["reason"]
            for row in call("GET", f"/api/imports/{number}/rows?outcome={outcome}").json["items"]
        ]
        for outcome in ("updated", "rejected")
    }
    assert reasons == {
        "updated": ["feedback on lead 1"],
        "rejected": ["no lead has this id, phone or email"],
    }


def test_posted_leads_are_never_feedback(ann: Site, call: Caller) -> None:
    said = [{"lead_number": 1, "disposition": "Sold"}, {"phone": "202-555-0102", "reply": "yes"}]
    posted = call("POST", "/api/leads?supplier=Acme", said)
    assert [one["status"] for one in posted.json["leads"]] == ["invalid", "accepted"]
    import_ = delivered(ann)
    assert (import_.profile, outcomes(import_)) == ("generic", {"new": 1})
    assert leads(ann, "status", "phones") == [
        ("New", ["+12025550101"]), ("New", ["+12025550102"]),
    ]  # fmt: skip
    assert call("POST", "/api/leads?supplier=feedback", said).status == 409
