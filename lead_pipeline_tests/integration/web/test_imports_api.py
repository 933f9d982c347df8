"""Imports over the API: the same facts as the commands tell, and the same acts."""

import json
from dataclasses import replace

from lead_pipeline import ledger
from lead_pipeline.access.tokens import Role
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Status
from lead_pipeline.ledger.holding import Reason
from lead_pipeline_tests.integration.commands import Command
from lead_pipeline_tests.integration.dagster_run import drop, state
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.integration.web.serving import Caller
from lead_pipeline_tests.integration.web.test_guard import a_token, bearer
from lead_pipeline_tests.making import csv_file

HEADER = ("Full Name", "Email")


def imported(site: Site, count: int) -> None:
    for at in range(1, count + 1):
        file = csv_file(HEADER, [(f"Ann Lee {at}", f"ann{at}@example.com")])
        run_steps(site, drop(site, f"Acme/list{at}.csv", file))


def test_health_and_readiness_are_told_apart(call: Caller) -> None:
    assert call("GET", "/api/health").json == {"status": "ok"}
    ready = {"database": "ok", "bucket": "ok", "last_look_seconds": None}
    assert call("GET", "/api/ready").json == ready


def test_imports_come_in_pages_the_newest_first(site: Site, call: Caller) -> None:
    imported(site, 5)
    numbers, cursor = [], ""
    while True:
        found = call("GET", f"/api/imports?limit=2{cursor}").json
        numbers.append([one["import_id"] for one in found["items"]])
        if found["next"] is None:
            break
        cursor = f"&cursor={found['next']}"
    assert numbers == [[5, 4], [3, 2], [1]]
    assert call("GET", "/api/imports?status=failed").json == {"items": [], "next": None}
    assert call("GET", "/api/imports?supplier=Brix").json["items"] == []


def test_an_import_is_told_as_the_command_tells_it(
    command: Command, site: Site, call: Caller
) -> None:
    imported(site, 1)
    told = (command("status", 1, "--json").out, call("GET", "/api/imports/1").body.decode())
    by_command, by_api = (json.loads(text.replace("+00:00", "Z")) for text in told)  # RFC 3339
    assert by_api == by_command


def test_what_is_not_there_is_a_problem_with_a_word(call: Caller) -> None:
    answer = call("GET", "/api/imports/99")
    assert (answer.status, answer.json["detail"]) == (404, "there is no import 99")
    assert answer.headers["content-type"] == "application/problem+json"
    wrong = call("GET", "/api/imports?limit=0")
    assert (wrong.status, wrong.json["errors"][0]["where"]) == (422, "query.limit")


def test_a_held_import_is_reviewed_and_confirmed(site: Site, call: Caller) -> None:
    always = replace(site, settings=replace(site.settings, review="always"))
    file = csv_file(HEADER, [("Ann Lee", "ann@example.com")])
    held = run_steps(always, drop(site, "Acme/list.csv", file))
    told = call("GET", "/api/imports/1/review").json
    assert [one["full_name"] for one in told["contacts"]] == ["Ann Lee"]
    confirmed = call("POST", "/api/imports/1/confirm").json
    assert (confirmed["status"], confirmed["confirmed_by"]) == ("normalized", "this machine")
    assert run_steps(site, held).status is Status.COMPLETED
    assert call("POST", "/api/imports/1/confirm").status == 409


def test_an_import_is_undone(site: Site, call: Caller) -> None:
    imported(site, 1)
    (undone,) = call("POST", "/api/imports/1/undo").json
    assert (undone["import_id"], undone["founded"], undone["removed"]) == (1, 1, 1)
    (found,) = call("GET", "/api/imports").json["items"]
    assert found["status"] == "undone"
    assert state(site, drop(site, "Acme/other.csv", b"Email\nbo@example.com\n")).import_id == 2


def test_a_viewer_is_told_nothing_that_quotes_the_file(site: Site, call: Caller) -> None:
    """Headers, notes, reasons and errors may each be made of a cell of somebody's."""
    always = replace(site, settings=replace(site.settings, review="always"))
    people = [("Ann Lee", "ann@example.com", "5"), ("Bo Ek", "bo@example.com", "Ann Lee")]
    headless = csv_file(people[0], people[1:])
    run_steps(always, drop(site, "Acme/list.csv", headless))
    with connect(site.settings.database_url, autocommit=True) as session:
        ledger.note_error(session, 1, "fault", "Ann Lee cannot be read")
        reason = Reason("unclear_flag", "Ann Lee: says who may be called")
        session.execute("UPDATE lead_sources SET status = 'normalized'")
        ledger.hold_back(session, 1, [reason])
        session.execute("UPDATE lead_sources SET drift = ARRAY['Ann Lee is gone.']")
    operator = bearer(a_token(site, Role.OPERATOR, "op"))
    viewer = bearer(a_token(site, Role.VIEWER, "vi"))
    for path in ("/api/imports/1", "/api/imports"):
        assert b"Ann Lee" in call("GET", path, authorization=operator).body
        assert b"Ann" not in call("GET", path, authorization=viewer).body
    told = call("GET", "/api/imports/1", authorization=viewer).json
    assert (told["status"], told["held_for"]) == ("held", [{"code": "unclear_flag"}])
    assert told["layout"]["delimiter"] == ","
    assert told["outcomes"]["contacts"]["held"] == 2
