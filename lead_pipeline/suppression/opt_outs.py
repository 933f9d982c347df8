"""Opt-outs: people who asked not to be called or written to, told one by one.

They enter the list `opt-outs` and leave the leads that have them in the same transaction.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import pyarrow as pa

from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError
from lead_pipeline.normalizing.emails import normalize_emails
from lead_pipeline.settings import Settings
from lead_pipeline.suppression import versions
from lead_pipeline.suppression.lists import OPT_OUTS, take
from lead_pipeline.suppression.numbers import read_numbers


@dataclass(frozen=True, slots=True)
class OptedOut:
    """One opt-out and what it did.

    `key` is the number in E.164 or the match key of the address. `leads` counts the leads that
    lost it now, `suppressed` those of them that nobody can reach any more.
    """

    value: str
    channel: Literal["phone", "email"]
    key: str
    leads: int = 0
    suppressed: int = 0


def opt_out(
    session: Connection, values: Sequence[str], reason: str | None, settings: Settings
) -> list[OptedOut]:
    """Enter numbers and addresses into `opt-outs`, at once for every lead and every later file.

    Where a person has said of two leads that they are one, the other numbers (or addresses) of both
    go along, and are told as well. Safe to run again: what is there stays there.

    Args:
        session: in autocommit, or in a transaction of the caller's.
        values: as people write them; each one number or one address.

    Raises:
        OperatorError: one of them is neither; then none was entered.
    """
    return enter(session, [_read(value, settings.default_region) for value in values], reason)


def enter(session: Connection, asked: Sequence[OptedOut], reason: str | None) -> list[OptedOut]:
    """The same for opt-outs whose keys are known."""
    with session.transaction():
        run(session, "suppression/lock_decisions")
        told = [*asked, *_of_the_same(session, asked)]
        list_id, _ = take(session, OPT_OUTS)
        version = versions.begin(session, list_id, "change", reason=reason)
        version.stage(_entries(told))
        version.put_in_place()
        version.close()
        applied = apply_opt_outs(session)
    leads = Counter((one["channel"], one["value"]) for one in applied)
    suppressed = Counter((one["channel"], one["value"]) for one in applied if one["suppressed"])
    return [
        replace(one, leads=leads[channel], suppressed=suppressed[channel])
        for one in told
        for channel in [(one.channel, one.key)]
    ]


def apply_opt_outs(session: Connection) -> list[dict[str, Any]]:
    """Take what `dnc_loaded` opts out from every lead that has it; a row for each channel of a lead
    that lost it (`channel`, `value`, `lead_id`, `suppressed`)."""
    run(session, "suppression/find_opted_out")
    return run(session, "suppression/take_channels").fetchall()


def _of_the_same(session: Connection, asked: Sequence[OptedOut]) -> list[OptedOut]:
    named = {"channels": [one.channel for one in asked], "values": [one.key for one in asked]}
    return [
        OptedOut(row["value"], row["channel"], row["value"])
        for row in run(session, "suppression/select_same_person", named)
    ]


def _read(value: str, region: str) -> OptedOut:
    """The opt-out that a person typed.

    Raises:
        OperatorError: it is not one number and not one address.
    """
    cell = pa.array([value], pa.string())
    if "@" in value:
        mail = normalize_emails(cell)
        key, several = mail.match_key[0].as_py(), mail.problems[0].as_py() == "several_emails"
        if key is not None and not several:
            return OptedOut(value, "email", key)
    else:
        numbers = read_numbers(cell, region)
        if numbers.first[0].is_valid and not len(numbers.further):
            return OptedOut(value, "phone", f"+{numbers.first[0]}")
    raise OperatorError(f"{value!r} is neither one phone number nor one mail address")


def _entries(asked: Sequence[OptedOut]) -> pa.Table:
    numbers = [int(one.key[1:]) if one.channel == "phone" else None for one in asked]
    keys = [one.key if one.channel == "email" else None for one in asked]
    columns = [range(len(asked)), numbers, keys, [False] * len(asked)]
    return pa.table(
        [pa.array(c, f.type) for c, f in zip(columns, versions.ENTRIES, strict=True)],
        schema=versions.ENTRIES,
    )
