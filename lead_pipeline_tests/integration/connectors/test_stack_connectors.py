"""`lead-pipeline up` with every connector at its fake, by environment: their leads arrive."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lead_pipeline_tests.integration.stack import Up, eventually, running_up, session_of
from lead_pipeline_tests.vendors.accounts import server
from lead_pipeline_tests.vendors.gads import Submission
from lead_pipeline_tests.vendors.google import CUSTOMER, HEADER, SHEET, AdsSite, SheetsSite
from lead_pipeline_tests.vendors.graph import Graph
from lead_pipeline_tests.vendors.kpi import Kpi
from lead_pipeline_tests.vendors.lc import LeadConduit
from lead_pipeline_tests.vendors.server import START, Vendors

__all__ = ["server"]

EACH = 3  # leads of every vendor


def five_vendors(vendors: Vendors) -> dict[str, str]:
    """All of them with leads of half an hour ago, and the environment that leads to them."""
    vendors.time.advance(seconds=(datetime.now(UTC) - START).total_seconds())
    at = vendors.time.now() - timedelta(minutes=30)
    graph, kpi, lc = Graph(vendors.time), Kpi(vendors.time), LeadConduit(vendors.time)
    for prefix, fake in (("/graph", graph), ("/kpi", kpi), ("/lc", lc)):
        vendors.mount(prefix, fake)
    sheets, ads = SheetsSite(vendors), AdsSite(vendors)
    key = json.dumps(sheets.token.service_account())
    vendors.mount("/ads-token", ads.token)
    ads.token.url = f"{vendors.url}/ads-token"
    vendors.mount("/token", sheets.token)
    graph.add_form("810000000000001", "Autumn")
    sheets.tab.rows[:] = [list(HEADER)]
    for n in range(EACH):
        who = {"full_name": f"Dana Example{'abc'[n]}"}
        graph.add_lead("810000000000001", f"70000{n}", at, email=f"meta{n}@example.com", **who)
        kpi.add(f"0a0b-{n}", f"+1202555011{n}", at)
        lc.add_lead(at, email=f"lc{n}@example.com", first_name="Dana", last_name="Example")
        sheets.tab.rows.append(
            [f"l:80000{n}", at.isoformat(), "Dana Example", f"sheet{n}@example.com", ""]
        )
        ads.customer.submissions.append(
            Submission(
                f"CjQ_{n}", at, {"FULL_NAME": "Dana Example", "EMAIL": f"ads{n}@example.com"}
            )
        )
    return {
        "META_PAGE_ID": graph.page_id,
        "META_PAGE_ACCESS_TOKEN": graph.token,
        "META_APP_SECRET": graph.app_secret or "",
        "META_GRAPH_URL": f"{vendors.url}/graph",
        "KNOWLARITY_API_KEY": kpi.api_key,
        "KNOWLARITY_SR_KEY": kpi.sr_key,
        "KNOWLARITY_URL": f"{vendors.url}/kpi",
        "LEADCONDUIT_API_KEY": lc.api_key,
        "LEADCONDUIT_URL": f"{vendors.url}/lc",
        "GOOGLE_SERVICE_ACCOUNT_CREDENTIALS": key,
        "GOOGLE_SHEET_IDS": SHEET,
        "GOOGLE_SHEETS_URL": f"{vendors.url}/sheets",
        "GOOGLE_ADS_CREDENTIALS": json.dumps(ads.token.service_account()),
        "GOOGLE_ADS_CUSTOMER_IDS": CUSTOMER,
        "GOOGLE_ADS_URL": f"{vendors.url}/gads",
    }


@pytest.fixture(scope="module")
def stack(server: Vendors, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    home: Path = tmp_path_factory.mktemp("connectors")
    with running_up(home, extra=five_vendors(server)) as up:
        yield up


def test_leads_of_every_source_arrive_by_themselves(stack: Up) -> None:
    """Nobody pulls: the sensor starts the first one of each at once."""
    with session_of(stack.settings) as session:

        def counts() -> dict[str, int] | None:
            found = session.execute(
                "SELECT s.source_type, count(*) AS leads FROM leads_master"
                " JOIN sources AS s USING (source_id) GROUP BY 1"
            ).fetchall()
            leads = {row["source_type"]: row["leads"] for row in found}
            return leads if sum(leads.values()) == 5 * EACH else None

        leads = eventually(counts, "three leads of each of five vendors")
        ways = session.execute(
            "SELECT DISTINCT import_source FROM leads_master ORDER BY 1"
        ).fetchall()
        pulls = session.execute("SELECT source, status, new FROM connector_pulls").fetchall()
    assert set(leads.values()) <= {EACH, 2 * EACH}  # the sheet holds what Meta exports
    assert [row["import_source"] for row in ways] == ["api", "events"]
    assert {(row["source"], row["status"], row["new"]) for row in pulls} >= {
        (source, "done", EACH)
        for source in ("google_ads", "google_sheet", "knowlarity", "leadconduit", "meta")
    }
