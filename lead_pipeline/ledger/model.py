"""What the ledger `lead_sources` knows of one import: its row, its states, its staging tables.

No statement is run here: see reads.py, writes.py and locks.py beside it.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from psycopg import sql

OUTSIDE_TROUBLE = "outside_trouble"  # error code of what passes: it delays and never drops
# What a contact may come to -> the column of the ledger that counts it.
OUTCOME_COLUMNS = {
    "new": "contacts_new",
    "same_source_duplicate": "contacts_same_source",
    "cross_source_duplicate": "contacts_cross_source",
    "in_file_duplicate": "contacts_in_file",
    "updated": "contacts_updated",
    "suppressed": "contacts_suppressed",
    "invalid": "contacts_invalid",
}
NO_OUTCOMES = dict.fromkeys((*OUTCOME_COLUMNS, "held"), 0)


class Status(StrEnum):
    """How far an import is; the last five are ends, and what is held waits for a person."""

    WAITING = "waiting"
    LOADED = "loaded"
    NORMALIZED = "normalized"
    HELD = "held"
    ARCHIVED = "archived"
    COMPLETED = "completed"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    FAILED = "failed"
    UNDONE = "undone"

    @property
    def ended(self) -> bool:
        return self in _ENDS

    @property
    def at_rest(self) -> bool:
        """Whether nothing more becomes of it by itself."""
        return self.ended or self is Status.HELD


_ENDS = {Status.COMPLETED, Status.DUPLICATE, Status.REJECTED, Status.FAILED, Status.UNDONE}


@dataclass(frozen=True, slots=True)
class Import:
    """A row of `lead_sources`; counts and timestamps are None until their step has run."""

    import_id: int
    partition_key: str | None
    object_key: str
    version_tag: str
    bytes: int
    modified_at: datetime
    sha256: str | None
    original_filename: str
    hash: str
    supplier: str | None
    source: str | None
    source_type: str | None
    import_source: str | None
    profile: str | None
    layout: dict[str, Any] | None
    columns: list[dict[str, Any]] | None
    status: Status
    attempt: int
    run_id: str | None
    duplicate_of: int | None
    error_code: str | None
    error: str | None
    archive_table: str | None
    seen_at: datetime
    started_at: datetime | None
    loaded_at: datetime | None
    normalized_at: datetime | None
    archived_at: datetime | None
    completed_at: datetime | None
    rows_read: int | None
    rows_contacts: int | None
    rows_rejected: int | None
    rows_blank: int | None
    contacts_found: int | None
    contacts_new: int | None
    contacts_invalid: int | None
    header_signature: str | None
    drift: list[str] | None
    source_id: int | None
    cost_per_lead: Decimal | None
    is_cost_stated: bool
    terms_id: int | None
    is_charged: bool
    force_refresh: bool
    retry_of: int | None
    contacts_callable: int | None
    contacts_in_file: int | None
    contacts_same_source: int | None
    contacts_cross_source: int | None
    contacts_updated: int | None
    contacts_suppressed: int | None
    dnc_lists: list[dict[str, Any]] | None
    undone_at: datetime | None
    contact_columns: dict[str, dict[str, Any]] | None
    region: str | None
    decisive_drift: list[str] | None
    held_for: list[dict[str, str]] | None
    held_at: datetime | None
    confirmed_at: datetime | None
    confirmed_by: str | None
    faults: int
    outages: int

    @property
    def left_out(self) -> bool:
        """Whether it is at rest and brings no leads; `error_code` and `error` then say why."""
        return self.status.at_rest and self.status is not Status.COMPLETED

    @property
    def is_confirmed(self) -> bool:
        """Whether what is normalized is what a person has seen and said yes to."""
        return self.confirmed_at is not None and self.status is Status.NORMALIZED

    @property
    def tries(self) -> int:
        """How often it was tried since its file came, or since a person last asked for it."""
        return self.faults + self.outages + 1

    @property
    def row_outcomes(self) -> dict[str, int]:
        return {
            "contacts": self.rows_contacts or 0,
            "rejected": self.rows_rejected or 0,
            "blank": self.rows_blank or 0,
        }

    @property
    def contact_outcomes(self) -> dict[str, int]:
        """Every contact in one place, by the words of the field; zero before it is decided."""
        return NO_OUTCOMES | self.decided_outcomes

    @property
    def decided_outcomes(self) -> dict[str, int]:
        """Those of the outcomes that are decided by now; what is held waits to be decided."""
        counts = {name: getattr(self, column) for name, column in OUTCOME_COLUMNS.items()}
        if self.status is Status.HELD:
            counts["held"] = self.contacts_callable
        return {name: count for name, count in counts.items() if count is not None}


@dataclass(frozen=True, slots=True)
class Staging:
    """The names of one import's staging tables."""

    import_id: int

    def table(self, what: str) -> sql.Identifier:
        return sql.Identifier("staging", f"{what}_{self.import_id}")

    @property
    def identifiers(self) -> dict[str, sql.Composable]:
        """For the statements of sql/: every table, and the import's number as a literal."""
        names = ("leads", "rejected", "normalized", "invalid")
        return {name: self.table(name) for name in names} | {
            "import_id": sql.Literal(self.import_id)
        }


def import_of_row(row: dict[str, Any]) -> Import:
    """A row of `lead_sources` as the import it stands for."""
    return Import(**{**row, "status": Status(row["status"])})
