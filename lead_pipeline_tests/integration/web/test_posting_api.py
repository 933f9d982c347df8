"""Leads that are posted: by whom they may be, and what is answered."""

import base64
import hmac
import json
import logging
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from lead_pipeline.access import posters, tokens
from lead_pipeline.access.tokens import Role
from lead_pipeline.choices.mappings import For, correct
from lead_pipeline.choices.reading import settle_region
from lead_pipeline.connectors.deliver import deliver
from lead_pipeline.connectors.posts import forget_imported
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.suppression.opt_outs import opt_out
from lead_pipeline_tests.integration.commands import Command
from lead_pipeline_tests.integration.connectors.vendor import only_import
from lead_pipeline_tests.integration.people import agree, change, imported, told
from lead_pipeline_tests.integration.stack import eventually
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.integration.web.serving import Answer, Caller

ANN = {"full_name": "Ann Lee", "email": "ann@example.com", "phone": "202-555-0101"}
BO = {"full_name": "Bo Ek", "email": "bo@example.com", "phone": "202-555-0102"}
HERE = "/api/leads?supplier=Acme"
Lead = dict[str, Any]


def given(site: Site, supplier: str = "Acme", cap: int | None = None) -> tuple[str, str]:
    """A supplier's token and its secret for signatures."""
    with connect(site.settings.database_url) as session:
        return posters.create(session, supplier, cap)


