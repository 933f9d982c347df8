"""LeadConduit's leads all the way, and weeks of faults and kills: nothing lost, nothing twice."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from random import Random

import pytest

from lead_pipeline.connectors.model import Json, Source, Window
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
from lead_pipeline_tests.vendors.accounts import lc, leadconduit_leads, server, vendors
from lead_pipeline_tests.vendors.faults import DuplicateLast, answers, without
from lead_pipeline_tests.vendors.lc import LeadConduit
from lead_pipeline_tests.vendors.server import Vendors

__all__ = ["lc", "server", "vendors"]


@dataclass
class AtLeadConduit:
    """Flows take a moment, an hour or a day; some leads are rejected."""

    vendors: Vendors
    route = "/lc/*"
    faults = (
        lambda: answers({"error": "authentication failed"}, 401),
        lambda: without("id"),
        lambda: without("type"),
        lambda: without("vars"),
        lambda: DuplicateLast(lambda page: page),
    )

    def __post_init__(self) -> None:
        self.lc = LeadConduit(self.vendors.time, at_most=7)
        self.vendors.mount("/lc", self.lc)

    def client(self) -> Source:
        return leadconduit_leads(self.vendors, self.lc)

    def happen(self, rng: Random) -> None:
        now = self.lc.time.now()
        for number in range(rng.randrange(6)):
            self.lc.add_lead(
                now - timedelta(minutes=rng.randrange(60)),
                rng.choice(["success", "success", "failure", "error"]),
                rng.choice([0.1, 90, rng.randrange(24 * 3600)]),
                first_name=f"Dana {'ABCDEFGHIJ'[number]}",
                phone_1=f"202555{len(self.lc.events):04}",
            )

    def key(self, line: Json) -> str:
        return str(line["lead_id"])

    def imported(self) -> Collection[str]:
        return [e.event_id for e in self.lc.leads.values() if e.outcome == "success"]

    def others(self) -> Collection[str]:
        return [e.event_id for e in self.lc.leads.values() if e.outcome != "success"]


def test_weeks_of_faults_and_kills_lose_nothing_and_bring_nothing_twice(
    site: Site, vendors: Vendors
) -> None:
    live_through_all(site, vendors, AtLeadConduit, SEEDS)


def test_a_week_ends_in_as_many_leads_as_leadconduit_counts(
    site: Site, vendors: Vendors, caplog: pytest.LogCaptureFixture
) -> None:
    """And neither a log nor a table holds a secret."""
    caplog.set_level("DEBUG")
    week = AtLeadConduit(vendors)
    prove(live_through(site, vendors, week, 1), week)
    import_all(site)
    found = rows(site, "SELECT external_lead_id AS id FROM leads_master")
    assert Counter(row["id"] for row in found) == Counter(week.imported())
    (source,) = rows(site, "SELECT * FROM sources WHERE display_name = 'LeadConduit'")
    now = vendors.time.now()
    stats = leadconduit_leads(vendors, week.lc).stats(Window(now - timedelta(days=90), now))
    assert source["total_leads_count"] == stats["success"]
    kept = rows(site, "SELECT payload->>'outcome' AS outcome FROM connector_inbox")
    assert Counter(row["outcome"] for row in kept) == stats
    told = str(rows(site, "SELECT * FROM connector_inbox, connector_cursors, connector_pulls"))
    assert week.lc.api_key not in caplog.text + told


def test_a_source_event_is_a_lead(site: Site, vendors: Vendors, lc: LeadConduit) -> None:
    at = vendors.time.now() - timedelta(minutes=10)
    phone = {"raw": "202-555-0155", "normal": "2025550155", "valid": True}
    lead_id = lc.add_lead(at, first_name="Olu", last_name="Sample", phone_1=phone,
        email={"value": "Olu@example.com"}, postal_code="20001", campaign_name="Autumn",
        trustedform_cert_url="https://cert.example.com/abc")  # fmt: skip
    lc.add_lead(at, "failure", first_name="Ann", phone_1="2025550156")

    pull(site, leadconduit_leads(vendors, lc), clock=vendors.clock)
    import_all(site)

    (lead,) = rows(
        site, "SELECT l.*, s.* FROM leads_master AS l JOIN sources AS s USING (source_id)"
    )
    expected = {
        "display_name": "LeadConduit", "source_type": "leadconduit", "import_source": "events",
        "supplier": "leadconduit", "external_lead_id": lead_id, "received_at": at,
        "full_name": "Olu Sample", "email": "olu@example.com", "phone_e164": "+12025550155",
        "postal_code": "20001", "campaign_name": "Autumn", "flow_name": "Autumn flow",
        "source_name": "Partner A", "ip_address": "192.0.2.10",
        "trustedform_cert_url": "https://cert.example.com/abc",
    }  # fmt: skip
    assert {name: lead[name] for name in expected} == expected
