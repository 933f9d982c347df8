"""Knowlarity's calls all the way, and weeks of faults and kills: nothing lost, nothing twice."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from random import Random

import pytest

from lead_pipeline.connectors.model import Json, Source
from lead_pipeline.connectors.pull import pull
from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.connectors.weeks import (
    SEEDS,
    import_all,
    live_through,
    live_through_all,
    prove,
)
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.vendors.accounts import knowlarity_calls, kpi, server, vendors
from lead_pipeline_tests.vendors.faults import DuplicateLast, answers, mistyped, without
from lead_pipeline_tests.vendors.kpi import Kpi
from lead_pipeline_tests.vendors.server import Vendors

__all__ = ["kpi", "server", "vendors"]


@dataclass
class AtKnowlarity:
    """Calls appear when they have ended, and now and then much later; some are no leads."""

    vendors: Vendors
    route = "/kpi/*"
    faults = (
        lambda: answers({"message": "Forbidden"}, 403),
        lambda: without("objects"),
        lambda: without("uuid"),
        lambda: mistyped("start_time"),
        lambda: DuplicateLast(lambda page: page["objects"]),
    )

    def __post_init__(self) -> None:
        self.kpi = Kpi(self.vendors.time, at_most=3)
        self.vendors.mount("/kpi", self.kpi)

    def client(self) -> Source:
        return knowlarity_calls(self.vendors, self.kpi)

    def happen(self, rng: Random) -> None:
        now = self.kpi.time.now()
        self.kpi.newest_first, self.kpi.tells_total = rng.random() < 0.5, rng.random() < 0.7
        for _ in range(rng.randrange(6)):
            number = len(self.kpi.calls)
            started = now - timedelta(minutes=rng.randrange(60))
            seconds = rng.choice([0, 35, 600, 3 * 3600])
            late = started + timedelta(minutes=rng.choice([200, rng.randrange(200, 24 * 60)]))
            self.kpi.add(f"0a0b0c0d-0000-4000-8000-{number:012x}", f"+1202555{number:04}", started,
                seconds, outbound=rng.random() < 0.2, visible=rng.choice([None, late]))  # fmt: skip

    def key(self, line: Json) -> str:
        return str(line["uuid"])

    def imported(self) -> Collection[str]:
        return [call.uuid for call in self.kpi.calls.values() if not call.outbound]

    def others(self) -> Collection[str]:
        return [call.uuid for call in self.kpi.calls.values() if call.outbound]


def test_weeks_of_faults_and_kills_lose_nothing_and_bring_nothing_twice(
    site: Site, vendors: Vendors
) -> None:
    live_through_all(site, vendors, AtKnowlarity, SEEDS)


def test_a_week_ends_in_as_many_leads_as_there_were_callers(
    site: Site, vendors: Vendors, caplog: pytest.LogCaptureFixture
) -> None:
    """And neither a log nor a table holds a secret."""
    caplog.set_level("DEBUG")
    week = AtKnowlarity(vendors)
    prove(live_through(site, vendors, week, 1), week)
    import_all(site)
    found = rows(site, "SELECT external_lead_id AS id FROM leads_master")
    assert Counter(row["id"] for row in found) == Counter(week.imported())
    (source,) = rows(site, "SELECT * FROM sources WHERE display_name = 'Knowlarity'")
    assert source["total_leads_count"] + len(week.others()) == len(week.kpi.calls)
    kept = str(rows(site, "SELECT * FROM connector_inbox, connector_cursors, connector_pulls"))
    for secret in (week.kpi.api_key, week.kpi.sr_key):
        assert secret not in caplog.text + kept


def test_a_call_is_a_lead_of_the_campaign_of_its_number(
    site: Site, vendors: Vendors, kpi: Kpi
) -> None:
    at = vendors.time.now() - timedelta(minutes=20)
    kpi.add("0a0b0c0d-0000-4000-8000-000000000001", "+12025550142", at)
    kpi.add("0a0b0c0d-0000-4000-8000-000000000002", "+12025550143", at, seconds=0)
    kpi.add("0a0b0c0d-0000-4000-8000-000000000003", "+12025550144", at, number="+12025550199")

    source = knowlarity_calls(vendors, kpi, {"+12025550110": "Autumn"})
    pull(site, source, clock=vendors.clock)
    import_all(site)

    query = "SELECT l.*, s.* FROM leads_master AS l JOIN sources AS s USING (source_id) ORDER BY 1"
    answered, missed = rows(site, query)
    expected = {
        "display_name": "Knowlarity", "source_type": "knowlarity_call", "import_source": "api",
        "supplier": "knowlarity", "external_lead_id": "0a0b0c0d-0000-4000-8000-000000000001",
        "received_at": at, "full_name": None, "phone_e164": "+12025550142",
        "campaign_name": "Autumn", "called_number": "+12025550110", "call_duration": 35,
        "call_start_time": at, "agent_number": "+12025550120",
    }  # fmt: skip
    assert {name: answered[name] for name in expected} == expected
    assert (missed["phone_e164"], missed["call_duration"]) == ("+12025550143", 0)
