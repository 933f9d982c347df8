"""Weeks at Meta, Knowlarity and LeadConduit in which much goes wrong: nothing lost, nothing twice."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from lead_pipeline.connectors.model import Json, Source, Window
from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.connectors.weeks import (
    Simulated,
    begin_anew,
    live_through,
    prove,
)
from lead_pipeline_tests.integration.dagster_run import drop, rows
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.vendors.accounts import (
    knowlarity_calls,
    leadconduit_leads,
    meta_leads,
    server,
    vendors,
)
from lead_pipeline_tests.vendors.faults import DuplicateLast, answers, without
from lead_pipeline_tests.vendors.graph import Graph
from lead_pipeline_tests.vendors.kpi import Kpi
from lead_pipeline_tests.vendors.lc import LeadConduit
from lead_pipeline_tests.vendors.server import Vendors

__all__ = ["server", "vendors"]

SEEDS = 10
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
        lambda: DuplicateLast(lambda page: page["data"]),
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


@dataclass
class AtKnowlarity:
    """Calls appear when they have ended, and now and then much later; some are no leads."""

    vendors: Vendors
    route = "/kpi/*"
    faults = (
        lambda: answers({"message": "Forbidden"}, 403),
        lambda: without("objects"),
        lambda: without("uuid"),
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


@dataclass
class AtLeadConduit:
    """Flows take a moment, an hour or a day; some leads are rejected."""

    vendors: Vendors
    route = "/lc/*"
    faults = (
        lambda: answers({"error": "authentication failed"}, 401),
        lambda: without("id"),
        lambda: without("type"),
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
        return [id for id, event in self.lc.leads.items() if event.outcome == "success"]

    def others(self) -> Collection[str]:
        return [id for id, event in self.lc.leads.items() if event.outcome != "success"]


VENDORS = [AtMeta, AtKnowlarity, AtLeadConduit]


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_week_of_faults_and_kills_loses_nothing_and_brings_nothing_twice(
    site: Site, vendors: Vendors, vendor: Callable[[Vendors], Simulated]
) -> None:
    for seed in range(SEEDS):
        vendors.clear()
        begin_anew(site)
        week = vendor(vendors)
        prove(live_through(site, vendors, week, seed), week)
