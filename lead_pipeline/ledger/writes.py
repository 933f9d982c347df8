"""Entering imports into the ledger and noting what became of them; the steps note their own counts.

Each function is safe to run again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

import psycopg
from psycopg.types.json import Jsonb

from lead_pipeline.bucket import BucketObject
from lead_pipeline.bucket.names import (
    original_name,
    partition_name,
    short_hash,
    supplier_of,
)
from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError
from lead_pipeline.ledger.holding import Reason
from lead_pipeline.ledger.model import Import, Staging, Status, import_of_row
from lead_pipeline.ledger.reads import of_content


def register(connection: Connection, objects: Iterable[BucketObject]) -> list[Import]:
    """Enter file versions as `waiting`, or as `duplicate` where the content is there already; or as
    `rejected` where the name of the object cannot be used."""
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
        "original_filename": original_name(listed.key, listed.tag),
        "hash": short_hash(listed.tag),
        "supplier": supplier_of(listed.key) if listed.fault is None else None,
        "fault": listed.fault,
        "fault_code": "bad_name",
    }
    try:
        with connection.transaction():
            row = run(connection, "ledger/register_import", parameters).fetchone()
    except psycopg.errors.UniqueViolation:
        # Somebody entered the same bytes at this very moment: now they are there to be seen.
        row = run(connection, "ledger/register_import", parameters).fetchone()
    return import_of_row(row) if row else None


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
    (row,) = run(connection, "ledger/enter_rehearsal", said | {"force_refresh": force_refresh})
    return import_of_row(row)


def claim_content(connection: Connection, import_id: int, sha256: str, size: int) -> int | None:
    """Note what the bytes were; the number of another import that has the same, if there is one."""
    try:
        with connection.transaction():
            run(
                connection,
                "ledger/claim_content",
                {"import_id": import_id, "sha256": sha256, "bytes": size},
            )
    except psycopg.errors.UniqueViolation:
        twin = of_content(connection, sha256)
        return twin.import_id if twin else None
    return None


def next_attempt(connection: Connection, import_: Import, reason: str, *, outage: bool) -> None:
    """Begin another attempt; the one before counts as ended by a fault, or by an outage."""
    counted = {"faults": int(not outage), "outages": int(outage)}
    known = {"import_id": import_.import_id, "attempt": import_.attempt, "reason": reason}
    run(connection, "ledger/begin_attempt", known | counted)


def end(
    connection: Connection,
    import_id: int,
    status: Status,
    code: str,
    reason: str,
    duplicate_of: int | None = None,
) -> None:
    """Close an import without an archive, and empty its staging; one that is archived stays as it
    is."""
    end = {"status": status, "code": code, "reason": reason, "duplicate_of": duplicate_of}
    with connection.transaction():
        if run(connection, "ledger/mark_ended", {"import_id": import_id, **end}).rowcount:
            run(connection, "ledger/drop_staging", None, Staging(import_id).identifiers)


def note_error(connection: Connection, import_id: int, code: str, reason: str) -> None:
    """What went wrong last in an import that goes on; its state stays."""
    run(connection, "ledger/note_error", {"import_id": import_id, "code": code, "reason": reason})


def hold_back(connection: Connection, import_id: int, reasons: Sequence[Reason]) -> None:
    """A normalized import waits for a person from now on."""
    told = "; ".join(reason.message for reason in reasons)
    why = Jsonb([asdict(reason) for reason in reasons])
    run(connection, "ledger/mark_held", {"import_id": import_id, "reasons": why, "told": told})


def confirm(connection: Connection, import_id: int, who: str) -> bool:
    """A held import goes on as it is normalized; False where it is not held."""
    return bool(
        run(connection, "ledger/mark_confirmed", {"import_id": import_id, "who": who}).rowcount
    )


def start_again(connection: Connection, import_id: int) -> bool:
    """The file is read once more; False where the import is neither held, failed nor rejected, or
    its object has a name that cannot be used.

    Raises:
        OperatorError: the same bytes have come again meanwhile, under another name.
    """
    try:
        with connection.transaction():
            begun = run(connection, "ledger/start_again", {"import_id": import_id})
    except psycopg.errors.UniqueViolation as error:
        raise OperatorError(
            f"import {import_id}: the same bytes have come again since, as an import of their own: "
            "`lead-pipeline status` lists it"
        ) from error
    return bool(begun.rowcount)
