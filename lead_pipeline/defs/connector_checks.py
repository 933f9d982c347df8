"""Checks of pulled sources: whether their webhooks deliver, and whether nothing is missing.

Each is there where what it looks at is configured. They warn: nothing is lost by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from lead_pipeline.connectors.faults import Fault
from lead_pipeline.connectors.reconcile import (
    Reconciled,
    days_before_today,
    leadconduit_of,
    reconcile,
)
from lead_pipeline.connectors.registry import Connector
from lead_pipeline.connectors.webhook_health import HookHealth, health
from lead_pipeline.connectors.webhooks import WEBHOOKS
from lead_pipeline.database import connect
from lead_pipeline.defs.resources import LeadSite
from lead_pipeline.imports.site import Site
from lead_pipeline.settings.accounts import Accounts

_WARN = dg.AssetCheckSeverity.WARN


@dataclass(frozen=True, slots=True)
class Nightly:
    """What is compared every night with what vendors count."""

    checks: list[dg.AssetChecksDefinition] = field(default_factory=list)
    jobs: list[UnresolvedAssetJobDefinition] = field(default_factory=list)
    schedules: list[dg.ScheduleDefinition] = field(default_factory=list)


def webhook_checks(
    found: Sequence[Connector], accounts: Accounts
) -> list[dg.AssetChecksDefinition]:
    """One for each source with a webhook; pulls make them."""
    return [
        _webhook_delivers(one)
        for one in found
        if one.name in WEBHOOKS and WEBHOOKS[one.name].is_configured(accounts.webhooks)
    ]


def _webhook_delivers(connector: Connector) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=connector.asset,
        name="webhook_delivers",
        description="Since yesterday no record was found by the poll alone that the webhook was "
        "to tell.",
    )
    def check(site: LeadSite) -> dg.AssetCheckResult:
        settings = site.open().settings
        with connect(settings.database_url) as session:
            found = health(session, connector.name, settings.accounts.webhooks)
        return _delivers(found)

    return check


def _delivers(found: HookHealth | None) -> dg.AssetCheckResult:
    missed = found.missed_lately if found else 0
    days = {str(day.day): day.missed for day in found.days if day.missed} if found else {}
    return dg.AssetCheckResult(
        passed=not missed,
        severity=_WARN,
        description=found.warning if found else None,
        metadata={"only the poll found": missed, "by day": days},
    )


def nightly(found: Sequence[Connector]) -> Nightly:
    """LeadConduit tells how many leads it counts; others do not."""
    account = next((one for one in found if one.name == "leadconduit"), None)
    if account is None:
        return Nightly()
    check = _counts_agree(account)
    job = dg.define_asset_job(
        "reconcile_leadconduit",
        selection=dg.AssetSelection.checks(check),
        description="Compares the leads of the day before with what LeadConduit counts.",
    )
    schedule = dg.ScheduleDefinition(
        name="nightly_reconcile_leadconduit",
        job=job,
        cron_schedule="0 4 * * *",
        execution_timezone="UTC",  # the day ends at its midnight, and late leads are here by then
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Compares every night what is here with what LeadConduit counts.",
    )
    return Nightly([check], [job], [schedule])


def _counts_agree(connector: Connector) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=connector.asset,
        name="counts_agree_with_leadconduit",
        description="Of the day before (UTC) as many leads are here as LeadConduit counts, by "
        "outcome.",
    )
    def check(site: LeadSite) -> dg.AssetCheckResult:
        found = _reconciled(site.open())
        return dg.AssetCheckResult(
            passed=found.agrees,
            severity=_WARN,
            description=None if found.agrees else found.advice,
            metadata={"there": dict(found.theirs), "here": dict(found.ours)},
        )

    return check


def _reconciled(site: Site) -> Reconciled:
    source = leadconduit_of(site.settings.accounts)
    with connect(site.settings.database_url) as session:
        try:
            return reconcile(session, source, days_before_today(1))
        except Fault as fault:
            raise dg.Failure(description=str(fault)) from fault
