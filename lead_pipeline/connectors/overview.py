"""Every source as people look at it: the data of the page, of its JSON and of the command."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from lead_pipeline.connectors import history
from lead_pipeline.connectors.model import Json
from lead_pipeline.connectors.registry import Connector, connectors, is_configured
from lead_pipeline.connectors.webhook_health import HookHealth, health
from lead_pipeline.database import Connection
from lead_pipeline.settings.accounts import Accounts

_HOUR = 60
_PULLS = 5


@dataclass(frozen=True, slots=True)
class PartState:
    """Where a form, a tab, a customer stands: its cursor as far as it tells people anything, and
    its records of 30 days with the last of them."""

    part: str
    title: str
    position: Mapping[str, Json]
    moved_at: datetime
    records: int
    last_external_id: str | None
    last_occurred_at: datetime | None
    last_received_at: datetime | None


@dataclass(frozen=True, slots=True)
class PulledSource:
    """A source: what to set where it is not configured, when it is pulled next, how many pulls of
    30 days ended well, its last pulls, its parts, its webhook if there is one for it."""

    source: str
    asset: str
    minutes: int
    configured: bool
    advice: str | None
    next_pull_at: datetime | None
    pulls_of_30_days: int = 0
    pulls_done: int = 0
    success_percent: float | None = None
    last_pulls: list[dict[str, Any]] = field(default_factory=list)
    parts: list[PartState] = field(default_factory=list)
    webhook: HookHealth | None = None


def overview(
    session: Connection | None, accounts: Accounts, now: datetime | None = None
) -> list[PulledSource]:
    """Every source, configured or not; without a database only what is configured."""
    rates = {one["source"]: one for one in history.success_rates(session)} if session else {}
    parts = _parts(session) if session else {}
    return [
        _source(session, one, accounts, rates.get(one.name), parts.get(one.name, []), now)
        for one in connectors().values()
    ]


def _source(
    session: Connection | None,
    connector: Connector,
    accounts: Accounts,
    rate: Mapping[str, Any] | None,
    parts: list[PartState],
    now: datetime | None,
) -> PulledSource:
    there = is_configured(connector, accounts)
    return PulledSource(
        source=connector.name,
        asset=connector.asset,
        minutes=connector.minutes,
        configured=there,
        advice=None if there else connector.advice,
        next_pull_at=next_pull(now or datetime.now(UTC), connector.minutes) if there else None,
        pulls_of_30_days=rate["pulls"] if rate else 0,
        pulls_done=rate["done"] if rate else 0,
        success_percent=float(rate["percent"]) if rate else None,
        last_pulls=history.pulls(session, connector.name, _PULLS) if session else [],
        parts=parts,
        webhook=health(session, connector.name, accounts.webhooks),
    )


def next_pull(now: datetime, minutes: int) -> datetime:
    """When the schedule of a source comes next: each hour begins anew."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    step = (now.minute // minutes + 1) * minutes
    return hour + timedelta(minutes=min(step, _HOUR))


def _parts(session: Connection) -> dict[str, list[PartState]]:
    found: dict[str, list[PartState]] = {}
    for row in history.state(session):
        told = {name: value for name, value in row.items() if name != "source"}
        part = PartState(**told | {"position": _for_people(row["position"])})
        found.setdefault(row["source"], []).append(part)
    return found


def _for_people(position: Json) -> Mapping[str, Json]:
    """What of a cursor can be read: no lists of fingerprints, and nothing that is not there."""
    if not isinstance(position, dict):
        return {"at": position}
    return {
        name: value
        for name, value in position.items()
        if value is not None and not isinstance(value, list | dict)
    }
