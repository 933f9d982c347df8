"""Bodies that nobody can read: refused, and kept as they came for admins."""

import json
import logging

import pytest

from lead_pipeline.access import tokens
from lead_pipeline.access.tokens import Role
from lead_pipeline.connectors.malformed import all_malformed, forget_malformed, keep_malformed
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.commands import Command
from lead_pipeline_tests.integration.people import change, told
from lead_pipeline_tests.integration.web.serving import Caller
from lead_pipeline_tests.integration.web.test_posting_api import given, signed

BROKEN = b'{"full_name": "Ann Lee", "phone": "202-555-01'
HERE = "/api/leads?supplier=Acme"


def kept(site: Site) -> list[tuple[str, bytes]]:
    return told(site, "SELECT reason, body FROM malformed_bodies ORDER BY body_id")


def test_a_body_that_nobody_can_read_is_kept_with_why_and_whose(
    site: Site, call: Caller, command: Command
) -> None:
    token, _ = given(site)
    named = {"authorization": f"Bearer {token}", "content_type": "application/json"}
    assert call("POST", "/api/leads", BROKEN, **named).status == 422
    with connect(site.settings.database_url) as session:
        admin = tokens.create(session, "ad", Role.ADMIN)
    (item,) = call("GET", "/api/malformed", authorization=f"Bearer {admin}").json["items"]
    said = {name: item[name] for name in ("sender", "path", "reason", "content_type", "bytes")}
    assert said == {
        "sender": "Acme", "path": "/api/leads", "content_type": "application/json",
        "reason": "the body is not application/json, as it says", "bytes": len(BROKEN),
    }  # fmt: skip
    assert item["body"] == BROKEN.decode()
    assert json.loads(command("suppliers", "malformed", "--json").out)["body"] == item["body"]
    listed = command("suppliers", "malformed").out
    assert "Acme" in listed
    assert "Ann Lee" not in listed


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/api/leads", b"[]", "application/json"),
        ("/api/leads", b'["Ann"]', "application/json"),
        ("/api/leads", b"name\nAnn", "text/csv"),
        ("/api/leads", b"\xff\xfe", "application/x-www-form-urlencoded"),
        ("/api/leads/ping", b'{"email": "ann@example.com"}', "application/json"),
    ],
)
def test_whatever_is_no_post_and_no_ping_is_kept(
    site: Site, call: Caller, path: str, body: bytes, kind: str
) -> None:
    refused = call("POST", f"{path}?supplier=Acme", body, content_type=kind)
    assert kept(site) == [(refused.json["detail"], body)]


def test_of_who_has_proven_nothing_nothing_is_kept(site: Site, call: Caller) -> None:
    _, secret = given(site)
    wrong = signed(secret, b"another body")
    assert call("POST", HERE, BROKEN, **wrong).status == 401
    assert call("POST", "/api/leads", BROKEN, authorization="Bearer lps_wrong").status == 401
    assert call("POST", HERE, BROKEN, origin="https://elsewhere.example.com").status == 403
    assert kept(site) == []
    assert call("POST", HERE, BROKEN, **signed(secret, BROKEN)).status == 422
    assert [body for _, body in kept(site)] == [BROKEN]


def test_only_admins_see_it(site: Site, call: Caller) -> None:
    with connect(site.settings.database_url) as session:
        held = {role: tokens.create(session, role.word, role) for role in Role}
    answers = {
        role: call("GET", "/api/malformed", authorization=f"Bearer {token}").status
        for role, token in held.items()
    }
    assert answers == {Role.SALES: 403, Role.VIEWER: 403, Role.OPERATOR: 403, Role.ADMIN: 200}


def test_no_log_has_anything_of_it(call: Caller, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        call("POST", HERE, BROKEN, content_type="application/json")
    assert "Ann Lee" not in caplog.text


def test_it_is_bounded_in_size_number_and_time(site: Site) -> None:
    with connect(site.settings.database_url, autocommit=True) as session:
        keep_malformed(session, "Harbor", "/api/leads", "old", None, b"{")
        change(site, "UPDATE malformed_bodies SET received_at = now() - interval '31 days'")
        assert [one["reason"] for one in all_malformed(session)] == ["old"]
        assert [forget_malformed(session), all_malformed(session)] == [1, []]
        keep_malformed(session, "Summit", "/api/leads", "of another", None, b"{")
        for number in range(102):
            keep_malformed(session, "Acme", "/api/leads", str(number), None, b"x" * 100_000)
    assert [why for why, _ in kept(site)] == ["of another", *(str(n) for n in range(2, 102))]
    assert told(site, "SELECT DISTINCT bytes, length(body) FROM malformed_bodies"
                " WHERE sender = 'Acme'") == [(100_000, 65_536)]  # fmt: skip
