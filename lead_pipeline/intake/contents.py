"""What lies in a folder of the bucket, and what became of each file: for a page and its JSON."""

from typing import Any

from lead_pipeline.bucket import Bucket, Entry, is_left_alone
from lead_pipeline.database import Connection, run


def contents_of(
    session: Connection, bucket: Bucket, folder: str, cursor: str | None, most: int
) -> dict[str, Any]:
    """At most so many files and folders (`items`) by their names; `next` is the cursor of those
    that follow.

    Each is `key`, `name`, `is_folder`, `bytes`, `modified_at`, whether its name says that it is not
    to be imported (`left_alone`), and `import_id`, `status` and `duplicate_of` of the import that
    it became; null where it has not been seen yet. In a folder on disk the file that was imported
    is known by its size, for what it holds is not read here.

    Raises:
        OutsideTrouble: the bucket cannot be listed.
        OperatorError: the folder leads elsewhere, or is left alone.
    """
    found = bucket.contents(folder, cursor, most)
    keys = [one.key for one in found.entries]
    became: dict[tuple[str, str | int], dict[str, Any]] = {}
    for row in run(session, "intake/select_objects", {"keys": keys}):
        for version in (row["version_tag"], row["bytes"]):
            became[row["object_key"], version] = row
    items = [
        _facts(one, folder, became.get((one.key, one.tag or one.size or 0), {}))
        for one in found.entries
    ]
    return {"folder": folder, "items": items, "next": found.next}


def _facts(entry: Entry, folder: str, import_: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": entry.key,
        "name": entry.key.removeprefix(folder),
        "is_folder": entry.key.endswith("/"),
        "bytes": entry.size,
        "modified_at": entry.modified,
        "left_alone": is_left_alone(entry.key.removesuffix("/")),
        **{name: import_.get(name) for name in ("import_id", "status", "duplicate_of")},
    }
