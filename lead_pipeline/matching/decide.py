"""Decides about the contacts of one import: who is new, who is known, who may not be called.

Runs inside the one transaction that decides. Sets of keys do the work; only contacts that share a
key within the file, and those that an older sighting concerns, are looked at one by one.
"""

from dataclasses import asdict
from typing import Any

import pyarrow as pa
from psycopg import sql
from psycopg.types.json import Jsonb

from lead_pipeline.database import Connection, copy_in, copy_out, run
from lead_pipeline.ledger import Import
from lead_pipeline.matching import replay
from lead_pipeline.matching.contents import Contacts, contacts_in_staging
from lead_pipeline.matching.in_file import find_repeats
from lead_pipeline.matching.undo import require_original
from lead_pipeline.normalizing.plan import Plan
from lead_pipeline.suppliers.terms import Terms
from lead_pipeline.suppression.check import Checked, suppress


def decide(session: Connection, import_: Import, plan: Plan) -> dict[str, Any]:
    """Every contact of a normalized import into the one place where it belongs.

    Returns the counts of their outcomes, as the columns of `lead_sources` have them.

    Raises:
        TakenBack: the import mends rows of one that was undone meanwhile.
    """
    contacts = contacts_in_staging(session, import_)
    known = contacts.identifiers
    run(session, "matching/prefer_memory")
    run(session, "matching/collect_keys", None, known)
    run(session, "matching/collect_shared_keys")
    run(session, "matching/collect_flags", None, known | _said(contacts, plan))
    # Nothing before needs the lock: other imports wait for what follows only.
    run(session, "suppression/lock_decisions")
    require_original(session, import_)
    checked = suppress(session, import_.import_id)
    run(session, "matching/find_suppressed", None, known)
    _find_in_file(session, import_)
    run(session, "matching/find_hits")
    run(session, "matching/find_matches")
    run(session, "matching/add_further_keys")
    terms = _terms(session, import_)
    by_terms = import_.force_refresh or terms != Terms()
    run(session, "matching/find_involved", None, known | {"by_terms": sql.Literal(by_terms)})
    run(session, "matching/insert_leads", None, known)
    _replay_involved(session, contacts)
    run(session, "matching/append_sightings", None, known)
    counts = run(session, "matching/count_outcomes", {"import_id": import_.import_id}).fetchone()
    return {**(counts or {}), "dnc_lists": Jsonb([_plain(one) for one in checked])}


def _plain(checked: Checked) -> dict[str, Any]:
    return asdict(checked) | {"as_of": checked.as_of.isoformat()}


def _replay_involved(session: Connection, contacts: Contacts) -> None:
    replay.create(session)
    portion = {"most": replay.PORTION}
    replay.replay(
        session,
        contacts.import_id,
        lambda: run(session, "matching/take_involved", portion).rowcount,
        current=contacts,
    )


def _find_in_file(session: Connection, import_: Import) -> None:
    """Who stands in the file more than once; the first row counts, the others point to it."""
    run(session, "matching/create_in_file")
    shared = copy_out(
        session,
        sql.SQL(
            "SELECT row_number, contact_number, kind, key FROM shared_keys"
            " ORDER BY row_number, contact_number, kind, position"
        ),
        ["row_number", "contact_number", "kind", "key"],
        {"row_number": pa.int64(), "contact_number": pa.int64(), "key": pa.int64()},
    )
    repeats = find_repeats(shared)
    for name, table in (("in_file", repeats.duplicates), ("in_file_links", repeats.doubts)):
        copy_in(session, sql.Identifier(name), table.column_names, table)
    run(session, "matching/note_in_file_duplicates", {"import_id": import_.import_id})


def _terms(session: Connection, import_: Import) -> Terms:
    supplier = run(session, "matching/select_supplier", {"supplier": import_.supplier}).fetchone()
    return replay.terms_of(supplier) if supplier else Terms()


def _said(contacts: Contacts, plan: Plan) -> dict[str, sql.Composable]:
    """What the file says of its contacts for the lists, as SQL over their table `n`."""
    named = {f.name for f in plan.row_fields} & {"campaign_name", "campaign"}
    campaigns = sql.SQL(", ").join(sql.Identifier("n", name) for name in sorted(named))
    return {
        "flags": sql.SQL("n.flags" if "flags" in contacts.has else "NULL::jsonb"),
        "campaigns": sql.SQL("ARRAY[{}]::text[]").format(campaigns),
    }
