"""Whether a pooler stands between us and the server, and hands us another session time and again.

Steps hold a lock from one statement to the next, make temporary tables, and listen to what Dagster
notifies: all of that belongs to a session. A pooler that gives one to each client (pgbouncer's
`pool_mode = session`) is fine, one that gives one to each transaction is not.
"""

from urllib.parse import urlsplit

import psycopg

from lead_pipeline.database.connection import connect
from lead_pipeline.errors import OperatorError

# Which port means pooling by transaction, and which by session or none:
# supabase.com/docs/guides/database/connecting-to-postgres.
_SUPABASE = ("pooler.supabase.com", 6543, 5432)
_TRIES = 5
_MARK = "lead_pipeline.probe"


def require_own_session(url: str) -> None:
    """
    Raises:
        OperatorError: the address pools by transaction; the message says which one to use.
        OutsideTrouble: the database does not answer.
    """
    if _is_supabase(url) or any(_shares_sessions(url) for _ in range(_TRIES)):
        raise OperatorError(
            "LEADS_DATABASE_URL leads to a pooler that gives a session to each transaction "
            "(pool_mode = transaction): locks and temporary tables would be lost on the way. Use "
            "the server's own address, or one that pools by session (pool_mode = session; at "
            "Supabase port 5432 instead of 6543)"
        )


def _is_supabase(url: str) -> bool:
    host, port, _ = _SUPABASE
    parts = urlsplit(url)
    return (parts.hostname or "").endswith(host) and parts.port == port


def _shares_sessions(url: str) -> bool:
    """Whether what one client sets in its session is there in that of another.

    Between transactions the session of the first is free, and the pooler gives away first the one
    that was used last. Somebody else may get it; so this is asked more than once.
    """
    with connect(url, autocommit=True) as first, connect(url, autocommit=True) as second:
        _say(first, "here")
        found = second.execute("SELECT current_setting(%s, true) AS said", [_MARK]).fetchone()
        _say(first, "")
    return bool(found and found["said"])


def _say(session: psycopg.Connection[dict[str, str]], what: str) -> None:
    session.execute("SELECT set_config(%s, %s, false)", [_MARK, what])
