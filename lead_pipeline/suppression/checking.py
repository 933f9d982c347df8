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

    The flags that the file itself has are lists too, of kind `file`: they have no `version`, are as
    old as the file, and their `entries` are the channels flagged. `hits` counts the channels that
    the list took away.
    """

    list_name: str
    kind: str
    version: int | None
    as_of: datetime
    entries: int
    hits: int


def suppress(session: Connection, import_id: int) -> list[Checked]:
    """Record in `dnc_suppressions` which channels of an import are listed; safe to run again.

    Reads the temporary table that the caller filled in this transaction:
    `contact_channels(row_number bigint, contact_number smallint, channel text, position smallint,
    value text, flag text, campaign text)`. `channel` is `phone` (value in E.164) or `email` (value
    is the match key), `flag` what the file itself says of a phone (`dnc`, `litigator` or null).
    It first takes the lock of decisions, so that no list changes while it looks.

    Returns:
        every list that was checked, hit or not, by name.
    """
    import_ = {"import_id": import_id}
    run(session, "lock_decisions")
    run(session, "forget_suppressions", import_)
    run(session, "record_suppressions", import_)
    return [Checked(**row) for row in run(session, "select_checked_lists", import_)]
