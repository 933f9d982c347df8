"""The connectors there are: ours, and those of installed packages.

A new one is a module with a source and a line here. A package of somebody else brings one without
touching this project: an entry point of the group `lead_pipeline.connectors` that names a
`Connector`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from lead_pipeline.connectors.clock import SYSTEM, Clock
from lead_pipeline.connectors.google_ads import GoogleAds
from lead_pipeline.connectors.google_sheets import GoogleSheets
from lead_pipeline.connectors.knowlarity import KnowlarityCalls
from lead_pipeline.connectors.leadconduit import LeadConduitLeads
from lead_pipeline.connectors.meta import MetaLeads
from lead_pipeline.connectors.model import Source
from lead_pipeline.errors import OperatorError
from lead_pipeline.settings.accounts import NEEDED, Accounts

GROUP = "lead_pipeline.connectors"
Open = Callable[[Accounts, Clock], Source | None]


@dataclass(frozen=True, slots=True)
class Connector:
    """A connector: the `name` of its source, the asset that it fills, every how many minutes it is
    pulled, what opens it (None where it is not configured), and the settings that configure it."""

    name: str
    asset: str
    minutes: int
    open: Open
    needs: tuple[str, ...]

    @property
    def advice(self) -> str:
        return f"{self.name} is not configured: set {' and '.join(self.needs)}"


def _ours(name: str, asset: str, minutes: int, source: Callable[[Any, Clock], Source]) -> Connector:
    """A connector whose account stands in the settings under its name."""

    def open_(accounts: Accounts, clock: Clock) -> Source | None:
        account = getattr(accounts, name)
        return source(account, clock) if account else None

    return Connector(name, asset, minutes, open_, NEEDED[name])


_OURS = (
    _ours("google_sheet", "google_sheet_leads", 10, GoogleSheets),
    _ours("meta", "meta_leads", 15, MetaLeads),
    _ours("google_ads", "google_ads_leads", 15, GoogleAds),
    _ours("knowlarity", "knowlarity_calls", 15, KnowlarityCalls),
    _ours("leadconduit", "leadconduit_leads", 15, LeadConduitLeads),
)


@cache
def connectors() -> dict[str, Connector]:
    """Every connector that is installed, by name."""
    installed = [point.load() for point in entry_points(group=GROUP)]
    return {one.name: one for one in (*_OURS, *installed)}


def configured(accounts: Accounts) -> list[Connector]:
    """Those that can be pulled."""
    return [one for one in connectors().values() if is_configured(one, accounts)]


def is_configured(connector: Connector, accounts: Accounts) -> bool:
    return connector.open(accounts, SYSTEM) is not None


def opened(name: str, accounts: Accounts, clock: Clock = SYSTEM) -> Source:
    """The source of this name.

    Raises:
        OperatorError: there is none, or it is not configured; the message says what to set.
    """
    connector = connectors().get(name)
    if connector is None:
        known = ", ".join(connectors())
        raise OperatorError(f"there is no source {name!r} to pull; there are {known}")
    source = connector.open(accounts, clock)
    if source is None:
        raise OperatorError(connector.advice)
    return source