def statuses(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.text
    return [lead["status"] for lead in answer.json["leads"]]


def signed(
    secret: str, body: bytes, name: str = "msg_1", at: datetime | None = None
) -> dict[str, str]:
    """The headers of Standard Webhooks over these bytes."""
    moment = int((at or datetime.now(UTC)).timestamp())
    key = base64.b64decode(secret.removeprefix("whsec_"))
    proof = hmac.new(key, f"{name}.{moment}.".encode() + body, sha256).digest()
    return {
        "webhook_id": name,
        "webhook_timestamp": str(moment),
        "webhook_signature": f"v1,{base64.b64encode(proof).decode()}",
        "content_type": "application/json",
    }


def test_each_lead_of_a_post_is_told_what_a_file_would_say(site: Site, call: Caller) -> None:
    imported(site, "Harbor/list.csv", {"name": "Bo Ek", "mail": "bo@example.com"})
    change(site, "UPDATE leads_master SET received_at = received_at - interval '12 days 1 hour'")
    with connect(site.settings.database_url, autocommit=True) as session:
        opt_out(session, ["202-555-0103"], None, site.settings)
    cy, nobody = {"full_name": "Cy Roe", "phone": "202-555-0103"}, {"full_name": "Di Fox"}
    answer = call("POST", HERE, [ANN, BO, cy, nobody, ANN])
    assert statuses(answer) == ["accepted", "duplicate", "suppressed", "invalid", "duplicate"]
    said = [(one["age_days"], one["reason"]) for one in answer.json["leads"]]
    assert said == [(None, None), (12, None), (None, None),
                    (None, "no contact of this row can be called: no phone and no email"),
                    (0, None)]  # fmt: skip
    assert "Harbor" not in answer.text


def test_posted_leads_become_leads_as_those_of_a_file(site: Site, call: Caller) -> None:
    token, _ = given(site)
    posted = call("POST", "/api/leads", ANN | {"id": "a-1"}, authorization=f"Bearer {token}")
    assert statuses(posted) == ["accepted"]
    assert len(waiting(site)) == 3  # its id, mail and phone
    assert came_in(site) == [("+12025550101", "Acme", "webhook", "Acme", "a-1")]
    assert waiting(site) == []
    assert statuses(call("POST", HERE, BO | {"id": "a-1"})) == ["accepted"]  # as the first time
    assert statuses(call("POST", HERE, BO | {"phone": "202-555-0101"})) == ["duplicate"]


def waiting(site: Site) -> list[tuple[Any, ...]]:
    """The keys that are kept of posted leads, after a look at what is imported."""
    with connect(site.settings.database_url, autocommit=True) as session:
        forget_imported(session)
    return told(site, "SELECT kind::text, value FROM posted_keys")


def came_in(site: Site) -> list[tuple[Any, ...]]:
    """What the leads say after all that waits is imported."""
    deliver(site)
    run_steps(site, only_import(site))
    return told(
        site,
        "SELECT phone_e164, supplier, import_source, display_name AS source, raw_payload ->> 'id'"
        " FROM leads_master JOIN sources USING (source_id) ORDER BY 1",
    )


def test_a_form_is_one_lead(site: Site, call: Caller) -> None:
    answer = call.form(HERE, **ANN)
    assert statuses(answer) == ["accepted"]
    assert told(site, "SELECT source, payload ->> 'email' FROM connector_inbox") == [
        ("Acme", "ann@example.com")
    ]


def test_a_lead_that_comes_again_is_answered_as_before(site: Site, call: Caller) -> None:
    lead = ANN | {"lead_id": 7}
    first, again = call("POST", HERE, lead), call("POST", HERE, lead)
    assert [statuses(first), statuses(again)] == [["accepted"], ["accepted"]]
    assert [one.json["leads"][0]["repeated"] for one in (first, again)] == [False, True]
    assert statuses(call("POST", HERE, ANN | {"lead_id": 8})) == ["duplicate"]
    assert len(told(site, "SELECT 1 FROM connector_inbox")) == 2


def test_a_post_with_a_key_may_be_sent_again_and_no_other_with_it(call: Caller) -> None:
    named = {"Idempotency_Key": "post-number-one"}
    assert statuses(call("POST", HERE, [ANN, BO], **named)) == ["accepted", "accepted"]
    assert statuses(call("POST", HERE, [ANN, BO], **named)) == ["accepted", "accepted"]
    refused = call("POST", HERE, [BO, ANN], **named)
    assert (refused.status, refused.headers["content-type"]) == (422, "application/problem+json")


def test_who_waits_for_its_import_is_known_already(call: Caller) -> None:
    assert statuses(call("POST", HERE, ANN)) == ["accepted"]
    assert statuses(call("POST", HERE, {"email": "Ann@Example.com"})) == ["duplicate"]
    other = call("POST", "/api/leads?supplier=Harbor", {"phone": "+1 202 555 0101"})
    assert statuses(other) == ["duplicate"]


def test_posts_of_a_new_supplier_count_for_one_source(site: Site, call: Caller) -> None:
    agree(site, "Acme", scope="source")
    assert [statuses(call("POST", HERE, ANN)) for _ in range(2)] == [["accepted"], ["duplicate"]]
    (kept,) = told(site, "SELECT DISTINCT source_id FROM posted_leads")
    came_in(site)
    assert told(site, "SELECT source_id FROM leads_master") == [kept]


def test_what_is_settled_meanwhile_holds_for_the_next_post(site: Site, call: Caller) -> None:
    lead = {"full_name": "Ann Lee", "reach_her_at": "0151 23456789"}
    assert statuses(call("POST", HERE, lead)) == ["invalid"]
    with connect(site.settings.database_url, autocommit=True) as session:
        correct(session, list(lead), For("Acme"), "reach_her_at", "phone_1")
        settle_region(session, "supplier", "Acme", "DE")
    assert statuses(call("POST", HERE, lead)) == ["accepted"]
    assert statuses(call("POST", "/api/leads?supplier=Harbor", lead)) == ["invalid"]


def test_tests_are_kept_apart(site: Site, call: Caller) -> None:
    answer = call("POST", HERE, ANN | {"is_test": True})
    assert answer.json["leads"][0]["is_test"] is True
    assert statuses(call("POST", HERE, ANN | {"test": "false"})) == ["accepted"]
    assert told(site, "SELECT is_test FROM connector_inbox ORDER BY 1") == [(False,), (True,)]


def test_a_supplier_posts_by_its_token_for_itself_alone(site: Site, call: Caller) -> None:
    token, _ = given(site)
    named = {"authorization": f"Bearer {token}"}
    assert statuses(call("POST", "/api/leads?supplier=Harbor", ANN, **named)) == ["accepted"]
    assert told(site, "SELECT source FROM connector_inbox") == [("Acme",)]
    assert token not in str(told(site, "SELECT t::text FROM posting_tokens AS t"))
    with connect(site.settings.database_url) as session:
        posters.revoke(session, "Acme")
    assert call("POST", "/api/leads", BO, **named).status == 401


def test_an_operator_posts_for_a_supplier_and_a_viewer_does_not(site: Site, call: Caller) -> None:
    with connect(site.settings.database_url) as session:
        viewer = tokens.create(session, "vi", Role.VIEWER)
        operator = tokens.create(session, "op", Role.OPERATOR)
    assert call("POST", HERE, ANN).status == 401
    assert call("POST", HERE, ANN, authorization=f"Bearer {viewer}").status == 403
    assert statuses(call("POST", HERE, ANN, authorization=f"Bearer {operator}")) == ["accepted"]
    assert call("POST", "/api/leads", ANN, authorization=f"Bearer {operator}").status == 422


def test_another_site_posts_nothing(call: Caller) -> None:
    refused = call("POST", HERE, ANN, origin="https://elsewhere.example.com")
    assert refused.status == 403


def test_a_signature_over_the_very_bytes_lets_in(site: Site, call: Caller) -> None:
    _, secret = given(site)
    body = b'{"full_name": "Ana P\\u00e9rez", "email":"ana@example.com"  }'
    assert statuses(call("POST", HERE, body, **signed(secret, body))) == ["accepted"]
    assert told(site, "SELECT payload ->> 'full_name' FROM connector_inbox") == [("Ana Pérez",)]


def test_a_signed_post_is_taken_once_and_a_new_try_of_it_answered_as_before(
    site: Site, call: Caller
) -> None:
    _, secret = given(site)
    body, early = json.dumps(ANN).encode(), datetime.now(UTC) - timedelta(seconds=60)
    first = signed(secret, body, at=early)
    assert statuses(call("POST", HERE, body, **first)) == ["accepted"]
    assert call("POST", HERE, body, **first).status == 401
    again = call("POST", HERE, body, **signed(secret, body))
    assert (statuses(again), again.json["leads"][0]["repeated"]) == (["accepted"], True)


@pytest.mark.parametrize("late", [-330, 330])
def test_a_signature_holds_for_five_minutes(site: Site, call: Caller, late: int) -> None:
    _, secret = given(site)
    body, at = json.dumps(ANN).encode(), datetime.now(UTC) + timedelta(seconds=late)
    assert call("POST", HERE, body, **signed(secret, body, at=at)).status == 401


@pytest.mark.parametrize("spoiled", ["v1,AAAA", "v1", "v2,AAAA", "nonsense", "v1,ümlaut"])
def test_no_other_signature_lets_in(site: Site, call: Caller, spoiled: str) -> None:
    _, secret = given(site)
    body = json.dumps(ANN).encode()
    headers = signed(secret, body) | {"webhook_signature": spoiled}
    assert call("POST", HERE, body, **headers).status == 401
    _, of_harbor = given(site, "Harbor")
    assert call("POST", HERE, body, **signed(of_harbor, body)).status == 401
    assert call("POST", HERE, body + b" ", **signed(secret, body)).status == 401
    nameless = signed(secret, body)
    del nameless["webhook_id"]
    assert call("POST", HERE, body, **nameless).status == 401
    assert told(site, "SELECT * FROM connector_inbox") == []


def test_more_than_is_agreed_for_a_day_is_refused_with_the_reason(site: Site, call: Caller) -> None:
    token, _ = given(site, cap=2)
    named = {"authorization": f"Bearer {token}"}
    post = "/api/leads"
    assert statuses(call("POST", post, ANN | {"id": "a"}, **named)) == ["accepted"]
    assert statuses(call("POST", post, BO | {"is_test": True}, **named)) == ["accepted"]
    refused = call("POST", post, [BO, {"phone": "202-555-0109"}], **named)
    assert refused.status == 429
    assert refused.json["detail"] == (
        "2 leads a day are agreed, and 1 are left of today's: 2 more cannot be taken"
    )
    assert statuses(call("POST", post, [BO, ANN | {"id": "a"}], **named)) == ["accepted"] * 2
    assert call("POST", post, {"phone": "202-555-0109"}, **named).status == 429


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"[]", "application/json", 422),
        (b"{}", "application/json", 422),
        (b'["Ann"]', "application/json", 422),
        (b"{", "application/json", 422),
        (b"[" * 100_000, "application/json", 422),
        (json.dumps([{"id": n} for n in range(1001)]).encode(), "application/json", 422),
        (b"name\nAnn", "text/csv", 415),
        (b" " * (1024 * 1024 + 1), "application/json", 413),
    ],
)
def test_what_is_no_post_is_refused(call: Caller, body: bytes, kind: str, status: int) -> None:
    refused = call("POST", HERE, body, content_type=kind)
    assert (refused.status, refused.headers["content-type"]) == (status, "application/problem+json")


