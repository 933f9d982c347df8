"""`lead-pipeline tokens`: made once, listed without themselves, revoked."""

import json

from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.commands import Command
from lead_pipeline_tests.integration.web.serving import Caller
from lead_pipeline_tests.integration.web.test_guard import bearer


def test_a_token_is_told_once_and_opens_the_page_for_its_role(
    site: Site, command: Command, call: Caller
) -> None:
    assert command("tokens", "list").out == (
        "there is no token: on this machine the page is open without one\n"
    )
    token = command("tokens", "create", "ann", "--role", "viewer").out.strip()
    assert call("GET", "/api/imports", authorization=bearer(token)).status == 200
    assert call("GET", "/api/leads", authorization=bearer(token)).status == 403
    (told,) = map(json.loads, command("tokens", "list", "--json").out.splitlines())
    assert (told["name"], told["role"], told["revoked_at"]) == ("ann", "viewer", None)
    assert token not in json.dumps(told)


def test_a_revoked_token_opens_nothing(site: Site, command: Command, call: Caller) -> None:
    token = command("tokens", "create", "ann", "--role", "admin").out.strip()
    command("tokens", "create", "bo", "--role", "admin")
    assert command("tokens", "revoke", "ann").out == "the token of ann opens nothing any more\n"
    assert call("GET", "/api/imports", authorization=bearer(token)).status == 401
    again = command("tokens", "revoke", "ann")
    assert (again.code, "no token 'ann'" in again.err) == (1, True)


def test_two_tokens_of_one_name_are_refused(site: Site, command: Command) -> None:
    command("tokens", "create", "ann", "--role", "admin")
    assert command("tokens", "create", "ann", "--role", "viewer").code == 1
