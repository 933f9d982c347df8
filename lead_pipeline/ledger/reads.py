"""Finding imports in the ledger: by number, partition, version or content, or as people call them.

Nothing is written here.
"""

from collections.abc import Sequence

from lead_pipeline.bucket import BucketObject
from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError
from lead_pipeline.ledger.model import Import, Status, import_of_row


def unknown_versions(connection: Connection, objects: Sequence[BucketObject]) -> list[BucketObject]:
    """Those of `objects` that the ledger has never seen, in the same order."""
    rows = run(
        connection,
        "ledger/select_unknown_versions",
        {"keys": [o.key for o in objects], "tags": [o.tag for o in objects]},
    )
    unknown = {(row["object_key"], row["version_tag"]) for row in rows}
    return [o for o in objects if (o.key, o.tag) in unknown]


def versions_of(connection: Connection, keys: list[str]) -> list[BucketObject]:
    """Every version that the ledger knows of the objects with these keys."""
    rows = run(connection, "ledger/select_versions", {"keys": keys})
    return [BucketObject(**row) for row in rows]


def open_imports(connection: Connection, most: int) -> list[Import]:
    """The `most` oldest and the `most` newest that still have to reach an end, oldest first."""
    return [
        import_of_row(row) for row in run(connection, "ledger/select_open_imports", {"most": most})
    ]


def newest_imports(connection: Connection, most: int) -> list[Import]:
    return [import_of_row(row) for row in run(connection, "ledger/select_imports", {"most": most})]


def imports_before(
    connection: Connection,
    before: int | None,
    most: int,
    *,
    status: Status | None = None,
    supplier: str | None = None,
) -> list[Import]:
    """The newest of those with a lower number than `before`, or of all; of a status or supplier."""
    wanted = {"before": before, "most": most, "status": status, "supplier": supplier}
    return [import_of_row(row) for row in run(connection, "ledger/select_page", wanted)]


def imports_failed(connection: Connection) -> list[Import]:
    """Those that were given up, the oldest first."""
    return [import_of_row(row) for row in run(connection, "ledger/select_failed_imports")]


def imports_held(connection: Connection) -> list[Import]:
    """Those that wait for a person, the oldest first."""
    return [import_of_row(row) for row in run(connection, "ledger/select_held_imports")]


def retries_of(connection: Connection, import_id: int, most: int) -> list[Import]:
    """The newest imports of mended rows of this one."""
    wanted = {"import_id": import_id, "most": most}
    return [import_of_row(row) for row in run(connection, "ledger/select_retries_of", wanted)]


def import_of_partition(connection: Connection, partition: str) -> Import:
    """
    Raises:
        OperatorError: the ledger has no such partition.
    """
    found = find_partition(connection, partition)
    if found is None:
        raise OperatorError(
            f"no import has the partition {partition!r}: `lead-pipeline status` lists them all"
        )
    return found


def find_partition(connection: Connection, partition: str) -> Import | None:
    """The import of a partition, if it is one of an import."""
    row = run(
        connection, "ledger/select_import", {"import_id": None, "partition_key": partition}
    ).fetchone()
    return import_of_row(row) if row else None


def get(connection: Connection, import_id: int) -> Import:
    row = run(
        connection, "ledger/select_import", {"import_id": import_id, "partition_key": None}
    ).fetchone()
    if row is None:
        raise OperatorError(f"there is no import {import_id}")
    return import_of_row(row)


def of_version(connection: Connection, key: str, tag: str) -> Import | None:
    row = run(
        connection, "ledger/select_version", {"object_key": key, "version_tag": tag}
    ).fetchone()
    return import_of_row(row) if row else None


def of_content(connection: Connection, sha256: str) -> Import | None:
    row = run(connection, "ledger/select_by_content", {"sha256": sha256}).fetchone()
    return import_of_row(row) if row else None


def find_all(connection: Connection, reference: str) -> list[int]:
    """The numbers of the imports that a person may mean, the newest first.

    They are meant by number, else by partition, else by object key, else by file name: that of the
    object, or the one under which the file was dropped, each with or without its folders.

    Raises:
        OperatorError: nothing fits.
    """
    rows = run(connection, "ledger/find_imports", {"reference": reference}).fetchall()
    if not rows:
        raise OperatorError(
            f"no import is called {reference!r}: give its number, file name or partition "
            "as `lead-pipeline status` shows them"
        )
    return [row["import_id"] for row in rows]
