"""What vendors tell by themselves: webhooks of Meta, of Google's lead forms, of Knowlarity.

Each is proven, kept, and answered; what is made of it comes later. They are sent at least once, in
any order, and may be lost, so that the pulls go on. Every call is counted, those refused as well.
"""

import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal

from psycopg import sql

from lead_pipeline.connectors import inbox
from lead_pipeline.connectors.inbox import storable
from lead_pipeline.connectors.knowlarity import KnowlarityCalls
from lead_pipeline.connectors.model import Json, Page, Part, Record
from lead_pipeline.database import Connection, run
from lead_pipeline.errors import LeadPipelineError

Counted = Literal["delivered", "refused", "challenged"]
_ALIASES = {
    "uuid": ("uuid", "call_uuid", "callid", "call_id"),
    "customer_number": ("customer_number", "caller_id", "caller", "customer"),
    "knowlarity_number": ("knowlarity_number", "dispnumber", "called_number"),
    "start_time": ("start_time", "call_start_time", "starttime"),
    "call_duration": ("call_duration", "duration"),
    "business_call_type": ("business_call_type", "call_type_name"),
    "call_recording": ("call_recording", "resource_url", "recording_url"),
}
"""What the log calls a field, and how a push may: its names are chosen in the console."""


class NotProven(LeadPipelineError):
    """The call shows nothing that proves who sent it."""


class NoRecord(LeadPipelineError):
    """What came is no record of the vendor."""


@dataclass(frozen=True, slots=True)
class _Pushed:
    """A sender of the inbox, by webhook."""

    name: str
    profile: str
    import_source: str = "webhook"


GOOGLE = _Pushed("google_ads", "google_leads")
KNOWLARITY = _Pushed(KnowlarityCalls.name, KnowlarityCalls.profile)


def count(session: Connection, source: str, what: Counted) -> None:
    """Count a call of a webhook."""
    columns = {"counted": sql.Identifier(what), "last": sql.Identifier(f"last_{what}_at")}
    run(session, "connectors/count_hook", {"source": source}, columns)


def is_same(given: str, secret: str) -> bool:
    """Whether somebody knows a secret; the time that it takes tells nothing of it."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode())


def require_meta_signature(body: bytes, given: str, secret: str) -> None:
    """
    Raises:
        NotProven: it is not that of these very bytes.
    """
    expected = f"sha256={hmac.new(secret.encode(), body, sha256).hexdigest()}"
    if not is_same(given, expected):
        raise NotProven("X-Hub-Signature-256 is not that of the body")


def keep_meta(session: Connection, said: Json) -> int:
    """Note the leads that a call of Meta names; how many it names.

    Raises:
        NoRecord: it is no call of a Page.
    """
    try:
        notices = list(_named(said))
    except (AttributeError, KeyError, TypeError) as error:
        raise NoRecord("the body is no notice of a Page") from error
    told = {"source": "meta", "notices": json.dumps(notices)}
    run(session, "connectors/keep_notices", told)
    return len(notices)


def _named(said: Json) -> Iterator[dict[str, Any]]:
    for entry in said["entry"]:
        for change in entry.get("changes", ()):
            if change.get("field") == "leadgen":
                value = storable(change["value"])
                yield {"external_id": str(value["leadgen_id"]), "payload": value}


def keep_google(session: Connection, said: Json, key: str) -> None:
    """Keep a submission of a lead form, without its key.

    Raises:
        NotProven: the key is another.
        NoRecord: it has no lead_id.
    """
    if not isinstance(said, dict) or not is_same(str(said.get("google_key", "")), key):
        raise NotProven("google_key is not the one that was agreed")
    submission = without_key(storable(said))
    if not submission.get("lead_id"):
        raise NoRecord("the submission has no lead_id")
    record = Record(
        external_id=str(submission["lead_id"]),
        payload=submission,
        occurred_at=_moment(submission.get("lead_submit_time")),
        lead=_lead_of_form(submission),
        is_test=submission.get("is_test") is True,
    )
    part = Part(str(submission.get("form_id", "")), "webhook")
    inbox.keep(session, GOOGLE, part, Page([record]), now=datetime.now(UTC))


def without_key(said: Json) -> Json:
    """A submission without what proves it."""
    if not isinstance(said, dict):
        return said
    return {name: value for name, value in said.items() if name != "google_key"}


def _lead_of_form(submission: Mapping[str, Json]) -> dict[str, Json]:
    """The submission with its answers by the type of their question, as the API tells them."""
    lead = {name: value for name, value in submission.items() if name != "user_column_data"}
    for answer in submission.get("user_column_data") or ():
        if isinstance(answer, dict):
            asked = answer.get("column_id") or answer.get("column_name") or "answer"
            lead[asked if asked not in lead else f"{asked} ({len(lead)})"] = answer.get(
                "string_value"
            )
    return lead


def keep_knowlarity(session: Connection, said: Json, calls: KnowlarityCalls) -> None:
    """Keep what a push tells of a call, over what earlier ones told; what the log says wins.

    Raises:
        NoRecord: it names no call.
    """
    told = _in_names_of_the_log(said)
    asked = {"source": KNOWLARITY.name, "external_id": told["uuid"]}
    with session.transaction():
        known = run(session, "connectors/select_pushed", asked).fetchone()
        record = calls.record({**(known["payload"] if known else {}), **told})
        page = Page([replace(record, is_test=told.get("is_test") is True)])
        part = Part("calls", "webhook")
        inbox.keep(session, KNOWLARITY, part, page, now=datetime.now(UTC))


def _in_names_of_the_log(said: Json) -> dict[str, Json]:
    """The fields of a push, bare or wrapped as `data`, by the names that the log has for them."""
    inner = said.get("data") if isinstance(said, dict) else None
    if isinstance(inner, str):
        try:
            inner = json.loads(inner)
        except (ValueError, RecursionError):
            inner = None
    fields = inner if isinstance(inner, dict) else said
    if not isinstance(fields, dict):
        raise NoRecord("the push is no object of fields")
    given = {str(name).strip().lower(): one for name, one in storable(fields).items()}
    told = {name: one for name, one in given.items() if one not in (None, "")}
    for name, aliases in _ALIASES.items():
        found = [told.pop(alias) for alias in aliases if alias in told]
        if found:
            told[name] = found[0]
    if not told.get("uuid"):
        raise NoRecord("the push names no call: choose uuid among its fields in the console")
    return told | {"uuid": str(told["uuid"])}


def _moment(said: Json) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return at if at.tzinfo else None
