"""What is looked at beside pulls: webhooks that tell nothing, counts that are not a vendor's."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from lead_pipeline.connectors.model import Window
from lead_pipeline.connectors.pull import pull
from lead_pipeline.defs import connectors
from lead_pipeline.imports.site import Site
from lead_pipeline.settings.accounts import Accounts, LeadConduitAccount
from lead_pipeline_tests.integration.connectors.pulling import (
    called,
    connected,
    found_by_the_poll,
)
from lead_pipeline_tests.integration.dagster_run import resource
from lead_pipeline_tests.vendors.accounts import (
    graph,
    lc,
    leadconduit_leads,
    server,
    vendors,
)
from lead_pipeline_tests.vendors.faults import unavailable
from lead_pipeline_tests.vendors.lc import LeadConduit
from lead_pipeline_tests.vendors.server import Vendors

__all__ = ["connected", "graph", "lc", "server", "vendors"]

NOW = datetime.now(UTC)
YESTERDAY = NOW.replace(hour=12, minute=0) - timedelta(days=1)


@pytest.fixture
def conduit(site: Site, vendors: Vendors, lc: LeadConduit) -> Site:
    """An account with three leads of yesterday, one of which its flow rejected."""
    vendors.time.advance(seconds=(NOW - vendors.time.now()).total_seconds())
    for outcome in ("success", "success", "failure"):
        lc.add_lead(YESTERDAY, outcome, first_name="Olu", phone_1="2025550155")
    accounts = Accounts(leadconduit=LeadConduitAccount(lc.api_key, f"{vendors.url}/lc"))
    return replace(site, settings=replace(site.settings, accounts=accounts))


def evaluate(site: Site, check: dg.AssetChecksDefinition) -> dg.AssetCheckEvaluation:
    done = dg.materialize(
        [*connectors.pulled(site.settings).assets, check],
        selection=dg.AssetSelection.checks(check),
        resources={"site": resource(site)},
        instance=dg.DagsterInstance.ephemeral(),
    )
    (found,) = done.get_asset_check_evaluations()
    return found


def delivers(site: Site) -> dg.AssetCheckEvaluation:
    (check,) = connectors.pulled(site.settings).checks
    return evaluate(site, check)


def test_a_webhook_that_told_nothing_of_what_the_poll_found_warns(connected: Site) -> None:
    called(connected, 3, delivered=1)
    assert delivers(connected).passed
    found_by_the_poll(connected, 2, datetime.now(UTC) - timedelta(days=1))
    found = delivers(connected)
    assert (found.passed, found.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert found.metadata["only the poll found"].value == 2
    assert "send a test" in (found.description or "")


def test_what_is_older_than_yesterday_warns_no_more(connected: Site) -> None:
    called(connected, 5, delivered=1)
    found_by_the_poll(connected, 2, datetime.now(UTC) - timedelta(days=2))
    assert delivers(connected).passed


def test_only_what_is_configured_is_looked_at(connected: Site, site: Site) -> None:
    accounts = replace(connected.settings.accounts, webhooks=Accounts().webhooks)
    without = replace(connected.settings, accounts=accounts)
    assert connectors.pulled(without).checks == []
    assert connectors.pulled(site.settings).checks == []


def test_counts_that_leadconduit_has_are_compared_every_night(
    conduit: Site, vendors: Vendors, lc: LeadConduit
) -> None:
    (check,) = connectors.pulled(conduit.settings).checks
    found = evaluate(conduit, check)
    assert (found.passed, found.severity) == (False, dg.AssetCheckSeverity.WARN)
    since = f"{YESTERDAY:%Y-%m-%d}"
    assert f"lead-pipeline pull leadconduit --since {since}" in (found.description or "")
    span = Window(NOW - timedelta(days=3), NOW)
    pull(conduit, leadconduit_leads(vendors, lc), asked=span)
    found = evaluate(conduit, check)
    assert found.passed
    assert found.metadata["here"].value == {"success": 2, "failure": 1}


def test_an_outage_at_night_fails_the_check_with_what_is_wrong(
    conduit: Site, vendors: Vendors
) -> None:
    (check,) = connectors.pulled(conduit.settings).checks
    vendors.fault("/lc/*stats", unavailable(401), times=99)
    with pytest.raises(dg.Failure, match="LEADCONDUIT_API_KEY is refused"):
        evaluate(conduit, check)


def test_the_pull_makes_the_check_of_the_webhook_and_not_that_of_the_night(
    connected: Site, conduit: Site
) -> None:
    both = replace(connected.settings.accounts, leadconduit=conduit.settings.accounts.leadconduit)
    found = connectors.pulled(replace(connected.settings, accounts=both))
    repository = dg.Definitions(
        assets=found.assets, asset_checks=found.checks, jobs=found.jobs,
        resources={"site": resource(connected)},
    ).get_repository_def()  # fmt: skip
    jobs = {name: repository.get_job(name) for name in repository.job_names}
    made = {
        name: [one.name for one in jobs[name].asset_layer.asset_graph.asset_check_keys]
        for name in ("pull_meta", "pull_leadconduit", "reconcile_leadconduit")
    }
    assert made == {
        "pull_meta": ["webhook_delivers"],
        "pull_leadconduit": [],
        "reconcile_leadconduit": ["counts_agree_with_leadconduit"],
    }
    done = jobs["pull_meta"].execute_in_process()
    assert [one.check_name for one in done.get_asset_check_evaluations()] == ["webhook_delivers"]
