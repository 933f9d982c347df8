"""Webhooks over real HTTP: what proves a call, what is kept of it, and what is counted."""

import hmac
import json
import urllib.parse
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from lead_pipeline import ledger
from lead_pipeline.connectors.deliver import deliver
from lead_pipeline.connectors.inbox import keep
from lead_pipeline.connectors.knowlarity import KnowlarityCalls
from lead_pipeline.connectors.model import Page, Part
from lead_pipeline.database import connect, run
from lead_pipeline.imports.site import Site
from lead_pipeline.settings.accounts import Accounts, KnowlarityAccount, Webhooks
from lead_pipeline_tests.integration.people import told
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.integration.web.serving import Answer, Caller, serving

APP, VERIFY, GOOGLE, PUSH = "secret-of-the-app", "verify-me", "key-of-the-form", "push-token-0001"
HOOKS = Webhooks(APP, VERIFY, GOOGLE, PUSH)
LOG = KnowlarityAccount("key", "sr", numbers={"+12025550110": "Solar"})


@pytest.fixture
def hooked(site: Site) -> Iterator[Caller]:
    """The page of a site whose webhooks have their secrets, beyond loopback and with a proxy."""
    accounts = Accounts(knowlarity=LOG, webhooks=HOOKS)
    told = replace(site, settings=replace(site.settings, accounts=accounts))
    with serving(told, "0.0.0.0") as call:
        yield call.having(host="leads.example.com")


def counted(site: Site) -> dict[str, tuple[int, int, int]]:
    """Calls of each webhook: delivered, refused, challenged."""
    found = told(site, "SELECT source, delivered, refused, challenged FROM connector_hooks")
    return {source: tuple(counts) for source, *counts in found}


def kept(site: Site, columns: str) -> list[tuple[Any, ...]]:
    return told(site, f"SELECT {columns} FROM connector_inbox ORDER BY inbox_id")


def challenge(call: Caller, token: str, mode: str = "subscribe") -> Answer:
    said = {"hub.mode": mode, "hub.challenge": "4815162342", "hub.verify_token": token}
    return call("GET", f"/webhooks/meta?{urllib.parse.urlencode(said)}")


def notice(*ids: int | str, per_entry: int = 1) -> bytes:
    """A call of Meta about some leads, as Meta writes JSON: with escaped letters and slashes."""
    changes = [
        {"field": "leadgen", "value": {"leadgen_id": one, "form_id": "81", "page_id": "55",
                                       "created_time": 1793718902}}
        for one in ids
    ]  # fmt: skip
    entries = [
        {"id": "55", "time": 1793718903, "changes": changes[at : at + per_entry]}
        for at in range(0, len(changes), per_entry)
    ]
    said = {"object": "page", "entry": entries, "note": "Pérez/1"}
    return json.dumps(said).replace("/", "\\/").encode()


def from_meta(call: Caller, body: bytes, secret: str = APP, **headers: str) -> Answer:
    proof = f"sha256={hmac.new(secret.encode(), body, sha256).hexdigest()}"
    signed = {"x_hub_signature_256": proof, "content_type": "application/json"} | headers
    return call("POST", "/webhooks/meta", body, **signed)


def test_what_is_not_configured_is_not_there(call: Caller) -> None:
    assert challenge(call, VERIFY).status == 404
    assert from_meta(call, notice(1)).status == 404
    assert call("POST", "/webhooks/google", {"google_key": GOOGLE}).status == 404
    assert call("GET", f"/webhooks/knowlarity/{PUSH}?uuid=1").status == 404


def test_meta_is_given_its_challenge_back_for_the_token_alone(site: Site, hooked: Caller) -> None:
    answer = challenge(hooked, VERIFY)
    assert (answer.status, answer.text) == (200, "4815162342")
    assert answer.headers["content-type"].startswith("text/plain")
    for wrong in (challenge(hooked, "other"), challenge(hooked, ""), challenge(hooked, VERIFY, "")):
        assert (wrong.status, "4815162342" in wrong.text) == (403, False)
    assert counted(site) == {"meta": (0, 3, 1)}


def test_every_lead_that_a_call_of_meta_names_is_noted_once(site: Site, hooked: Caller) -> None:
    assert from_meta(hooked, notice(700001234567890123, "2", 3, per_entry=2)).status == 200
    assert from_meta(hooked, notice(3, 4)).status == 200  # again, and out of order
    noted = told(
        site, "SELECT external_id, payload ->> 'form_id' FROM connector_notices ORDER BY 1"
    )
    assert noted == [("2", "81"), ("3", "81"), ("4", "81"), ("700001234567890123", "81")]
    assert counted(site) == {"meta": (2, 0, 0)}


