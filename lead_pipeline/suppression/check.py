"""Checks the channels of an import against every list, and records what was checked.

Only SQL over tables that others fill; what becomes of a contact without a channel is not decided
here.
"""

from dataclasses import dataclass
from datetime import datetime

from lead_pipeline.database import Connection, run


@dataclass(frozen=True, slots=True)
class Checked:
    """A list that an import was checked against, as it then was.

    The flags that the file itself has are lists too, of kind `file`, and hold for all its contacts:
    they have no `version`, are as old as the file, and their `entries` are the channels flagged.
    `hits` counts the channels that the list took away.
    """

    list_name: str
    kind: str
    version: int | None
    as_of: datetime
    entries: int
    hits: int


def suppress(session: Connection, import_id: int) -> list[Checked]:
    """Record in `dnc_suppressions` which channels of an import are listed; safe to run again.

    Reads the temporary tables that the caller filled in this transaction, all of which name a
    contact by `row_number` and `contact_number`: `contact_keys(kind, value)` has its phones (in
    E.164) and emails (by their match keys), `contact_flags(channel, value, flag, said)` what the
    file itself says of one of them (`dnc`, `litigator`, ...) and in which words,
    `contact_campaigns(campaign)` at most one campaign for each.
    It first takes the lock of decisions, so that no list changes while it looks.

    Returns:
        every list that was checked, hit or not, by name.
    """
    import_ = {"import_id": import_id}
    run(session, "suppression/lock_decisions")
    run(session, "suppression/forget_suppressions", import_)
    run(session, "suppression/record_suppressions", import_)
    return [Checked(**row) for row in run(session, "suppression/select_checked_lists", import_)]
