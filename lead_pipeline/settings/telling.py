"""Whom to tell, of what, and when not."""

import re
import zoneinfo
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Literal, get_args

from lead_pipeline.settings.reader import Reader

Imports = Literal["never", "when-needed", "always"]
"""Of which ends of imports people are told."""
IMPORTS: tuple[Imports, ...] = get_args(Imports)
_MOST_LEADS = 1000


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the day in which only what is critical is told; they may pass midnight."""

    since: time
    until: time

    def holds(self, now: datetime, zone: str) -> bool:
        at = now.astimezone(zoneinfo.ZoneInfo(zone)).time()
        if self.since < self.until:
            return self.since <= at < self.until
        return at >= self.since or at < self.until

    def __str__(self) -> str:
        return f"{self.since:%H:%M}-{self.until:%H:%M}"


@dataclass(frozen=True, slots=True)
class Telling:
    """`urls` are addresses as Apprise takes them, and secrets: they open somebody's channel.
    `imports` says of which ends of imports they are told: those that need somebody, or all. Of an
    import with at most so many new `leads` each lead is told."""

    urls: tuple[str, ...] = field(default=(), repr=False)
    quiet: Quiet | None = None
    imports: Imports = "when-needed"
    leads: int = 0

    def wants(self, *, needs_somebody: bool) -> bool:
        """Whether an import that ended so is told of."""
        return self.imports == "always" or (self.imports == "when-needed" and needs_somebody)

    @property
    def in_force(self) -> dict[str, str]:
        """Each by its name in the environment, the addresses masked."""
        return {
            "LEADS_NOTICE_URLS": " ".join("***" for _ in self.urls),
            "LEADS_NOTICE_QUIET": str(self.quiet or ""),
            "LEADS_NOTICE_IMPORTS": self.imports,
            "LEADS_NOTICE_LEADS": str(self.leads),
        }


NOBODY = Telling()


def read_telling(read: Reader) -> Telling:
    """What the environment states; what is wrong with it is added to the reader's problems."""
    urls = (read.secret("LEADS_NOTICE_URLS") or "").split()
    for number, url in enumerate(urls, 1):
        if not re.match(r"[A-Za-z][A-Za-z0-9+]*://\S", url):
            read.problems.append(
                f"LEADS_NOTICE_URLS: address {number} must be like mailto://user:password@host, "
                "as Apprise takes it, and none has a blank in it"
            )
    stated = read.text("LEADS_NOTICE_IMPORTS", "when-needed").lower()
    imports = next((one for one in IMPORTS if one == stated), None)
    if imports is None:
        read.problems.append(
            f"LEADS_NOTICE_IMPORTS must be one of {', '.join(IMPORTS)}, not {stated!r}"
        )
    leads = read.text("LEADS_NOTICE_LEADS", "0")
    if not (leads.isascii() and leads.isdigit() and int(leads) <= _MOST_LEADS):
        read.problems.append(
            f"LEADS_NOTICE_LEADS must be a whole number from 0 to {_MOST_LEADS:,}, not {leads!r}"
        )
        leads = "0"
    return Telling(tuple(urls), _quiet(read), imports or "never", int(leads))


def _quiet(read: Reader) -> Quiet | None:
    text = read.text("LEADS_NOTICE_QUIET")
    if not text:
        return None
    try:
        since, until = (time.fromisoformat(one.strip()) for one in text.split("-"))
    except ValueError:
        since = until = time()
    if since == until:
        read.problems.append(f"LEADS_NOTICE_QUIET must be like 22:00-07:00, not {text!r}")
        return None
    return Quiet(since, until)
