"""How the work went, day by day: the same on the page, over the API and by the command."""

import json

from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.monitoring.days import Day, days
from lead_pipeline_tests.integration.commands import Command
from lead_pipeline_tests.integration.people import change, imported
from lead_pipeline_tests.integration.web.serving import Caller

ANN = {"name": "Ann Lee", "mail": "ann@example.com", "phone": "202-555-0101"}
BO = {"name": "Bo Ek", "mail": "bo@example.com"}
NOBODY = {"name": "Nobody At All"}
_AT_NOON = "'2026-11-20 12:00'::timestamp AT TIME ZONE (SELECT time_zone FROM account)"


def told(site: Site, most: int = 3660) -> list[Day]:
    with connect(site.settings.database_url) as session:
        return days(session, most)


def test_a_day_tells_what_its_files_came_to(site: Site) -> None:
    imported(site, "Acme/list.csv", ANN, ANN, NOBODY)
    imported(site, "Best/list.csv", ANN, BO)
    undo_import(
        site, imported(site, "Best/more.csv", {"name": "Cy", "mail": "cy@example.com"}).import_id
    )
    change(
        site,
        f"UPDATE lead_sources SET seen_at = {_AT_NOON},"
        f" completed_at = {_AT_NOON} + make_interval(secs => import_id * 2)",
    )
    change(
        site,
        "INSERT INTO lead_sources (partition_key, object_key, version_tag, bytes, modified_at,"
        " original_filename, hash, status, attempt, seen_at)"
        f" SELECT s, s, s, 1, now(), s, s, s, 4, {_AT_NOON}"
        " FROM unnest('{failed,rejected,loaded}'::text[]) AS s",
    )
    (day,) = told(site)
    assert day.day.isoformat() == "2026-11-20"
    assert (day.imports, day.completed, day.undone) == (6, 2, 1)
    assert (day.failed, day.rejected, day.open, day.tried_again) == (1, 1, 1, 3)
    assert (day.rows_read, day.rows_rejected, day.contacts) == (5, 1, 5)
    assert (day.new, day.duplicates, day.suppressed) == (2, 2, 0)
    assert (day.success_percent, day.duplicate_percent) == (50.0, 40.0)
    assert day.seconds_p50 is not None
    assert day.seconds_p95 is not None
    assert day.seconds_p50 < day.seconds_p95


def test_a_day_is_that_of_the_account_s_zone_and_only_so_many_are_told(site: Site) -> None:
    imported(site, "Acme/list.csv", ANN)
    imported(site, "Acme/more.csv", BO)
    change(site, "UPDATE account SET time_zone = 'Pacific/Auckland'")
    change(
        site,
        "UPDATE lead_sources SET seen_at = CASE WHEN object_key LIKE 'Acme/m%%'"
        " THEN '2026-11-20 10:00+00'::timestamptz ELSE '2026-11-20 12:00+00'::timestamptz END",
    )
    assert [day.day.isoformat() for day in told(site)] == ["2026-11-21", "2026-11-20"]
    change(site, "UPDATE lead_sources SET seen_at = now() - interval '1 day' * import_id")
    first = told(site)[0]
    assert len(told(site, 1)) <= 1
    assert told(site, 5)[:1] == [first]


def test_a_day_tells_how_many_notices_came_up_and_messages_arrived(site: Site) -> None:
    imported(site, "Acme/list.csv", ANN)
    change(site, f"UPDATE lead_sources SET seen_at = {_AT_NOON}")
    change(
        site,
        "INSERT INTO notices (kind, subject, severity, told, first_seen_at, last_seen_at)"
        f" SELECT 'list_old', n, 'warning', 'x', {_AT_NOON} + n * interval '1 day', now()"
        " FROM generate_series(0, 1) AS n",
    )
    change(
        site,
        "INSERT INTO notice_deliveries (target, what, severity, told, made_at, next_try_at,"
        f" delivered_at) SELECT 'a', 'opened', 'warning', 'x', {_AT_NOON}, {_AT_NOON},"
        f" CASE WHEN n < 3 THEN {_AT_NOON} END FROM generate_series(1, 4) AS n",
    )
    assert [(str(one.day), one.imports, one.notices, one.messages) for one in told(site)] == [
        ("2026-11-21", 0, 1, 0),
        ("2026-11-20", 1, 1, 2),
    ]


def test_a_day_on_which_nothing_ended_has_no_rates(site: Site) -> None:
    imported(site, "Acme/list.csv", ANN)
    change(site, "UPDATE lead_sources SET status = 'held', completed_at = NULL, contacts_found = 0")
    (day,) = told(site)
    assert (day.open, day.success_percent, day.duplicate_percent) == (1, None, None)
    assert (day.seconds_p50, day.seconds_p95) == (None, None)


def test_the_page_the_api_and_the_command_tell_the_same(
    site: Site, call: Caller, command: Command
) -> None:
    assert command("stats").out.strip() == "no file came within 30 days"
    assert "No file came." in call("GET", "/stats").text
    imported(site, "Acme/list.csv", ANN, ANN)
    (day,) = told(site)
    facts = json.loads(json.dumps(day.facts, default=str))
    assert call("GET", "/api/stats").json["items"] == [facts]
    assert json.loads(command("stats", "--json").out) == facts
    in_words = command("stats", "--days", "2").out
    assert day.day.isoformat() in in_words
    assert "100.0 %" in in_words
    page = call("GET", "/stats").text
    assert f'<time datetime="{day.day}">' in page
    assert "50.0 %" in page


def test_what_is_no_number_of_days_is_refused(call: Caller, command: Command) -> None:
    assert call("GET", "/api/stats?days=0").status == 422
    assert command("stats", "--days", "0").code == 2
