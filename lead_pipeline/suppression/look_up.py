"""Which channels are listed now, for whoever asks before an import would.

The rule is that of check.py; an import asks for all its contacts at once, under the lock.
"""

from collections.abc import Collection, Iterable, Mapping

from lead_pipeline.database import Connection, run

Channel = tuple[str, str]
"""`phone` and a number in E.164, or `email` and a match key."""
Listed = Mapping[Channel, Collection[str | None]]
"""The campaigns whose lists have a channel, in small letters; None: a list for everybody."""


def listed(session: Connection, channels: Iterable[Channel]) -> Listed:
    """Those of the channels that are on a list; no lock is taken and nothing is written."""
    asked: dict[str, list[str]] = {"phones": [], "emails": []}
    for kind, value in channels:
        asked[f"{kind}s"].append(value)
    found: dict[Channel, set[str | None]] = {}
    for row in run(session, "suppression/select_listed", asked):
        found.setdefault((row["channel"], row["value"]), set()).add(row["campaign"])
    return found
