"""Whom to tell, of what, and when not."""

import re
import zoneinfo
from dataclasses import dataclass, field
from datetime import datetime, time

from lead_pipeline.settings.reader import Reader


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
    """`urls` are addresses as Apprise takes them, and secrets: they open somebody's channel."""

    urls: tuple[str, ...] = field(default=(), repr=False)
    quiet: Quiet | None = None

    @property
    def in_force(self) -> dict[str, str]:
        """Each by its name in the environment, the addresses masked."""
        return {
            "LEADS_NOTICE_URLS": " ".join("***" for _ in self.urls),
            "LEADS_NOTICE_QUIET": str(self.quiet or ""),
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
    return Telling(tuple(urls), _quiet(read))


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