def test_a_call_of_meta_is_taken_only_with_the_signature_of_its_bytes(
    site: Site, hooked: Caller
) -> None:
    body = notice(1)
    assert from_meta(hooked, body, "another secret").status == 403
    assert from_meta(hooked, body, x_hub_signature_256="").status == 403
    assert from_meta(hooked, body, x_hub_signature_256="sha256=ü").status == 403
    proof = f"sha256={hmac.new(APP.encode(), body, sha256).hexdigest()}"
    written_anew = json.dumps(json.loads(body)).encode()
    assert from_meta(hooked, written_anew, x_hub_signature_256=proof).status == 403
    assert from_meta(hooked, b'{"entry": 5}').status == 422
    assert told(site, "SELECT * FROM connector_notices") == []
    assert counted(site) == {"meta": (0, 5, 0)}


FORM = {
    "lead_id": "TeSt-700001", "form_id": 40000000001, "campaign_id": 21, "gcl_id": "Cj0KCQ_x",
    "google_key": GOOGLE, "is_test": False, "lead_submit_time": "2026-11-03T15:15:02Z",
    "lead_stage": "new",
    "user_column_data": [
        {"column_id": "FULL_NAME", "column_name": "Full name", "string_value": "Dana Example"},
        {"column_id": "PHONE_NUMBER", "string_value": "+12025550101"},
    ],
}  # fmt: skip


def test_a_lead_form_of_google_is_kept_without_its_key(site: Site, hooked: Caller) -> None:
    for _ in range(2):
        answer = hooked("POST", "/webhooks/google", FORM)
        assert (answer.status, answer.json) == (200, {})
    (row,) = kept(site, "source, external_id, part, profile, import_source, is_test")
    assert row == ("google_ads", "TeSt-700001", "40000000001", "google_leads", "webhook", False)


def test_a_test_of_google_is_taken_and_is_no_lead(site: Site, hooked: Caller) -> None:
    assert hooked("POST", "/webhooks/google", FORM | {"is_test": True}).status == 200
    assert kept(site, "is_test") == [(True,)]


@pytest.mark.parametrize("key", ["", "other", None, 5, ["key-of-the-form"]])
def test_google_shows_its_key(site: Site, hooked: Caller, key: Any) -> None:
    answer = hooked("POST", "/webhooks/google", FORM | {"google_key": key})
    assert (answer.status, list(answer.json)) == (403, ["message"])
    assert kept(site, "*") == []
    assert counted(site) == {"google_ads": (0, 1, 0)}


CALL = {
    "callid": "c-1", "caller_id": "+12025550101", "dispnumber": "+12025550110",
    "start_time": "2026-11-03 20:45:02+05:30", "call_duration": "35",
    "resource_url": "https://rec.example.com/c-1.mp3",
}  # fmt: skip
PATH = f"/webhooks/knowlarity/{PUSH}"
AS_KEPT = (
    "payload ->> 'customer_number' AS number, lead ->> 'campaign_name' AS campaign,"
    " lead ->> 'start_time' AS at"
)


def pushes() -> dict[str, Any]:
    """The same push in every way that was seen, as what a caller does with it."""
    query = urllib.parse.urlencode(CALL)
    wrapped = {"event": "hangup", "data": CALL}
    return {
        "address": lambda call: call("GET", f"{PATH}?{query}"),
        "form": lambda call: call.form(PATH, **CALL),
        "json": lambda call: call("POST", PATH, CALL),
        "wrapped": lambda call: call("POST", PATH, wrapped),
        "wrapped form": lambda call: call.form(PATH, event="hangup", data=json.dumps(CALL)),
    }


@pytest.mark.parametrize("way", pushes())
def test_a_call_is_pushed_in_any_way(site: Site, hooked: Caller, way: str) -> None:
    assert pushes()[way](hooked).status == 200
    assert kept(site, f"external_id, profile, {AS_KEPT}") == [
        ("c-1", "call_log", "+12025550101", "Solar", "2026-11-03T15:15:02+00:00")
    ]
    assert counted(site) == {"knowlarity": (1, 0, 0)}


