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
from lead_pipeline.notices.conditions import Raised, Severity, raised
from lead_pipeline.notices.facts import look
from lead_pipeline.suppression.load import Order, load_list
from lead_pipeline_tests.integration.commands import Command
from lead_pipeline_tests.integration.people import change, imported
from lead_pipeline_tests.integration.stack import eventually
from lead_pipeline_tests.integration.web.forms import form, send
from lead_pipeline_tests.integration.web.serving import Caller

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
OLD = Raised("list_old", "national", Severity.WARNING, "The list is old.")
FULL = Raised("disk_full", "", Severity.CRITICAL, "The disk is full.")
ANN = {"name": "Ann Lee", "mail": "ann@example.com"}


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


def kinds(site: Site) -> set[tuple[str, str]]:
    with connect(site.settings.database_url, autocommit=True) as session:
        found = raised(look(session, site.settings))
    return {(one.kind, one.subject) for one in found if not one.kind.startswith("disk_")}


def test_the_ledger_and_the_lists_are_looked_at(site: Site) -> None:
    assert kinds(site) == set()
    path = site.settings.home / "state.csv"
    path.write_text("2025550199\n")
    with connect(site.settings.database_url, autocommit=True) as session:
        as_of = datetime.now(UTC) - timedelta(days=40)
        load_list(session, path, Order("state", kind="state", as_of=as_of), "US")
    failed = imported(site, "Acme/list.csv", ANN)
    change(site, "UPDATE lead_sources SET status = 'failed'")
    imported(site, "Best/more.csv", {"name": "Bo Ek", "mail": "bo@example.com"})
    change(
        site,
        "UPDATE lead_sources SET status = 'loaded', seen_at = now() - interval '1 hour'"
        " WHERE status = 'completed'",
    )
    assert kinds(site) == {
        ("list_old", "state"),
        ("import_failed", str(failed.import_id)),
        ("import_waits", ""),
    }
    change(site, "UPDATE lead_sources SET status = 'completed'")
    assert kinds(site) == {("list_old", "state")}


_SENT = (
    "INSERT INTO lead_sources (partition_key, object_key, version_tag, bytes, modified_at,"
    " original_filename, hash, status, supplier, seen_at, completed_at, contacts_found,"
    " contacts_new) SELECT s || n, s || n, s || n, 1, now(), 'f', 'h', 'completed', s,"
    " now() - make_interval(days => first + n * gap),"
    " now() - make_interval(days => first + n * gap), 100, CASE WHEN n = 0 THEN last ELSE 60 END"
    " FROM generate_series(0, 9) AS n, (VALUES {}) AS one (s, first, gap, last)"
    " ORDER BY n DESC"
)


@pytest.mark.parametrize(
    ("supplier", "expected"),
    [
        ("('Acme', 1, 2, 55)", set()),
        ("('Acme', 7, 2, 55)", {("supplier_silent", "Acme")}),
        ("('Acme', 1, 2, 20)", {("few_new", "Acme")}),
    ],
    ids=["as ever", "silent", "few new"],
)
def test_a_supplier_is_held_against_its_own_rhythm_and_share(
    site: Site, supplier: str, expected: set[tuple[str, str]]
) -> None:
    change(site, _SENT.format(supplier).replace("%", "%%"))
    assert kinds(site) == expected


def test_the_process_of_the_page_tells_that_nobody_looks_and_gets_over_a_fault(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    change(
        site,
        "CREATE TABLE dagster.daemon_heartbeats (daemon_type text, daemon_id text,"
        " timestamp timestamp);"
        " INSERT INTO dagster.daemon_heartbeats VALUES ('SENSOR', 'x',"
        " now() AT TIME ZONE 'UTC' - interval '5 minutes')",
    )
    monkeypatch.setattr(watch, "_EVERY_SECONDS", 0.05)
    with watch.watching(site.settings), connect(site.settings.database_url, autocommit=True) as one:
        eventually(lambda: "OperatorError" in caplog.text, "it may not be read", 30)
        change(site, "GRANT ALL ON dagster.daemon_heartbeats TO public")
        found = eventually(lambda: all_notices(one), "it is noted", 30)
    assert ("nobody_looks", "critical") in {(one["kind"], one["severity"]) for one in found}


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
    assert seen == {Role.VIEWER: (200, 403), Role.OPERATOR: (200, 200), Role.ADMIN: (200, 200)}
