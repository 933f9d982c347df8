"""Meta's leads all the way, and weeks of faults and kills: nothing lost, nothing twice."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

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
from lead_pipeline_tests.vendors.accounts import graph, meta_leads, server, vendors
from lead_pipeline_tests.vendors.faults import DuplicateLast, answers, mistyped, without
from lead_pipeline_tests.vendors.graph import Graph
from lead_pipeline_tests.vendors.server import Vendors

__all__ = ["graph", "server", "vendors"]

FIRST_FORM = "810000000000001"


@dataclass
class AtMeta:
    """Forms come and go into the archive; leads may be seen a day and a half late."""

    vendors: Vendors
    route = "/graph/*"
    faults = (
        lambda: answers({"error": {"code": 80005, "message": "too many calls"}}, 400),
        lambda: answers({"error": {"code": 190, "message": "expired"}}, 400),
        lambda: answers({"error": {"code": 1, "message": "Please reduce the amount of data"}}, 500),
        lambda: answers({"error": {"code": 200, "message": "no permission"}}, 403),
        lambda: without("data"),
        lambda: without("field_data"),
        lambda: mistyped("created_time"),
        lambda: DuplicateLast(lambda page: page["data"] if "field_data" in str(page) else []),
    )

    def __post_init__(self) -> None:
        self.graph = Graph(self.vendors.time, at_most=3)
        self.vendors.mount("/graph", self.graph)
        self.graph.add_form(FIRST_FORM)

    def client(self) -> Source:
        return meta_leads(self.vendors, self.graph)

    def happen(self, rng: Random) -> None:
        now = self.graph.time.now()
        if rng.random() < 0.2:
            rng.choice([*self.graph.forms.values()]).status = "ARCHIVED"
            self.graph.add_form(f"81{len(self.graph.forms):013}")
        for _ in range(rng.randrange(6)):
            form = rng.choice([*self.graph.forms])
            number = len(self.graph.leads)
            created = now - timedelta(minutes=rng.randrange(60))
            late = timedelta(minutes=rng.choice([0, 0, rng.randrange(36 * 60)]))
            name = f"Dana {'ABCDEFGHIJ'[number % 10]} Example"
            if rng.random() < 0.1:
                name = "<test lead: dummy data for full_name>"
            lead = self.graph.add_lead(form, f"7000{number:012}", created, created + late,
                full_name=name, phone_number=f"+1202555{number:04}")  # fmt: skip
            if rng.random() < 0.1:
                lead.erased = True

    def key(self, line: Json) -> str:
        return str(line["id"])

    def imported(self) -> Collection[str]:
        return self._ids(lambda name: "test lead" not in name)

    def others(self) -> Collection[str]:
        return self._ids(lambda name: "test lead" in name)

    def _ids(self, chosen: Callable[[str], bool]) -> list[str]:
        return [
            lead.lead_id
            for lead in self.graph.leads.values()
            if chosen(lead.answers["full_name"][0]) and not lead.erased
        ]


def test_weeks_of_faults_and_kills_lose_nothing_and_bring_nothing_twice(
    site: Site, vendors: Vendors
) -> None:
    live_through_all(site, vendors, AtMeta, SEEDS)


def test_a_week_ends_in_as_many_leads_as_meta_counts(
    site: Site, vendors: Vendors, caplog: pytest.LogCaptureFixture
) -> None:
    """And neither a log nor a table holds a secret."""
    caplog.set_level("DEBUG")
    week = AtMeta(vendors)
    prove(live_through(site, vendors, week, 1), week)
    import_all(site)
    found = rows(site, "SELECT external_lead_id AS id FROM leads_master")
    assert Counter(row["id"] for row in found) == Counter(week.imported())
    (source,) = rows(site, "SELECT * FROM sources WHERE display_name = 'Meta'")
    counted = [form["leads_count"] for form in map(week.graph.form, week.graph.forms)]
    assert source["total_leads_count"] + len(week.others()) == sum(counted)
    kept = str(rows(site, "SELECT * FROM connector_inbox, connector_cursors, connector_pulls"))
    for secret in (week.graph.token, week.graph.app_secret or ""):
        assert secret not in caplog.text + kept


def test_an_answered_form_is_a_lead(site: Site, vendors: Vendors, graph: Graph) -> None:
    graph.add_form(FIRST_FORM, "Autumn form")
    answers: dict[str, Any] = {"which_model?": ["hatchback", "suv"], "zip_code": "20001"}
    at = vendors.time.now() - timedelta(minutes=10)
    graph.add_lead(FIRST_FORM, "700001234567890123", at, ad_id="120000000000000001",
        full_name="Dana Example", phone_number="+12025550101", email="Dana@example.com",
        **answers)  # fmt: skip

    pull(site, meta_leads(vendors, graph), clock=vendors.clock)
    import_all(site)

    (lead,) = rows(
        site, "SELECT l.*, s.* FROM leads_master AS l JOIN sources AS s USING (source_id)"
    )
    expected = {
        "display_name": "Meta", "source_type": "meta_form", "import_source": "api",
        "supplier": "meta", "external_lead_id": "700001234567890123", "received_at": at,
        "full_name": "Dana Example", "email": "dana@example.com", "phone_e164": "+12025550101",
        "postal_code": "20001", "form_id": FIRST_FORM, "form_name": "Autumn form",
        "campaign_name": "Autumn", "ad_id": "120000000000000001", "ad_name": "An ad",
        "platform": "fb", "is_organic": False,
    }  # fmt: skip
    assert {name: lead[name] for name in expected} == expected
    assert {"name": "which_model?", "values": ["hatchback", "suv"]} in lead["raw_payload"][
        "field_data"
    ]


def test_an_organic_lead_that_ticked_a_box_is_one_too(
    site: Site, vendors: Vendors, graph: Graph
) -> None:
    graph.add_form(FIRST_FORM)
    at = vendors.time.now() - timedelta(minutes=10)
    lead = graph.add_lead(FIRST_FORM, "7", at, full_name="Dana Example", email="dana@example.com")
    lead.boxes["newsletter"] = False
    lead.boxes["calls"] = True

    pull(site, meta_leads(vendors, graph), clock=vendors.clock)
    import_all(site)

    (found,) = rows(site, "SELECT * FROM leads_master")
    assert (found["is_organic"], found["ad_id"], found["email"]) == (
        True, None, "dana@example.com",
    )  # fmt: skip
    assert found["raw_payload"]["custom_disclaimer_responses"] == [
        {"checkbox_key": "newsletter", "is_checked": ""},
        {"checkbox_key": "calls", "is_checked": "1"},
    ]
