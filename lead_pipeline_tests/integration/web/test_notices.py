"""Notices: noted once as long as they last, and the same on the page, over the API, by command."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lead_pipeline.access import tokens
from lead_pipeline.access.tokens import Role
from lead_pipeline.database import connect
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports.site import Site
from lead_pipeline.notices import watch
from lead_pipeline.notices.book import KEPT_DAYS, acknowledge, all_notices, note
from lead_pipeline.notices.conditions import Raised, Severity
from lead_pipeline_tests.integration.commands import Command
from lead_pipeline_tests.integration.people import change, imported
from lead_pipeline_tests.integration.stack import eventually
from lead_pipeline_tests.integration.web.forms import form, send
from lead_pipeline_tests.integration.web.serving import Caller

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
OLD = Raised("list_old", "national", Severity.WARNING, "The list is old.")
FULL = Raised("disk_full", "", Severity.CRITICAL, "The disk is full.")


def noted(site: Site, *found: Raised, after: timedelta = timedelta()) -> list[dict[str, Any]]:
    """The book after a look at noon and some time, that found this."""
    with connect(site.settings.database_url, autocommit=True) as session:
        note(session, found, NOON + after)
        return all_notices(session, cleared=True)


def test_what_lasts_is_one_notice_and_over_when_it_is_not_so_any_more(site: Site) -> None:
    noted(site, OLD)
    (one,) = noted(site, OLD, after=timedelta(hours=1))
    assert (one["times"], one["first_seen_at"], one["cleared_at"]) == (2, NOON, None)
    assert one["last_seen_at"] == NOON + timedelta(hours=1)
    (over,) = noted(site, after=timedelta(hours=2))
    assert over["cleared_at"] == NOON + timedelta(hours=2)
    again = noted(site, OLD, after=timedelta(hours=3))
    assert [one["cleared_at"] is None for one in again] == [True, False]
    assert again[0]["first_seen_at"] == NOON + timedelta(hours=3)


def test_the_worst_that_nobody_knows_of_comes_first(site: Site) -> None:
    found = noted(site, OLD, FULL)
    assert [one["kind"] for one in found] == ["disk_full", "list_old"]
    with connect(site.settings.database_url, autocommit=True) as session:
        first = acknowledge(session, found[0]["notice_id"], "kim")
        second = acknowledge(session, found[0]["notice_id"], "lee")
        assert (first["acknowledged_by"], second["acknowledged_by"]) == ("kim", "kim")
        assert [one["kind"] for one in all_notices(session)] == ["list_old", "disk_full"]


def test_what_is_over_is_forgotten_after_a_time(site: Site) -> None:
    noted(site, OLD)
    noted(site)
    assert len(noted(site, after=timedelta(days=KEPT_DAYS - 1))) == 1
    assert noted(site, after=timedelta(days=KEPT_DAYS + 1)) == []


def test_only_what_is_open_can_be_acknowledged(site: Site) -> None:
    (one,) = noted(site, OLD)
    noted(site)
    with connect(site.settings.database_url, autocommit=True) as session:
        for number in (one["notice_id"], 999):
            with pytest.raises(OperatorError, match=f"no notice {number} is open"):
                acknowledge(session, number, "kim")


def test_the_process_of_the_page_tells_of_it_and_gets_over_a_fault(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    change(
        site,
        "CREATE TABLE dagster.daemon_heartbeats (daemon_type text, daemon_id text,"
        " timestamp timestamp)",
    )
    imported(site, "Acme/list.csv", {"name": "Ann Lee", "mail": "ann@example.com"})
    change(site, "UPDATE lead_sources SET status = 'failed'")
    monkeypatch.setattr(watch, "_LOOK_SECONDS", 0.05)
    with watch.watching(site.settings), connect(site.settings.database_url, autocommit=True) as one:
        eventually(lambda: "OperatorError" in caplog.text, "it may not be read", 30)
        change(site, "GRANT ALL ON dagster.daemon_heartbeats TO public")
        found = eventually(lambda: all_notices(one), "it is noted", 30)
    assert ("import_failed", "warning") in {(one["kind"], one["severity"]) for one in found}


def test_the_page_the_api_and_the_command_tell_the_same(
    site: Site, call: Caller, command: Command
) -> None:
    assert command("notices").out.strip() == "nothing: all goes as it should"
    assert "All goes as it should." in call("GET", "/notices").text
    (one,) = noted(site, OLD)
    facts = json.loads(command("notices", "--json").out)
    (item,) = call("GET", "/api/notices").json["items"]
    assert (item["notice_id"], item["told"]) == (facts["notice_id"], facts["told"])
    assert item["told"] == OLD.told
    assert OLD.told in command("notices").out
    page = call("GET", "/notices")
    assert OLD.told in page.text
    path = f"/notices/{one['notice_id']}/acknowledge"
    back = send(call, path, form(page, path))
    assert "Noted that you know of it" in back.text
    assert "knows of it" in call("GET", "/notices").text
    known = command("notices", "acknowledge", str(one["notice_id"]), "--json")
    assert json.loads(known.out)["acknowledged_by"]
    noted(site)
    assert call("GET", "/api/notices").json["items"] == []
    assert len(call("GET", "/api/notices?all=true").json["items"]) == 1
    assert "over at" in command("notices", "--all").out
    gone = call("POST", f"/api/notices/{one['notice_id']}/acknowledge")
    assert gone.status == 409
    assert command("notices", "acknowledge", str(one["notice_id"])).code == 1


def test_viewers_see_them_and_operators_say_that_they_know(site: Site, call: Caller) -> None:
    (one,) = noted(site, OLD)
    with connect(site.settings.database_url) as session:
        held = {role: tokens.create(session, role.word, role) for role in Role}
    path = f"/api/notices/{one['notice_id']}/acknowledge"
    seen = {
        role: (
            call("GET", "/api/notices", authorization=f"Bearer {token}").status,
            call("POST", path, authorization=f"Bearer {token}").status,
        )
        for role, token in held.items()
    }
    assert seen == {
        Role.SALES: (403, 403),
        Role.VIEWER: (200, 403),
        Role.OPERATOR: (200, 200),
        Role.ADMIN: (200, 200),
    }


def test_the_bell_of_each_page_counts_what_is_open(site: Site, call: Caller) -> None:
    assert 'aria-label="Open notices: 0"' in call("GET", "/imports").text
    noted(site, OLD, FULL)
    page = call("GET", "/stats").text
    assert 'href="/notices" aria-label="Open notices: 2"' in page
    assert "bell" not in call("GET", "/nowhere").text
