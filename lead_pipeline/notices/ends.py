"""Ends of imports: a line for those who want to hear of them, and single leads where they are few.

A line names the import by its number: the name of a file may be somebody's.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lead_pipeline.database import connect, run
from lead_pipeline.ledger import Status
from lead_pipeline.notices import lead_notices
from lead_pipeline.notices.outbox import Message, put
from lead_pipeline.notices.words import counted
from lead_pipeline.settings import Settings
from lead_pipeline.settings.telling import Telling

_AT_ONCE = 1000
_COUNTS = ("new", "duplicates", "updated", "suppressed", "invalid", "rejected")


def tell_ends(settings: Settings, now: datetime) -> None:
    """Tell of each import that has ended since the last time, once.

    Raises:
        OutsideTrouble: the database does not answer.
    """
    with connect(settings.database_url) as session:
        for one in run(session, "notices/claim_ends", {"most": _AT_ONCE}).fetchall():
            if _brings_few(one, settings.telling):
                lead_notices.add(session, one["import_id"], now)
            put(session, settings.telling.urls, _lines(one, settings), now)


def _brings_few(one: dict[str, Any], telling: Telling) -> bool:
    new: int = one["new"]
    return one["status"] == Status.COMPLETED and 0 < new <= telling.leads


def _lines(one: dict[str, Any], settings: Settings) -> Iterator[Message]:
    if settings.telling.wants(needs_somebody=one["status"] != Status.COMPLETED):
        severity = "info" if one["status"] == Status.COMPLETED else "warning"
        yield Message("import", severity, _summary(one))
    if _brings_few(one, settings.telling):
        yield Message("leads", "info", _news(one, settings.page_url))


def _summary(one: dict[str, Any]) -> str:
    number = one["import_id"]
    name = f"Import {number}" + (f" of {one['supplier']}" if one["supplier"] else "")
    match one["status"]:
        case Status.COMPLETED:
            counts = ", ".join(_count(what, one[what]) for what in _COUNTS if one[what])
            rows = counted(one["rows"], "row")
            return f"{name}: {rows}: {counts or 'nothing new'}, {one['seconds']:.1f} s"
        case Status.HELD:
            return f"{name} waits for a person with {counted(one['rows'], 'row')}: look at it"
        case ended:
            what = "failed" if ended == Status.FAILED else "was rejected"
            code = f" ({one['error_code']})" if one["error_code"] else ""
            return f"{name} {what}{code}: `lead-pipeline status {number}` says what to do"


def _count(what: str, count: int) -> str:
    return counted(count, "duplicate") if what == "duplicates" else f"{count:,} {what}"


def _news(one: dict[str, Any], page: str | None) -> str:
    title = lead_notices.TITLE if one["new"] == 1 else f"{one['new']} New Leads Received"
    told = f"{title}: {one['source']}" if one["source"] else title
    return f"{told}, {page}/lead-notices" if page else told