@pytest.mark.parametrize("supplier", ["", " ", "a/b", "meta"])
def test_a_supplier_names_a_folder_of_its_own(call: Caller, supplier: str) -> None:
    name = urllib.parse.quote(supplier, safe="")
    assert call("POST", f"/api/leads?supplier={name}", ANN).status == 409


def test_the_token_of_a_supplier_is_told_once_and_replaced(
    site: Site, command: Command, call: Caller
) -> None:
    made = [
        json.loads(command("suppliers", "token", "Acme", "--daily-cap", cap, "--json").out)
        for cap in ("5", "9")
    ]
    assert [one["daily_cap"] for one in made] == [5, 9]
    former, token = ({"authorization": f"Bearer {one['token']}"} for one in made)
    assert call("POST", "/api/leads", ANN, **former).status == 401
    assert statuses(call("POST", "/api/leads", ANN, **token)) == ["accepted"]
    assert command("suppliers", "token", "Acme", "--revoke").out == "Acme posts nothing any more\n"
    assert call("POST", "/api/leads", ANN, **token).status == 401
    assert command("suppliers", "token", "Acme", "--revoke").code == 1


def test_who_is_posted_by_many_at_once_is_accepted_once(call: Caller) -> None:
    def post(number: int) -> list[str]:
        return statuses(call("POST", HERE, ANN | {"id": f"a-{number}"}))

    with ThreadPoolExecutor(8) as senders:
        told = [status for one in senders.map(post, range(16)) for status in one]
    assert sorted(told) == ["accepted", *["duplicate"] * 15]


