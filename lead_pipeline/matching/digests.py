"""Which mail or phone a SHA-256 is of, for suppliers that ask without telling it.

A digest only leads to a key: who has the key, and whether it may be used, is asked by it as ever.
The keys of an import or a list are digested after it, by whoever has time; until then they are
digested anew each time that somebody asks.
"""

from collections.abc import Collection, Mapping
from typing import Any, LiteralString

from psycopg import sql

from lead_pipeline.database import Connection, run
from lead_pipeline.errors import LeadPipelineError
from lead_pipeline.suppression.lists import entries_table

MOST_UNDIGESTED = 100_000
"""Keys that are digested while somebody waits: a tenth of a second."""

_KEYS_OF_IMPORT: LiteralString = (
    "SELECT unnest(email_keys) FROM {archive} UNION ALL SELECT unnest(phones) FROM {archive}"
)
_KEYS_OF_VERSION: LiteralString = (
    "SELECT '+' || number FROM {entries} WHERE version_id = {version_id}"
    " UNION ALL SELECT email_key FROM dnc_emails WHERE version_id = {version_id}"
)


class TooManyUndigested(LeadPipelineError):
    """More keys have come than can be digested while somebody waits."""


def keys_of_digests(
    session: Connection, digests: Collection[bytes]
) -> tuple[Mapping[bytes, str], bool]:
    """SHA-256 -> the key that it is of, for those that are known; and whether any are left to be
    digested.

    Raises:
        TooManyUndigested: it cannot be said now.
    """
    asked = {"digests": [*digests]}
    # Asked first: what is digested meanwhile is found by its digest then.
    left = run(session, "matching/select_undigested").fetchall()
    if sum(one["keys"] for one in left) > MOST_UNDIGESTED:
        raise TooManyUndigested("new lists are being taken in: ask again in a minute")
    found = {}
    for one in left:
        if (keys := _keys(one)) is not None:
            rows = run(session, "matching/select_digested_in", asked, {"keys": keys})
            found.update({row["digest"]: row["value"] for row in rows})
    rows = run(session, "matching/select_digested", asked)
    return found | {row["digest"]: row["value"] for row in rows}, bool(left)


def digest_next(session: Connection) -> bool:
    """Digest one import or version of a list; False if none is left. Safe to run again.

    Args:
        session: in autocommit.
    """
    one = run(session, "matching/select_undigested").fetchone()
    if one is None:
        return False
    if (keys := _keys(one)) is not None:
        run(session, "matching/collect_digests", None, {"keys": keys})
    with session.transaction():
        if keys is not None:
            run(session, "matching/add_digests")
        run(session, "matching/take_undigested", one)
    return True


def _keys(one: Mapping[str, Any]) -> sql.Composable | None:
    """A query for the keys of an import or of a version of a list; None if it has none any more."""
    if one["version_id"] is not None:
        names: dict[str, sql.Composable] = {
            "entries": entries_table(one["list_id"]),
            "version_id": sql.Literal(one["version_id"]),
        }
        return sql.SQL(_KEYS_OF_VERSION).format(**names)
    if one["archive_table"] is None:
        return None
    return sql.SQL(_KEYS_OF_IMPORT).format(archive=sql.Identifier("archive", one["archive_table"]))
