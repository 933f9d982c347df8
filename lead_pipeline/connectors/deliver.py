"""From the inbox to the bucket: what waits becomes one object for each source.

Which rows an object holds, and its name, are settled before it is written, so that one that is
written again after a kill is the same version, which is imported once.
"""

import tempfile
from pathlib import Path
from typing import Any

from psycopg import sql

from lead_pipeline import ledger
from lead_pipeline.choices.reading import Choices, settle_reading
from lead_pipeline.database import Connection, connect, run
from lead_pipeline.database.statements import statement
from lead_pipeline.imports.site import Site
from lead_pipeline.intake.drop import Request, request_for

MOST = 50_000
"""Rows of an object."""


def deliver(site: Site) -> None:
    """Bring all that waits into the bucket. Safe at any time, by several at once, and after a kill
    anywhere.

    Raises:
        OutsideTrouble: the database or the bucket does not answer; nothing is lost by it.
    """
    with connect(site.settings.database_url, autocommit=True) as session:
        while is_anything_waiting(session):
            run(session, "connectors/claim_waiting", {"most": MOST})
            for delivery in run(session, "connectors/list_deliveries").fetchall():
                _put(site, session, delivery)


def is_anything_waiting(session: Connection) -> bool:
    (found,) = run(session, "connectors/is_anything_waiting")
    return bool(found["waiting"])


def _put(site: Site, session: Connection, delivery: dict[str, Any]) -> None:
    key = delivery["object_key"]
    if delivery["profile"]:  # first: the import may start at once
        settle_reading(session, "object", key, Choices(profile=delivery["profile"]))
    request_for(session, key, Request(import_source=delivery["import_source"]))
    with tempfile.TemporaryDirectory(prefix="lead-pipeline-") as folder:
        path = Path(folder) / "delivery.ndjson"
        _write(session, path, delivery["delivery_id"])
        stored = site.bucket.put(path, key)
    ledger.register(session, [stored])  # at once, before the bucket is listed
    done = {"delivery_id": delivery["delivery_id"], "version_tag": stored.tag}
    run(session, "connectors/mark_put", done)


def _write(session: Connection, path: Path, delivery_id: int) -> None:
    query = sql.SQL(statement("connectors/copy_delivery")).format(
        delivery_id=sql.Literal(delivery_id)
    )
    whole = sql.SQL("COPY ({}) TO STDOUT").format(query)
    with path.open("w", encoding="utf-8") as out, session.cursor().copy(whole) as copy:
        for (line,) in copy.rows():
            out.write(f"{line}\n")
