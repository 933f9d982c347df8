"""What is told outside the page: kept in the database until it has arrived.

It is told at least once: whoever is killed between sending and noting it sends it again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from lead_pipeline.database import Connection, run

GIVE_UP_DAYS = 3
KEPT_DAYS = 90
AT_ONCE = 50
"""So many lines go in one message at most; the others follow in the next one."""


@dataclass(frozen=True, slots=True)
class Message:
    """A line that is told once: `what` happened to make it (opened, worse, over, import, leads)."""

    what: str
    severity: str
    told: str


def target_of(url: str) -> str:
    """By which an address is known without standing anywhere."""
    return sha256(url.encode()).hexdigest()[:16]


def put(
    session: Connection, urls: Sequence[str], messages: Iterable[Message], now: datetime
) -> None:
    """Have each message told to each address; in the transaction that makes it true."""
    for one in messages:
        for url in urls:
            facts = {"what": one.what, "severity": one.severity, "told": one.told}
            run(session, "notices/add_delivery", facts | {"target": target_of(url), "now": now})


def claim(session: Connection, url: str, now: datetime, *, quiet: bool) -> list[dict[str, Any]]:
    """What is due at an address, held until the end of the transaction."""
    asked = {"target": target_of(url), "now": now, "quiet": quiet, "most": AT_ONCE}
    return run(session, "notices/claim_deliveries", asked).fetchall()


def note_delivered(session: Connection, url: str, ids: list[int], now: datetime) -> None:
    run(session, "notices/mark_delivered", {"target": target_of(url), "ids": ids, "now": now})


def note_undelivered(session: Connection, ids: list[int], error: str, now: datetime) -> None:
    run(session, "notices/mark_undelivered", {"ids": ids, "error": error, "now": now})


def give_up(session: Connection, now: datetime) -> None:
    """What has not arrived in all that time is no news any more."""
    run(session, "notices/give_up_deliveries", {"now": now, "days": GIVE_UP_DAYS})


def forget(session: Connection, now: datetime) -> None:
    """What was told long ago goes."""
    run(session, "notices/forget_deliveries", {"now": now, "days": KEPT_DAYS})
