"""What is looked at: one look at the database and the disk, for all conditions at once."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lead_pipeline.connectors.registry import configured
from lead_pipeline.connectors.webhook_health import health
from lead_pipeline.database import Connection, run
from lead_pipeline.intake.looks import since_look
from lead_pipeline.notices.outbox import target_of
from lead_pipeline.notices.runs import failed_checks, failed_jobs
from lead_pipeline.settings import Settings
from lead_pipeline.stack.heartbeats import last_signs

SEVERAL = 5
"""So many attempts to tell an address something take half an hour."""


@dataclass(frozen=True, slots=True)
class ListAge:
    """A do-not-call list, and how old what it says is."""

    name: str
    kind: str
    days: float


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source that is pulled every so many minutes: for how long no pull has read all of it
    (None before the first one), and for how long the oldest record waits in the inbox."""

    name: str
    minutes: int
    behind: float | None
    oldest_waiting: float


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A supplier: how many days lie between its lists as a rule, and since the last one."""

    supplier: str
    usual_days: float
    silent_days: float


@dataclass(frozen=True, slots=True)
class Share:
    """A supplier: a share of its last import (of contacts that were new, or of rows that were
    rejected), and that share as a rule; 0 to 1."""

    supplier: str
    import_id: int
    last: float
    usual: float


@dataclass(frozen=True, slots=True)
class Held:
    """An import that waits for a person, and for how long its file has been here."""

    import_id: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Deaf:
    """An address that takes nothing, by its place in LEADS_NOTICE_URLS: how many messages wait
    after several attempts, how many were given up, and what was the matter last."""

    number: int
    waiting: int
    given_up: int
    last_error: str


@dataclass(frozen=True, slots=True)
class Facts:
    """One look. Times are seconds: `unseen` since the sensor looked at the bucket, `daemon_silent`
    since Dagster's daemon told that it works, None where it never ran."""

    unseen: float
    daemon_silent: float | None
    oldest_open: float
    failed: tuple[int, ...]
    free_mb: int
    min_free_mb: int
    lists: tuple[ListAge, ...] = ()
    sources: tuple[SourceState, ...] = ()
    webhooks: tuple[tuple[str, str], ...] = ()
    rhythms: tuple[Rhythm, ...] = ()
    shares: tuple[Share, ...] = ()
    rejected: tuple[Share, ...] = ()
    held: tuple[Held, ...] = ()
    failed_jobs: tuple[tuple[str, str], ...] = ()
    failed_checks: tuple[str, ...] = ()
    deaf: tuple[Deaf, ...] = ()


def look(session: Connection, settings: Settings, now: datetime, began: datetime) -> Facts:
    """What is so `now`, for somebody who has been looking since `began`: before that nobody may
    have been meant to look at the bucket. `session` is in autocommit.

    Raises:
        OutsideTrouble: the database does not answer.
    """
    at = {"now": now}
    watched = (now - began).total_seconds()
    last = since_look(session, now)
    signs = [sign.seconds_ago for sign in last_signs(session, now) if sign.daemon == "SENSOR"]
    (open_,) = run(session, "notices/measure_imports", at)
    measured = {row["source"]: row for row in run(session, "monitoring/measure_sources", at)}
    pulled = configured(settings.accounts)
    return Facts(
        unseen=watched if last is None else min(last, watched),
        daemon_silent=min(signs, default=None),
        oldest_open=open_["oldest_open"],
        failed=tuple(open_["failed"] or ()),
        free_mb=shutil.disk_usage(settings.home).free >> 20,
        min_free_mb=settings.limits.min_free_mb,
        lists=tuple(
            ListAge(row["name"], row["kind"], row["age_seconds"] / 86_400)
            for row in run(session, "monitoring/measure_lists", at)
        ),
        sources=tuple(
            SourceState(
                one.name,
                one.minutes,
                measured.get(one.name, {}).get("behind"),
                measured.get(one.name, {}).get("oldest_waiting", 0.0),
            )
            for one in pulled
        ),
        webhooks=tuple(
            (one.name, found.warning)
            for one in pulled
            if (found := health(session, one.name, settings.accounts.webhooks, now))
            and found.warning
        ),
        rhythms=tuple(Rhythm(**row) for row in run(session, "notices/measure_rhythms", at)),
        shares=tuple(Share(**row) for row in run(session, "notices/measure_shares", at)),
        rejected=tuple(Share(**row) for row in run(session, "notices/measure_rejected", at)),
        held=tuple(Held(**row) for row in run(session, "notices/list_held", at)),
        failed_jobs=tuple(failed_jobs(session, now)),
        failed_checks=tuple(failed_checks(session, ["leads_master", *(c.asset for c in pulled)])),
        deaf=tuple(_deaf(session, settings, now)),
    )


def _deaf(session: Connection, settings: Settings, now: datetime) -> Iterator[Deaf]:
    numbers = {target_of(url): number for number, url in enumerate(settings.telling.urls, 1)}
    for row in run(session, "notices/measure_deliveries", {"now": now, "attempts": SEVERAL}):
        if number := numbers.get(row["target"]):
            yield Deaf(number, row["waiting"], row["given_up"], row["last_error"])
