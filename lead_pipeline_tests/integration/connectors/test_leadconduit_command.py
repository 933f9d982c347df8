"""`lead-pipeline leadconduit` as people type it, at a fake of LeadConduit over real HTTP."""

from datetime import UTC, datetime, timedelta

import pytest

from lead_pipeline.connectors.model import Window
from lead_pipeline.connectors.pull import pull
from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.commands import Command
from lead_pipeline_tests.vendors.accounts import lc, leadconduit_leads, server, vendors
from lead_pipeline_tests.vendors.lc import LeadConduit
from lead_pipeline_tests.vendors.server import Vendors

__all__ = ["lc", "server", "vendors"]

NOW = datetime.now(UTC)
YESTERDAY = NOW.replace(hour=12, minute=0) - timedelta(days=1)


@pytest.fixture
def account(vendors: Vendors, lc: LeadConduit, monkeypatch: pytest.MonkeyPatch) -> LeadConduit:
    """The account in the environment, with two leads of yesterday."""
    monkeypatch.setenv("LEADCONDUIT_API_KEY", lc.api_key)
    monkeypatch.setenv("LEADCONDUIT_URL", f"{vendors.url}/lc")
    vendors.time.advance(seconds=(NOW - vendors.time.now()).total_seconds())
    lc.add_lead(YESTERDAY, email="olu@example.com", phone_1="2025550155")
    lc.add_lead(YESTERDAY, "failure", email="ann@example.com", phone_1="2025550156")
    return lc


def test_a_lead_is_found_by_words(command: Command, account: LeadConduit) -> None:
    said = command("leadconduit", "search", "ann@example.com")
    assert (said.code, len(said.out.splitlines())) == (0, 1)
    assert said.out.rstrip().endswith("failure")
    (found,) = command("leadconduit", "search", "olu@example.com", "--json").documents
    assert found["lead_id"] in account.leads
    assert found["event"]["vars"]["lead"]["phone_1"] == "2025550155"
    assert command("leadconduit", "search", "nobody").out == "no lead fits\n"


def test_its_counts_stand_beside_ours(
    command: Command, account: LeadConduit, vendors: Vendors, site: Site
) -> None:
    said = command("leadconduit", "stats")
    assert said.code == 1
    assert "success: 1 lead there, 0 here" in said.out
    assert f"lead-pipeline pull leadconduit --since {YESTERDAY:%Y-%m-%d}" in said.out
    span = Window(NOW - timedelta(days=3), NOW)
    pull(site, leadconduit_leads(vendors, account), asked=span)
    said = command("leadconduit", "stats", "--days", 2, "--json")
    assert (said.code, said.documents[0]["agrees"]) == (0, True)
    assert said.documents[0]["ours"] == {"success": 1, "failure": 1}
    assert "the counts agree" in command("leadconduit", "stats").out


def test_what_is_wrong_is_told_with_what_to_do(
    command: Command, account: LeadConduit, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.api_key = "another"
    for asked in (("search", "ann"), ("stats",)):
        said = command("leadconduit", *asked)
        assert (said.code, "LEADCONDUIT_API_KEY is refused" in said.err) == (1, True)
    monkeypatch.delenv("LEADCONDUIT_API_KEY")
    said = command("leadconduit", "search", "ann")
    assert (said.code, "set LEADCONDUIT_API_KEY" in said.err) == (1, True)
