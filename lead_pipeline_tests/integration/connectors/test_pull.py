"""Pulls: each record once in the inbox and once in the bucket, whatever happens on the way."""

import json
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from lead_pipeline.connectors.faults import AccessLost, Fault, Forbidden, Malformed, Throttled
from lead_pipeline.connectors.inbox import keep
from lead_pipeline.connectors.model import Page, Part, Record, Window
from lead_pipeline.connectors.pull import Busy, pull
from lead_pipeline.database import connect, run
from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.connectors.vendor import (
    CLOCK,
    NOON,
    Killed,
    KillingBucket,
    MadeUp,
    only_import,
    record,
)
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.integration.steps import run_steps

FORM = Part("form", "Form form")


def delivered(site: Site) -> list[str]:
    """The ids of all lines of all objects of the bucket."""
    return [json.loads(line)["id"] for _, line in lines(site)]


def lines(site: Site) -> list[tuple[str, str]]:
    found = []
    for key in sorted(site.bucket.keys()):
        text = (Path(site.settings.bucket_url) / key).read_text(encoding="utf-8")
        found += [(key, line) for line in text.splitlines()]
    return found


def kept(site: Site, *records: Record, polled: bool = True) -> dict[str, int]:
    with connect(site.settings.database_url) as session:
        began = {"source": "meta", "now": NOON, "since": None, "until": None}
        pull_id = (
            run(session, "connectors/begin_pull", began).fetchone()["pull_id"] if polled else None
        )
        found = keep(session, MadeUp(), FORM, Page(records), now=NOON, pull_id=pull_id)
    return asdict(found)


def statuses(site: Site) -> list[str]:
    found = rows(site, "SELECT status FROM connector_pulls ORDER BY pull_id")
    return [row["status"] for row in found]


def inbox(site: Site, columns: str = "*") -> list[dict[str, object]]:
    return rows(site, f"SELECT {columns} FROM connector_inbox ORDER BY inbox_id")


def test_a_pull_brings_what_is_new_into_the_bucket_and_the_next_one_what_came_since(
    site: Site,
) -> None:
    vendor = MadeUp({"form": [record(n) for n in range(3)]})
    first = pull(site, vendor, clock=CLOCK)
    assert (first.status, first.read, first.new, first.error) == ("done", 3, 3, None)
    assert first.objects == ["meta/meta_api_1-3.ndjson"]
    assert delivered(site) == ["v:0", "v:1", "v:2"]
    vendor.records["form"].append(record(3))
    second = pull(site, vendor, clock=CLOCK)
    assert (second.new, second.objects) == (1, ["meta/meta_api_4-4.ndjson"])
    third = pull(site, vendor, clock=CLOCK)
    assert (third.status, third.read, third.objects) == ("done", 0, [])
    assert statuses(site) == ["done"] * 3


def test_its_leads_arrive_with_layout_way_and_payload(site: Site) -> None:
    pull(site, MadeUp({"form": [record(1)]}), clock=CLOCK)
    run_steps(site, only_import(site))
    (lead,) = rows(
        site,
        "SELECT phone_e164, l.import_source, s.display_name AS source,"
        " raw_payload->>'form_id' AS form,"
        " (SELECT value FROM lead_identities AS i"
        "  WHERE i.lead_id = l.lead_id AND kind = 'external_id') AS external_id"
        " FROM leads_master AS l JOIN sources AS s USING (source_id)",
    )
    assert lead == {
        "phone_e164": "+12025550001",
        "import_source": "api",
        "source": "Meta",
        "form": "1",
        "external_id": lead["external_id"],
    }
    assert "v:1" in lead["external_id"]


def test_a_range_that_is_asked_for_moves_no_cursor(site: Site) -> None:
    vendor = MadeUp({"form": [record(n) for n in range(6)]})
    window = Window(NOON + timedelta(minutes=2), NOON + timedelta(minutes=3))
    assert pull(site, vendor, clock=CLOCK, asked=window).new == 2
    assert rows(site, "SELECT FROM connector_cursors") == []
    assert pull(site, vendor, clock=CLOCK).new == 4
    assert sorted(delivered(site)) == [f"v:{n}" for n in range(6)]


@pytest.mark.parametrize(
    ("fault", "status", "after"),
    [
        (Forbidden("this form may not be read"), "partial", 3),
        (Malformed("no JSON"), "partial", 3),
        (Throttled("too many calls", 60), "throttled", 1),
        (AccessLost("the token was revoked: make a new one"), "failed", 1),
    ],
)
def test_a_part_that_fails_is_told_and_read_again_the_next_time(
    site: Site, fault: Fault, status: str, after: int
) -> None:
    """Others go on, unless they would fare no better; what was read before counts."""
    forms = {"a": [record(n) for n in range(2)], "b": [record(n) for n in range(4, 6)]}
    vendor = MadeUp(forms, size=1, faults={2: fault})
    first = pull(site, vendor, clock=CLOCK)
    assert (first.status, first.new, first.error) == (status, after, str(fault))
    assert first.faults == [{"part": "Form a", "kind": type(fault).__name__, "reason": str(fault)}]
    assert pull(site, vendor, clock=CLOCK).status == "done"
    assert sorted(delivered(site)) == ["v:0", "v:1", "v:4", "v:5"]


