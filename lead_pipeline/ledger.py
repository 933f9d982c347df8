"""The ledger `lead_sources`: one row per import, its state and its counts.

It decides what is done. Only state and counts live here; the steps themselves are importing.py.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import psycopg
from psycopg import sql

from lead_pipeline.bucket import BucketObject
from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError
from lead_pipeline.naming import partition_name, short_hash, supplier_of

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
NO_OUTCOMES = dict.fromkeys(OUTCOME_COLUMNS, 0)
LOCK_CLASS = 0x1EAD  # first half of our advisory locks; the second half is the import's number


class Status(StrEnum):
    """How far an import is; the last five are ends."""

    WAITING = "waiting"
    LOADED = "loaded"
    NORMALIZED = "normalized"
    ARCHIVED = "archived"
    COMPLETED = "completed"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    FAILED = "failed"
    UNDONE = "undone"

    @property
    def ended(self) -> bool:
        return self in _ENDS


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
        return {name: getattr(self, column) or 0 for name, column in OUTCOME_COLUMNS.items()}


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


def unknown_versions(connection: Connection, objects: Sequence[BucketObject]) -> list[BucketObject]:
    """Those of `objects` that the ledger has never seen, in the same order."""
    rows = run(
        connection,
        "select_unknown_versions",
        {"keys": [o.key for o in objects], "tags": [o.tag for o in objects]},
    )
    unknown = {(row["object_key"], row["version_tag"]) for row in rows}
    return [o for o in objects if (o.key, o.tag) in unknown]


def register(connection: Connection, objects: Iterable[BucketObject]) -> list[Import]:
    """Enter file versions as `waiting`, or as `duplicate` where the content is there already."""
    return [entered for listed in objects if (entered := _register(connection, listed))]


def _register(connection: Connection, listed: BucketObject) -> Import | None:
    """The new import, or None for a version that is known."""
    parameters = {
        "partition_key": partition_name(listed.key, listed.tag),
        "object_key": listed.key,
        "version_tag": listed.tag,
        "bytes": listed.size,
        "modified_at": listed.modified,
        "sha256": listed.tag if len(listed.tag) == 64 else None,
        "original_filename": listed.key.rsplit("/", 1)[-1],
        "hash": short_hash(listed.tag),
        "supplier": supplier_of(listed.key),
    }
    try:
        with connection.transaction():
            row = run(connection, "register_import", parameters).fetchone()
    except psycopg.errors.UniqueViolation:
        # Somebody entered the same bytes at this very moment: now they are there to be seen.
        row = run(connection, "register_import", parameters).fetchone()
    return _import(row) if row else None


def register_rehearsal(
    connection: Connection,
    *,
    name: str,
    at: datetime,
    supplier: str | None,
    source_id: int,
    force_refresh: bool,
) -> Import:
    """A stand-in for an import, for a transaction that is taken back."""
    said = {"name": name, "at": at, "supplier": supplier, "source_id": source_id}
    (row,) = run(connection, "enter_rehearsal", said | {"force_refresh": force_refresh})
    return _import(row)


def versions_of(connection: Connection, keys: list[str]) -> list[BucketObject]:
    """Every version that the ledger knows of the objects with these keys."""
    rows = run(connection, "select_versions", {"keys": keys})
    return [BucketObject(**row) for row in rows]


def open_imports(connection: Connection, most: int) -> list[Import]:
    """The `most` oldest and the `most` newest that still have to reach an end, oldest first."""
    return [_import(row) for row in run(connection, "select_open_imports", {"most": most})]


def newest_imports(connection: Connection, most: int) -> list[Import]:
    return [_import(row) for row in run(connection, "select_imports", {"most": most})]


def import_of_partition(connection: Connection, partition: str) -> Import:
    """
    Raises:
        OperatorError: the ledger has no such partition.
    """
    row = run(
        connection, "select_import", {"import_id": None, "partition_key": partition}
    ).fetchone()
    if row is None:
        raise OperatorError(
            f"no import has the partition {partition!r}: `lead-pipeline status` lists them all"
        )
    return _import(row)


def get(connection: Connection, import_id: int) -> Import:
    row = run(
        connection, "select_import", {"import_id": import_id, "partition_key": None}
    ).fetchone()
    if row is None:
        raise OperatorError(f"there is no import {import_id}")
    return _import(row)


def of_version(connection: Connection, key: str, tag: str) -> Import | None:
    row = run(connection, "select_version", {"object_key": key, "version_tag": tag}).fetchone()
    return _import(row) if row else None


def of_content(connection: Connection, sha256: str) -> Import | None:
    row = run(connection, "select_by_content", {"sha256": sha256}).fetchone()
    return _import(row) if row else None


def find(connection: Connection, reference: str) -> Import:
    """The import that a person means: by number, partition, object key or file name (the newest).

    Raises:
        OperatorError: nothing fits.
    """
    row = run(connection, "find_imports", {"reference": reference, "most": 1}).fetchone()
    if row is None:
        raise OperatorError(
            f"no import is called {reference!r}: give its number, file name or partition "
            "as `lead-pipeline status` shows them"
        )
    return _import(row)


@contextmanager
def hold(connection: Connection, import_id: int) -> Iterator[None]:
    """Own an import while a step works on it; the lock ends with the session at the latest.

    `connection` must be in autocommit: the lock belongs to the session, not to a transaction.
    """
    key = {"lock_class": LOCK_CLASS, "import_id": import_id}
    run(connection, "lock_import", key)
    try:
        yield
    finally:
        if not connection.broken:
            run(connection, "release_lock", key)


def held_imports(connection: Connection) -> set[int]:
    """Imports that a living worker holds at this moment."""
    rows = run(connection, "select_working_imports", {"lock_class": LOCK_CLASS})
    return {row["import_id"] for row in rows}


def claim_content(connection: Connection, import_id: int, sha256: str, size: int) -> int | None:
    """Note what the bytes were; the number of another import that has the same, if there is one."""
    try:
        with connection.transaction():
            run(
                connection,
                "claim_content",
                {"import_id": import_id, "sha256": sha256, "bytes": size},
            )
    except psycopg.errors.UniqueViolation:
        twin = of_content(connection, sha256)
        return twin.import_id if twin else None
    return None


def next_attempt(connection: Connection, import_: Import, reason: str) -> None:
    run(
        connection,
        "begin_attempt",
        {"import_id": import_.import_id, "attempt": import_.attempt, "reason": reason},
    )


def end(
    connection: Connection,
    import_id: int,
    status: Status,
    code: str,
    reason: str,
    duplicate_of: int | None = None,
) -> None:
    """Close an import without an archive; one that is archived stays as it is."""
    run(
        connection,
        "mark_ended",
        {
            "import_id": import_id,
            "status": status,
            "code": code,
            "reason": reason,
            "duplicate_of": duplicate_of,
        },
    )


def note_error(connection: Connection, import_id: int, code: str, reason: str) -> None:
    """What went wrong last in an import that goes on; its state stays."""
    run(connection, "note_error", {"import_id": import_id, "code": code, "reason": reason})


def _import(row: dict[str, Any]) -> Import:
    return Import(**{**row, "status": Status(row["status"])})
