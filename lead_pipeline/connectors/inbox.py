"""The inbox: each record of another system once, as it came, in one transaction with the cursor.

Webhooks keep what they are told by the same function.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from psycopg.types.json import Jsonb

from lead_pipeline.connectors.model import Json, Page, Part, Record, Sender
from lead_pipeline.database import Connection, run

LONGEST_ID = 500  # bytes; an index takes no row of more than 2,704


@dataclass(frozen=True, slots=True)
class Kept:
    """How many records were new, known, kept with a problem, tests."""

    new: int = 0
    known: int = 0
    quarantined: int = 0
    tests: int = 0

    def __add__(self, other: "Kept") -> "Kept":
        return Kept(
            self.new + other.new,
            self.known + other.known,
            self.quarantined + other.quarantined,
            self.tests + other.tests,
        )

    @property
    def read(self) -> int:
        return self.new + self.known + self.quarantined + self.tests


def keep(
    session: Connection,
    sender: Sender,
    part: Part,
    page: Page,
    *,
    now: datetime,
    pull_id: int | None = None,
) -> Kept:
    """Keep the records of a page and, if it tells one, the new cursor of its part.

    Run inside a transaction of the caller's. `pull_id` is the pull that found them;
    without one a webhook or a post did.
    """
    facts = {
        "source": sender.name,
        "part": part.key,
        "title": part.title,
        "profile": sender.profile,
        "import_source": sender.import_source,
        "polled": pull_id is not None,
        "pull_id": pull_id,
        "now": now,
    }
    kept = Kept()
    if page.records:
        counts = run(session, "connectors/keep_records", {**facts, "records": _json(page.records)})
        kept = Kept(**(counts.fetchone() or {}))
    if page.cursor is not None:
        run(session, "connectors/move_cursor", {**facts, "position": Jsonb(page.cursor)})
    return kept


def cursor(session: Connection, sender: Sender, part: Part) -> Json | None:
    """Where a part stands; None before its first page."""
    at = {"source": sender.name, "part": part.key}
    row = run(session, "connectors/select_cursor", at).fetchone()
    return row["position"] if row else None


def _json(records: Sequence[Record]) -> str:
    return json.dumps([storable(_plain(record)) for record in records], allow_nan=False)


def _plain(record: Record) -> dict[str, Json]:
    known_by, problem = known_by_id(record)
    return {
        "external_id": known_by,
        "occurred_at": record.occurred_at.isoformat() if record.occurred_at else None,
        "payload": record.payload,
        "lead": record.lead,
        "problem": record.problem or problem,
        "is_test": record.is_test,
    }


def known_by_id(record: Record) -> tuple[str, str | None]:
    """The id of a record, and what is wrong with it. Without one that can be, it is known by a
    digest, so that no two records are taken for one."""
    if not storable(record.external_id).strip():
        content = json.dumps(storable(record.payload), sort_keys=True)
        return f"no id {sha256(content.encode()).hexdigest()}", "it has no id"
    whole = record.external_id.encode("utf-8", "replace")
    if len(whole) <= LONGEST_ID:
        return record.external_id, None
    beginning = record.external_id[: LONGEST_ID // 8]
    return f"{beginning} {sha256(whole).hexdigest()}", f"the id has more than {LONGEST_ID} bytes"


def storable(value: Json) -> Json:
    """The value as PostgreSQL's jsonb takes it: without NUL, halves of surrogate pairs, and numbers
    that JSON does not have."""
    match value:
        case str():
            return value.replace("\0", "").encode("utf-8", "replace").decode()
        case float() if not math.isfinite(value):
            return str(value)
        case dict():
            return {storable(str(name)): storable(one) for name, one in value.items()}
        case list() | tuple():
            return [storable(one) for one in value]
    return value
