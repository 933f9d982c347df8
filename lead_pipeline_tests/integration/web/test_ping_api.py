"""Leads that are offered by digests: by whom they may be, and what is answered."""

import json
from hashlib import sha256

import pytest

from lead_pipeline.access import posters
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.suppression.opt_outs import opt_out
from lead_pipeline_tests.integration.people import change, imported, told
from lead_pipeline_tests.integration.stack import eventually
from lead_pipeline_tests.integration.web.serving import Answer, Caller
from lead_pipeline_tests.integration.web.test_posting_api import ANN, given, signed, statuses
from lead_pipeline_tests.unit.docs.documents import DOCUMENTS, blocks

PING = "/api/leads/ping"
HERE = f"{PING}?supplier=Acme"


def hashed(**keys: str) -> dict[str, str]:
    return {f"{name}_sha256": sha256(key.encode()).hexdigest() for name, key in keys.items()}


def status(answer: Answer) -> str:
    assert answer.status == 200, answer.text
    return str(answer.json["status"])


ANN_HASHED = hashed(email="ann@example.com", phone="+12025550101")


def test_a_lead_is_told_by_its_digests_what_it_would_be(site: Site, call: Caller) -> None:
    assert call("POST", HERE, ANN_HASHED).json == {
        "status": "accepted", "reason": None, "age_days": None,
    }  # fmt: skip
    imported(site, "Harbor/list.csv", {"name": "Ann Lee", "mail": "ann@example.com"})
    answer = call("POST", HERE, ANN_HASHED)
    assert answer.json == {"status": "duplicate", "reason": None, "age_days": 0}
    with connect(site.settings.database_url, autocommit=True) as session:
        opt_out(session, ["ann@example.com"], None, site.settings)
    assert status(call("POST", HERE, hashed(email="ann@example.com"))) == "suppressed"
    assert told(site, "SELECT * FROM connector_inbox") == []


def test_the_example_of_the_docs_is_that_of_its_mail_and_phone(site: Site, call: Caller) -> None:
    (shown,) = (one for one in blocks("json", DOCUMENTS["docs/posting.md"]) if "sha256" in one)
    example = json.loads(shown)
    assert status(call("POST", HERE, example)) == "accepted"
    ana = {"name": "Ana", "mail": " Ana@Example.com", "phone": "(202) 555-0123"}
    imported(site, "Harbor/list.csv", ana)
    for name in ("email_sha256", "phone_sha256"):
        assert status(call("POST", HERE, {name: example[name]})) == "duplicate"
    imported(site, "Harbor/other.csv", {"name": "Ana", "mail": "Ana.Perez+solar@gmail.com"})
    assert status(call("POST", HERE, hashed(email="anaperez@gmail.com"))) == "duplicate"


def test_who_was_posted_is_known_at_once(call: Caller) -> None:
    assert statuses(call("POST", "/api/leads?supplier=Acme", ANN)) == ["accepted"]
    for one in ANN_HASHED.items():
        assert status(call("POST", HERE, dict([one]))) == "duplicate"


def test_what_is_not_digested_yet_is_digested_once_somebody_asks(site: Site, call: Caller) -> None:
    imported(site, "Harbor/list.csv", {"name": "Ann Lee", "mail": "ann@example.com"})
    assert told(site, "SELECT count(*) FROM key_digests") == [(0,)]
    assert status(call("POST", HERE, ANN_HASHED)) == "duplicate"
    eventually(lambda: told(site, "SELECT * FROM undigested") == [], "all is digested")
    assert told(site, "SELECT value FROM key_digests") == [("ann@example.com",)]
    assert status(call("POST", HERE, ANN_HASHED)) == "duplicate"


def test_a_database_that_was_started_again_answers_the_next_ping(site: Site, call: Caller) -> None:
    assert status(call("POST", HERE, ANN_HASHED)) == "accepted"
    change(
        site,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    assert status(call("POST", HERE, ANN_HASHED)) == "accepted"


def test_a_form_is_a_ping_too(call: Caller) -> None:
    assert status(call.form(HERE, **ANN_HASHED, campaign="Solar")) == "accepted"


def test_a_ping_is_proven_as_a_post_is(site: Site, call: Caller) -> None:
    token, secret = given(site)
    body = json.dumps(ANN_HASHED).encode()
    headers = signed(secret, body)
    assert status(call("POST", PING, ANN_HASHED, authorization=f"Bearer {token}")) == "accepted"
    assert status(call("POST", HERE, body, **headers)) == "accepted"
    assert call("POST", HERE, body, **headers).status == 401  # it has come already
    assert call("POST", PING, ANN_HASHED, authorization="Bearer lps_wrong").status == 401
    assert call("POST", HERE, ANN_HASHED, origin="https://elsewhere.example.com").status == 403
    with connect(site.settings.database_url) as session:
        posters.revoke(session, "Acme")
    assert call("POST", PING, ANN_HASHED, authorization=f"Bearer {token}").status == 401


def test_a_lead_is_foreseen_only_where_it_may_be_posted(site: Site, call: Caller) -> None:
    token, _ = given(site, cap=1)
    named = {"authorization": f"Bearer {token}"}
    assert status(call("POST", PING, ANN_HASHED, **named)) == "accepted"
    assert statuses(call("POST", "/api/leads", ANN, **named)) == ["accepted"]
    assert call("POST", PING, hashed(email="bo@example.com"), **named).status == 429


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({}, "say email_sha256, phone_sha256 or both"),
        ({"campaign": "Solar"}, "say email_sha256, phone_sha256 or both"),
        ({"email_sha256": "ann@example.com"}, "email_sha256: "),
        ({"phone_sha256": "A" * 64}, "phone_sha256: "),
        ({"email": "ann@example.com"}, "email: "),
        ([ANN_HASHED], "dictionary"),
    ],
)
def test_what_is_no_ping_is_refused_without_saying_it_again(
    call: Caller, said: object, why: str
) -> None:
    refused = call("POST", HERE, said)
    assert (refused.status, refused.headers["content-type"]) == (422, "application/problem+json")
    assert why in refused.json["detail"]
    assert "ann@example.com" not in refused.text
