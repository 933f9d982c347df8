"""Weeks at Google Sheets and Google Ads in which much goes wrong: nothing lost, nothing twice."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest

from lead_pipeline.connectors import google_ads, google_sheets
from lead_pipeline.connectors.model import Json, Source
from lead_pipeline.connectors.sheet_rows import fingerprint
from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.connectors.weeks import (
    SEEDS,
    Simulated,
    live_through_all,
)
from lead_pipeline_tests.vendors.accounts import server, vendors
from lead_pipeline_tests.vendors.faults import answers, changed, doing, without
from lead_pipeline_tests.vendors.gads import Customer, Submission, failure, quota
from lead_pipeline_tests.vendors.google import CUSTOMER, SHEET, AdsSite, SheetsSite, sheet_row
from lead_pipeline_tests.vendors.server import Action, Vendors
from lead_pipeline_tests.vendors.sheets import Tab

__all__ = ["server", "vendors"]

OTHER = "9990001111"


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(google_sheets, "BLOCK", 4)
    monkeypatch.setattr(google_ads, "_PAGE", 2)


@dataclass
class AtSheets:
    """Two tabs, one without ids; people write, sort, copy, cut and paste, also while it is read."""

    vendors: Vendors
    rng: Random = field(default_factory=lambda: Random(0))
    known: dict[str, str] = field(default_factory=dict)  # by own id or name: the id of the record
    unfinished: list[str] = field(default_factory=list)
    route = "/sheets/*"

    def __post_init__(self) -> None:
        self.google = SheetsSite(self.vendors)
        self.named = self.google.tab
        self.unnamed = Tab(8, "Fair", [["Name", "Phone", "Notes"]], spare_rows=3)
        self.google.fake.sheets[SHEET].tabs.append(self.unnamed)

    @property
    def faults(self) -> Sequence[Callable[[], Action]]:
        over = {"error": {"code": 403, "details": [{"reason": "RATE_LIMIT_EXCEEDED"}]}}
        return (
            lambda: answers(over, 403),
            lambda: answers({"error": {"code": 403, "message": "no permission"}}, 403),
            lambda: without("valueRanges"),
            lambda: doing(self.google.token.expire),
            lambda: doing(lambda: self._handle(self.named.rows)),
            lambda: doing(lambda: self._handle(self.unnamed.rows)),
        )

    def client(self) -> Source:
        return self.google.source()

    def happen(self, rng: Random) -> None:
        self.rng = rng
        for _ in range(rng.randrange(6)):
            self._write(rng.choice([True, False]))
        self._handle(self.named.rows)
        self._handle(self.unnamed.rows)
        self.named.title = rng.choice(["Leads", "Leads of O'Neil", "2026"])
        if len(self.named.rows) > 1:
            one = rng.choice(self.named.rows[1:])
            one[2:3] = [f"Dana Example {rng.randrange(100)}"] if one else []
        if rng.random() < 0.1:
            own = f"u{len(self.unfinished)}"
            self.unfinished.append(f"{SHEET}/7/{own}/{fingerprint(['', '', ''])}")
            self.named.rows.append([own, "", "Om"])

    def _write(self, has_id: bool) -> None:
        number = len(self.known)
        if has_id:
            row = sheet_row(number)
            channels = sorted([row[3], row[4]])
            own = f"{700000 + number}"
            self.known[own] = f"{SHEET}/7/{own}/{fingerprint([row[1], *channels])}"
            rows = self.named.rows
        else:
            row = [f"Omar {number}", f"202555{number:04}", ""]
            self.known[row[0]] = f"{SHEET}/8/{fingerprint(sorted(row[:2]))}/1"
            rows = self.unnamed.rows
        rows.insert(self.rng.randint(1, len(rows)), row)

    def _handle(self, rows: list[list[str]]) -> None:
        """What people do to a list, none of which makes a lead."""
        act = self.rng.randrange(6)
        if act == 0:
            rows[1:] = sorted(rows[1:], reverse=self.rng.random() < 0.5)
        elif act == 1:
            below = rows[1:]
            self.rng.shuffle(below)
            rows[1:] = below
        elif act == 2:
            rows.insert(self.rng.randint(1, len(rows)), [])
        elif act == 3:
            rows[1:] = [row for row in rows[1:] if row]
        elif act == 4 and rows is self.named.rows and len(rows) > 1:
            rows.append(list(self.rng.choice(rows[1:])))  # a copy
        elif act == 5 and len(rows) > 1:
            rows.append(rows.pop(self.rng.randrange(1, len(rows))))

    def key(self, line: Json) -> str:
        return self.known[line["id"] if "id" in line else line["Name"]]

    def imported(self) -> Collection[str]:
        return self.known.values()

    def others(self) -> Collection[str]:
        return self.unfinished


@dataclass
class AtAds:
    """Two customers on both sides of the earth; submissions may be seen almost two days late."""

    vendors: Vendors
    sent: list[str] = field(default_factory=list)
    route = "/gads/*"
    faults = (
        lambda: answers([quota("RESOURCE_TEMPORARILY_EXHAUSTED", "30s")], 429),
        lambda: answers([quota("RESOURCE_EXHAUSTED")], 429),
        lambda: changed(lambda batches: [*batches, failure(500, "INTERNAL")]),
        lambda: answers(failure(403, "PERMISSION_DENIED"), 403),
        lambda: without("leadFormSubmissionData"),
    )

    def __post_init__(self) -> None:
        self.vendors.time.advance(days=-4)  # summer time ends meanwhile
        self.google = AdsSite(self.vendors)
        self.google.fake.customers[OTHER] = Customer("Pacific/Auckland")

    def client(self) -> Source:
        self.google.token.expire()
        return self.google.source(CUSTOMER, OTHER)

    def happen(self, rng: Random) -> None:
        self.google.fake.wraps_errors = rng.random() < 0.5
        for _ in range(rng.randrange(6)):
            late = rng.choice([0, rng.randrange(46 * 60)])
            at = self.vendors.time.now() - timedelta(minutes=late)
            self.sent.append(f"s{len(self.sent)}")
            submission = Submission(self.sent[-1], at, {"EMAIL": f"{self.sent[-1]}@example.com"})
            customer = self.google.fake.customers[rng.choice([CUSTOMER, OTHER])]
            customer.submissions.append(submission)

    def key(self, line: Json) -> str:
        return str(line["id"])

    def imported(self) -> Collection[str]:
        return self.sent

    def others(self) -> Collection[str]:
        return []


@pytest.mark.parametrize("vendor", [AtSheets, AtAds])
def test_a_week_of_faults_and_kills_loses_nothing_and_brings_nothing_twice(
    site: Site, vendors: Vendors, vendor: Callable[[Vendors], Simulated]
) -> None:
    live_through_all(site, vendors, vendor, SEEDS)
