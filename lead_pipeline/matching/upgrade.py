"""Brings a database up to this release: its tables, and what its leads keep of their files.

A release that lets leads keep more fields reads them from the archives of all imports, once.
"""

from psycopg import sql

from lead_pipeline import ledger
from lead_pipeline.database import Connection, connect, run
from lead_pipeline.database.schema import upgrade_schema
from lead_pipeline.fields.catalogue import lead_columns
from lead_pipeline.matching import contents
from lead_pipeline.settings import Settings


def upgrade(settings: Settings) -> None:
    """Create or upgrade every table of ours. Safe to run at each start, also by two at once.

    Raises:
        OperatorError: the address pools by transaction; the message says which one to use.
        OutsideTrouble: the database does not answer; run it again.
    """
    upgrade_schema(settings)
    with connect(settings.database_url) as session:
        _fill_attributes(session)


def _fill_attributes(session: Connection) -> None:
    """In one transaction, because leads must not change meanwhile; about a second for 50,000."""
    (known,) = run(session, "matching/select_lead_columns")
    if lead_columns().keys() <= set(known["lead_columns"]):
        return
    run(session, "suppression/lock_decisions")
    run(session, "matching/create_told")
    for row in run(session, "matching/select_told_imports").fetchall():
        contacts = contents.contacts_in_archive(session, ledger.get(session, row["import_id"]))
        if contacts.attributes:
            told = {
                "attribute_names": contents.names(contacts.attributes),
                "told": sql.SQL(", ").join(sql.Identifier("c", n) for n in contacts.attributes),
            }
            run(session, "matching/fill_attributes", None, contacts.identifiers | told)
            run(session, "matching/collect_told", None, contacts.identifiers)
    run(session, "matching/refresh_attributes", None, _refreshing())
    run(session, "matching/save_lead_columns", {"columns": [*lead_columns()]})


def _refreshing() -> dict[str, sql.Composable]:
    kept = [*lead_columns()]
    return {
        "names": contents.names(kept),
        "values": sql.SQL(", ").join(
            sql.SQL("coalesce({}, {})").format(sql.Identifier("t", n), sql.Identifier("l", n))
            for n in kept
        ),
        "definitions": contents.typed(kept),
    }
