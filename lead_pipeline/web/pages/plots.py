"""Small plots as what their SVG needs: no script draws them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

WEEKS = 12
_HEIGHT = 20


@dataclass(frozen=True, slots=True)
class Bar:
    """A week: where it stands, how high all contacts are and how high the new leads of them."""

    x: int
    all: float
    new: float


@dataclass(frozen=True, slots=True)
class Trend:
    """The bars of the last weeks, and the same in words for who does not see them."""

    bars: list[Bar]
    words: str


def weekly(weeks: Sequence[dict[str, Any]]) -> Trend:
    """Contacts and new leads by week, the last week at the right end; one without any is a gap."""
    most = max((one["contacts"] for one in weeks), default=0) or 1
    today = datetime.now(UTC).date()
    last = max([today - timedelta(today.weekday()), *(one["week"] for one in weeks)])
    bars = [
        Bar(_at(one["week"], last), *(one[n] / most * _HEIGHT for n in ("contacts", "leads")))
        for one in weeks
        if _at(one["week"], last) >= 0
    ]
    told = [f"{one['week']:%d %b}: {one['leads']:,} of {one['contacts']:,}" for one in weeks]
    return Trend(bars, "; ".join(told))


def _at(week: date, last: date) -> int:
    return WEEKS - 1 - (last - week).days // 7
