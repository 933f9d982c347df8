"""Feedback: what dialers, texting tools and buyers say of leads that are there.

Each row finds its lead; its disposition becomes the lead's status, a call counts as an attempt, a
return is kept, and whoever asks to be left alone is opted out at once, found or not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from psycopg import sql

from lead_pipeline.database import Connection, run
from lead_pipeline.leads.changes import MOST_ATTEMPTS
from lead_pipeline.matching.contents import Contacts
from lead_pipeline.money.returns import Wish, ask_all
from lead_pipeline.normalizing.flag_cells import normalize_flags
from lead_pipeline.suppression.opt_outs import OptedOut, enter
from lead_pipeline.suppression.stop_words import agent_says_stop, says_stop

# What a row may say beside who it is of; a file has some of these columns.
_SAID = (
    "lead_number", "feedback_channel", "disposition", "status", "call_direction", "reply",
    "opted_out", "returned", "return_reason", "flags", "external_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unfound:
    """A row that is of no lead, or of several, and why in words."""

    row_number: int
    code: str
    reason: str


def take_in(session: Connection, contacts: Contacts) -> tuple[int, list[Unfound]]:
    """Apply all rows of an import, inside the one transaction that decides: how many found their
    lead, and those that found none, in the order of the file."""
    run(session, "suppression/lock_decisions")
    run(session, "leads/collect_feedback", None, contacts.identifiers | _columns(contacts))
    run(session, "leads/find_feedback_leads")
    number = {"import_id": contacts.import_id}
    who = f"feedback import {contacts.import_id}"
    unfound = list(_unfound(session))
    found = run(session, "leads/keep_feedback", number).rowcount
    returned = run(session, "leads/keep_returns", number).fetchall()
    ask_all(session, [Wish(**row) for row in returned], who, contacts.import_id)
    run(session, "leads/apply_feedback", {**number, "who": who, "most": MOST_ATTEMPTS})
    _opt_out(session, number, who)
    return found, unfound


def _columns(contacts: Contacts) -> dict[str, sql.Composable]:
    return {
        name: sql.Identifier("n", name) if name in contacts.has else sql.SQL("NULL")
        for name in _SAID
    }


def _unfound(session: Connection) -> Iterator[Unfound]:
    for row in run(session, "leads/select_unfound"):
        yield Unfound(row["row_number"], *_why(row))


def _why(row: dict[str, Any]) -> tuple[str, str]:
    if row["all_leads"]:
        leads = ", ".join(map(str, sorted({*row["all_leads"]})))
        return "several_leads", f"this may be of the leads {leads}: say which in lead_number"
    if row["is_nobody"]:
        return "no_such_lead", "no number or id of a lead, no valid phone and no email"
    if row["lead_number"] is not None:
        return "no_such_lead", f"there is no lead {row['lead_number']}"
    return "no_such_lead", "no lead has this id, phone or email"


def _opt_out(session: Connection, number: dict[str, int], reason: str) -> None:
    run(session, "leads/collect_opt_outs", _words(session))
    run(session, "leads/keep_opt_outs", number)
    found = [
        OptedOut(row["value"], row["channel"], row["value"])
        for row in run(session, "leads/select_opt_outs")
    ]
    if found:
        enter(session, found, reason)


def _words(session: Connection) -> dict[str, list[str]]:
    """Of all that is said, which texts ask to be left alone."""
    said: dict[str, list[str]] = {"reply": [], "disposition": [], "flag": []}
    for row in run(session, "leads/select_feedback_texts"):
        said[row["kind"]].append(row["text"])
    asked = normalize_flags(pa.array(said["flag"], pa.string())).to_pylist()
    return {
        "replies": list(filter(says_stop, said["reply"])),
        "dispositions": list(filter(agent_says_stop, said["disposition"])),
        "flags": [text for text, is_one in zip(said["flag"], asked, strict=True) if is_one],
    }
