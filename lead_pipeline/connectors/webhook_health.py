"""Whether webhooks deliver: when each was called last, and what only the poll found, by day."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime

from lead_pipeline.connectors.webhooks import WEBHOOKS, Webhook
from lead_pipeline.database import Connection, run
from lead_pipeline.settings.accounts import Webhooks

DAYS = 14


@dataclass(frozen=True, slots=True)
class HookDay:
    """Calls of a webhook on a day, and of the records of that day how many it told and how many
    only a pull found."""

    day: date
    is_recent: bool
    delivered: int
    refused: int
    challenged: int
    told: int
    missed: int


@dataclass(frozen=True, slots=True)
class HookHealth:
    """How a webhook does; `advice` says what configures it, `warning` what to do where it fails."""

    address: str
    configured: bool
    advice: str | None
    warning: str | None
    missed_lately: int
    last_delivered_at: datetime | None
    last_refused_at: datetime | None
    last_challenged_at: datetime | None
    days: list[HookDay]


def health(
    session: Connection | None, source: str, secrets: Webhooks, now: datetime | None = None
) -> HookHealth | None:
    """How the webhook of a source does, now or then; None where it has none."""
    webhook = WEBHOOKS.get(source)
    if webhook is None:
        return None
    configured = webhook.is_configured(secrets)
    last, days = _read(session, source, now or datetime.now(UTC)) if session else ({}, [])
    missed = sum(day.missed for day in days if day.is_recent) if configured else 0
    return HookHealth(
        address=webhook.address,
        configured=configured,
        advice=None if configured else webhook.advice,
        warning=_warning(webhook, missed, days) if missed else None,
        missed_lately=missed,
        last_delivered_at=last.get("last_delivered_at"),
        last_refused_at=last.get("last_refused_at"),
        last_challenged_at=last.get("last_challenged_at"),
        days=days,
    )


def _read(
    session: Connection, source: str, now: datetime
) -> tuple[dict[str, datetime | None], list[HookDay]]:
    asked = {"source": source, "days": DAYS, "now": now}
    last = run(session, "connectors/select_hook", asked).fetchone() or {}
    names = [one.name for one in fields(HookDay)]
    days = run(session, "connectors/list_hook_days", asked).fetchall()
    return last, [HookDay(**{name: day[name] for name in names}) for day in days]


def _warning(webhook: Webhook, missed: int, days: Sequence[HookDay]) -> str:
    recent = [day for day in days if day.is_recent]
    told = "1 record" if missed == 1 else f"{missed:,} records"
    found = f"Since yesterday only the poll found {told} that {webhook.address} was to tell"
    if any(day.refused for day in recent):
        secrets = " and ".join(webhook.needs)
        return f"{found}, and calls were refused: see that {webhook.source} has {secrets} as set"
    if not any(day.delivered or day.challenged for day in days):
        return f"{found}, and nobody has called it: enter its address at {webhook.source}"
    return f"{found}: send a test, and see that it is still switched on at {webhook.source}"
