"""What the flags of a file alone make of its contacts: for a dry run that has no database to ask.

Where there is one, matching/ decides, and by the lists as well.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from lead_pipeline.fields.flags import EMAIL, PHONE
from lead_pipeline.imports.rehearsal import NEW, Verdict


def verdicts_of(contacts: pa.Table) -> dict[tuple[int, int], Verdict]:
    """By (row, contact) of a normalized table what is not simply new."""
    if "flags" not in contacts.column_names:
        return {}
    flagged = contacts.filter(contacts["flags"].is_valid())
    found = {
        (one["original_lead_id"], one["contact_number"]): _verdict(one)
        for one in flagged.select(_WANTED).to_pylist()
    }
    return {place: verdict for place, verdict in found.items() if verdict is not NEW}


def news_of(contacts: pa.Table) -> dict[tuple[int, int], Verdict]:
    """The same of feedback, which makes no leads."""
    places = zip(
        contacts["original_lead_id"].to_pylist(),
        contacts["contact_number"].to_pylist(),
        strict=True,
    )
    return dict.fromkeys(places, Verdict("updated", "of a lead, if there is one"))


_WANTED = ["original_lead_id", "contact_number", "flags", "phones", "email_keys"]


def _verdict(contact: Mapping[str, Any]) -> Verdict:
    flags = json.loads(contact["flags"])
    phones, mails = members(contact["phones"]), members(contact["email_keys"])
    taken = {*_taken(phones, flags, PHONE), *_taken(mails, flags, EMAIL)}
    if not taken:
        return NEW
    lists = sorted({f"file flag: {flag['flag']}" for flag in flags})
    reason = f"on the do-not-call list {', '.join(lists)}"
    if taken == {*phones, *mails}:
        return Verdict("suppressed", reason)
    return Verdict("new", f"without {', '.join(sorted(taken))}: {reason}")


def _taken(values: Iterable[str], flags: Iterable[Mapping[str, str]], channel: str) -> list[str]:
    """Of phones or mails those that a flag is for; one without a value is for all of them."""
    meant = [flag.get("value") for flag in flags if flag["channel"] == channel]
    return [value for value in values if None in meant or value in meant]


def members(literal: str | None) -> list[str]:
    """The values of an array literal as normalizing writes it: each quoted, none with a quote."""
    return literal.removeprefix('{"').removesuffix('"}').split('","') if literal else []