def test_a_source_is_pulled_by_one_at_a_time(site: Site) -> None:
    with connect(site.settings.database_url, autocommit=True) as other:
        run(other, "connectors/claim_source", None, {"source": sql.Literal("meta")})
        with pytest.raises(Busy, match="meta is being pulled"):
            pull(site, MadeUp(), clock=CLOCK)
    assert pull(site, MadeUp(), clock=CLOCK).status == "done"


def test_a_pull_that_was_killed_is_told_as_killed_by_the_next(site: Site) -> None:
    with pytest.raises(Killed):
        pull(site, MadeUp({"form": [record(1)]}, faults={1: Killed()}), clock=CLOCK)
    pull(site, MadeUp(), clock=CLOCK)
    assert statuses(site) == ["killed", "done"]


def test_what_has_a_problem_is_kept_and_not_imported_until_it_comes_without(site: Site) -> None:
    bad = record(1, problem="its phone is missing")
    first = kept(site, bad, record(2, is_test=True))
    assert first == {"new": 0, "known": 0, "quarantined": 1, "tests": 1}
    pull(site, MadeUp(), clock=CLOCK)
    assert delivered(site) == []
    assert kept(site, record(1)) == {"new": 0, "known": 1, "quarantined": 0, "tests": 0}
    pull(site, MadeUp(), clock=CLOCK)
    assert delivered(site) == ["v:1"]
    assert kept(site, bad)["known"] == 1
    assert [row["problem"] for row in inbox(site, "problem")] == [None, None]


def test_what_a_pull_says_replaces_what_a_webhook_said_as_long_as_it_waits(site: Site) -> None:
    pushed = replace(record(1), payload={"id": "v:1", "phone_number": "+12025550199"})
    kept(site, pushed, polled=False)
    kept(site, record(1))
    kept(site, pushed, polled=False)
    (row,) = inbox(site, "payload->>'form_id' AS form, polled_at, pushed_at")
    assert row == {"form": "1", "polled_at": NOON, "pushed_at": NOON}


def test_nothing_that_json_may_hold_is_refused(site: Site) -> None:
    strange = {"a\0b": "x\0\ud800", "n": float("nan"), "big": 2**70, "deep": [{"1": None}]}
    assert kept(site, Record("strange", strange))["new"] == 1
    (row,) = inbox(site, "payload")
    assert row["payload"] == {"ab": "x?", "n": "nan", "big": 2**70, "deep": [{"1": None}]}


def test_ids_that_cannot_be_are_told_and_no_two_records_become_one(site: Site) -> None:
    too_long = [replace(record(n), external_id="x" * 3000 + str(n)) for n in (1, 2)]
    without = [replace(record(n), external_id=said) for n, said in ((3, ""), (4, " "), (5, "\0"))]
    assert kept(site, *too_long, *without)["quarantined"] == 5
    assert kept(site, *too_long, *without)["known"] == 5
    told = [row["problem"] for row in inbox(site, "problem")]
    assert sorted(map(str, told)) == ["it has no id"] * 3 + ["the id has more than 500 bytes"] * 2


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    size=st.integers(1, 4),
    kills=st.sets(st.integers(1, 12), max_size=5),
    puts=st.lists(st.sampled_from([None, "before", "after"]), max_size=6),
    arrivals=st.lists(st.integers(0, 4), min_size=1, max_size=5),
)
def test_killed_anywhere_every_record_is_delivered_exactly_once(
    site: Site, size: int, kills: set[int], puts: list[str | None], arrivals: list[int]
) -> None:
    """Killed between any two pages, before an object is stored, or right after."""
    with connect(site.settings.owner_url, autocommit=True) as session:
        session.execute(
            "TRUNCATE connector_inbox, connector_deliveries, connector_cursors, connector_pulls"
            " CASCADE"
        )
    for key in sorted(site.bucket.keys()):
        (Path(site.settings.bucket_url) / key).unlink()
    bucket = KillingBucket(Path(site.settings.bucket_url))
    dying = Site(site.settings, bucket)
    vendor = MadeUp({"form": []}, size, {page: Killed() for page in kills})
    for count in [*arrivals, *[0] * len(kills), 0, 0]:
        at = len(vendor.records["form"])
        vendor.records["form"] += [record(at + n) for n in range(count)]
        bucket.dies = puts.pop() if puts else None
        try:
            pull(dying, vendor, clock=CLOCK)
        except Killed:
            continue
    bucket.dies = None
    assert pull(dying, vendor, clock=CLOCK).status == "done"
    assert sorted(delivered(site)) == sorted(f"v:{n}" for n in range(sum(arrivals)))
    assert len(inbox(site)) == sum(arrivals)