def test_a_post_that_is_refused_is_not_the_fault_of_others(call: Caller) -> None:
    def post(supplier: str) -> int:
        return call("POST", f"/api/leads?supplier={supplier}", ANN).status

    with ThreadPoolExecutor(8) as senders:
        told = list(senders.map(post, ["Acme", "meta"] * 8))
    assert told == [200, 409] * 8


def test_a_database_that_was_started_again_loses_no_post(site: Site, call: Caller) -> None:
    assert statuses(call("POST", HERE, ANN)) == ["accepted"]
    change(
        site,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    assert statuses(call("POST", HERE, BO)) == ["accepted"]


def test_a_fault_of_the_database_tells_nothing_of_who_was_posted(
    site: Site, call: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    change(site, "ALTER TABLE connector_inbox ADD CONSTRAINT stop CHECK (source IS NULL)")
    log = logging.getLogger("uvicorn.error")  # other servers may have cut it off, or hushed it
    log.addHandler(caplog.handler)
    caplog.set_level(logging.ERROR, log.name)
    try:
        answer = call("POST", HERE, ANN)
        assert answer.status == 500
        eventually(lambda: "CheckViolation" in caplog.text, "the fault is logged")
    finally:
        log.removeHandler(caplog.handler)
    for text in (answer.text, caplog.text):
        assert not [piece for piece in ("ann lee", "ann@", "5550101") if piece in text.lower()]