def test_pushes_of_a_call_add_up_and_the_log_has_the_last_word(site: Site, hooked: Caller) -> None:
    ring = {name: CALL[name] for name in ("callid", "caller_id", "dispnumber")}
    hooked("POST", PATH, ring)
    assert kept(site, "problem") == [("start_time cannot be read",)]
    hooked("POST", PATH, {"call_uuid": "c-1", "start_time": CALL["start_time"]})
    hooked("POST", PATH, {"uuid": "c-1", "call_duration": "35"})
    assert kept(site, f"problem, payload ->> 'call_duration' AS took, {AS_KEPT}") == [
        (None, "35", "+12025550101", "Solar", "2026-11-03T15:15:02+00:00")
    ]
    logged = {"uuid": "c-1", "customer_number": "+12025550102", "start_time": CALL["start_time"]}
    polled(site, logged | {"business_call_type": "Outbound"})
    hooked("POST", PATH, CALL)
    assert kept(site, "problem, payload ->> 'customer_number'") == [
        ("an outbound call is no lead", "+12025550102")
    ]


def polled(site: Site, call: dict[str, Any]) -> None:
    """The log tells of a call."""
    calls = KnowlarityCalls(LOG)
    record = calls.record(call)
    assert record.occurred_at is not None
    with connect(site.settings.database_url) as session:
        began = {"source": "knowlarity", "now": record.occurred_at, "since": None, "until": None}
        (pull,) = run(session, "connectors/begin_pull", began)
        keep(session, calls, Part("calls", "Call log"), Page([record]),
             now=record.occurred_at, pull_id=pull["pull_id"])  # fmt: skip


def test_a_push_needs_its_address_and_names_a_call(site: Site, hooked: Caller) -> None:
    assert hooked("GET", "/webhooks/knowlarity/push-token-0002?uuid=1").status == 403
    assert hooked("GET", f"{PATH}?caller_id=1").status == 422
    assert hooked("POST", PATH, [CALL]).status == 422
    assert kept(site, "*") == []
    assert counted(site) == {"knowlarity": (0, 3, 0)}


def test_no_secret_is_kept_or_told(site: Site, hooked: Caller) -> None:
    hooked("POST", "/webhooks/google", FORM)
    hooked("POST", PATH, CALL)
    hooked("POST", "/webhooks/knowlarity/push-token-0002", CALL)
    everything = str(told(site, "SELECT t::text FROM connector_inbox AS t"))
    everything += str(told(site, "SELECT t::text FROM connector_hooks AS t"))
    assert not [secret for secret in (APP, VERIFY, GOOGLE, PUSH) if secret in everything]


def test_what_is_pushed_arrives_as_leads(site: Site, hooked: Caller) -> None:
    hooked("POST", "/webhooks/google", FORM)
    hooked("POST", PATH, CALL | {"caller_id": "+12025550102"})
    deliver(site)
    with connect(site.settings.database_url, autocommit=True) as session:
        waiting = ledger.open_imports(session, 10)
    for import_ in waiting:
        run_steps(site, import_)
    query = (
        "SELECT phone_e164, display_name AS source, import_source, campaign_name,"
        " received_at::date::text AS day"
        " FROM leads_master JOIN sources USING (source_id) ORDER BY 1"
    )
    assert told(site, query) == [
        ("+12025550101", "Google", "webhook", None, "2026-11-03"),
        ("+12025550102", "Knowlarity", "webhook", "Solar", "2026-11-03"),
    ]


def test_a_webhook_that_says_nothing_is_kept_without_its_secret(site: Site, hooked: Caller) -> None:
    form = {"google_key": GOOGLE, "user_column_data": []}
    assert hooked("POST", "/webhooks/google", form).status == 422
    assert from_meta(hooked, b'{"entry": 5}').status == 422
    assert hooked("GET", f"{PATH}?caller_id=1").status == 422
    assert hooked("POST", PATH, b"{", content_type="application/json").status == 422
    rows = told(site, "SELECT sender, path, body FROM malformed_bodies ORDER BY body_id")
    assert rows == [
        ("google_ads", "/webhooks/google", b'{"user_column_data": []}'),
        ("meta", "/webhooks/meta", b'{"entry": 5}'),
        ("knowlarity", "/webhooks/knowlarity/{token}", b"caller_id=1"),
        ("knowlarity", "/webhooks/knowlarity/{token}", b"{"),
    ]
    for path in ("/webhooks/google", "/webhooks/knowlarity/push-token-0002"):
        assert hooked("POST", path, b"{", content_type="application/json").status == 403
    assert told(site, "SELECT count(*) FROM malformed_bodies") == [(len(rows),)]
