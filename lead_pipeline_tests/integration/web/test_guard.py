"""Who is let in to the page and its API, and what comes from another site."""

from dataclasses import replace

import pytest

from lead_pipeline.access import tokens
from lead_pipeline.access.tokens import Role
from lead_pipeline.database import connect
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.web.serving import Caller, serving

MASTER = "a-long-enough-master-token"


def a_token(site: Site, role: Role, name: str = "ann") -> str:
    with connect(site.settings.database_url) as session:
        return tokens.create(session, name, role)


def bearer(token: str) -> str:
    return f"Bearer {token}"


def guarded(site: Site) -> Site:
    return replace(site, settings=replace(site.settings, api_token=MASTER))


def test_on_loopback_without_tokens_everybody_of_the_machine_is_let_in(call: Caller) -> None:
    assert call("GET", "/api/imports").status == 200


def test_with_a_token_of_the_environment_nobody_is_let_in_without(site: Site) -> None:
    with serving(guarded(site)) as call:
        refused = call("GET", "/api/imports")
        assert (refused.status, refused.headers["www-authenticate"]) == (401, "Bearer")
        assert refused.headers["content-type"] == "application/problem+json"
        assert call("GET", "/api/imports", authorization=bearer("wrong" * 5)).status == 401
        assert call("GET", "/api/imports", authorization=bearer(MASTER)).status == 200


def test_beyond_loopback_a_token_is_needed_even_where_there_is_none(site: Site) -> None:
    with serving(site, "0.0.0.0") as call:
        assert call("GET", "/api/imports").status == 401


def test_the_first_token_closes_the_page_and_its_end_opens_it(site: Site, call: Caller) -> None:
    token = a_token(site, Role.VIEWER)
    assert call("GET", "/api/imports").status == 401
    assert call("GET", "/api/imports", authorization=bearer(token)).status == 200
    with connect(site.settings.database_url) as session:
        assert tokens.all_tokens(session)[0]["last_used_at"] is not None
        tokens.revoke(session, "ann")
    assert call("GET", "/api/imports", authorization=bearer(token)).status == 200  # as anybody


def test_a_revoked_token_lets_nobody_in(site: Site, call: Caller) -> None:
    token = a_token(site, Role.ADMIN)
    a_token(site, Role.ADMIN, "bo")
    with connect(site.settings.database_url) as session:
        tokens.revoke(session, "ann")
    assert call("GET", "/api/imports", authorization=bearer(token)).status == 401


@pytest.mark.parametrize(
    ("role", "confirm", "undo"),
    [(Role.VIEWER, 403, 403), (Role.OPERATOR, 404, 403), (Role.ADMIN, 404, 404)],
)
def test_a_role_may_do_what_is_its_own(
    site: Site, call: Caller, role: Role, confirm: int, undo: int
) -> None:
    named = {"authorization": bearer(a_token(site, role))}
    assert call("GET", "/api/imports", **named).status == 200
    assert call("POST", "/api/imports/1/confirm", **named).status == confirm
    assert call("POST", "/api/imports/1/undo", **named).status == undo


def test_the_token_is_nowhere_in_the_database(site: Site) -> None:
    token = a_token(site, Role.ADMIN)
    with connect(site.settings.database_url) as session:
        (kept,) = session.execute("SELECT * FROM access_tokens").fetchall()
    assert token not in str(kept)
    assert kept["digest"] == tokens.digest(token)


def test_a_name_is_one_tokens_at_a_time(site: Site) -> None:
    a_token(site, Role.VIEWER)
    with pytest.raises(OperatorError, match="there is a token 'ann' already"):
        a_token(site, Role.ADMIN)


@pytest.mark.parametrize("host", ["evil.example.com", "evil.example.com:3080", "10.0.0.7"])
def test_on_loopback_another_name_leads_nowhere(call: Caller, host: str) -> None:
    """DNS rebinding: the name is the attacker's, the address is ours."""
    assert call("GET", "/api/imports", host=host).status == 403


def test_what_another_site_asks_for_is_refused(call: Caller) -> None:
    posted = {"origin": "https://evil.example.com"}
    assert call("POST", "/api/imports/1/undo", **posted).status == 403
    own = {"origin": call.url}
    assert call("POST", "/api/imports/1/undo", **own).status == 404


def test_sites_that_were_named_may_ask(site: Site) -> None:
    origin = "https://crm.example.com"
    allowed = replace(site, settings=replace(site.settings, allowed_origins=(origin,)))
    with serving(allowed) as call:
        answer = call("POST", "/api/imports/1/undo", origin=origin)
        assert answer.status == 404
        assert answer.headers["access-control-allow-origin"] == origin
        assert "access-control-allow-origin" not in call("GET", "/api/health", origin="x").headers


def test_every_answer_forbids_what_a_page_of_ours_does_not_need(call: Caller) -> None:
    for path in ("/api/health", "/nowhere", "/api/imports/99"):
        headers = call("GET", path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
