"""Decides about the contacts of one import: who is new, who is known, who may not be called.

Runs inside the one transaction that decides. Sets of keys do the work for whoever is plainly new,
known, or again in the file; whom sightings out of their order or keys of several people concern,
are looked at one by one (replay.py). Both come to what the rule of sightings.py says.
"""

from dataclasses import asdict
from typing import Any

from psycopg import sql
from psycopg.types.json import Jsonb

from lead_pipeline.database import Connection, run
from lead_pipeline.ledger import Import
from lead_pipeline.matching import replay
from lead_pipeline.matching.charging import Act, Kind, charge
from lead_pipeline.matching.contents import Contacts, contacts_in_staging
from lead_pipeline.matching.undo import require_original
from lead_pipeline.normalizing.plan import Plan
from lead_pipeline.suppliers.terms import USUAL, Terms
from lead_pipeline.suppression.check import Checked, suppress

SHARED_BY = 3
"""How many people of one file, with as many surnames and mails (or other phones), make a number
nobody's own.

Two are a couple, or one person who is written in two ways; a household of any size has one surname.
"""


def decide(session: Connection, import_: Import, plan: Plan) -> dict[str, Any]:
    """Every contact of a normalized import into the one place where it belongs.

    Returns the counts of their outcomes, as the columns of `lead_sources` have them.

    Raises:
        TakenBack: the import mends rows of one that was undone meanwhile.
    """
    contacts = contacts_in_staging(session, import_)
    terms = _terms(session, import_)
    by_terms = import_.force_refresh or terms != USUAL
    known = (
        contacts.identifiers
        | _said(contacts, plan)
        | {"by_terms": sql.Literal(by_terms), "people": sql.Literal(SHARED_BY)}
    )
    run(session, "matching/prefer_memory")
    run(session, "matching/collect_keys", None, known)
    run(session, "matching/collect_shared_keys", None, known)
    run(session, "matching/collect_flags", None, known)
    # Nothing before needs the lock: other imports wait for what follows only.
    run(session, "suppression/lock_decisions")
    require_original(session, import_)
    run(session, "matching/collect_campaigns", None, known)
    run(session, "matching/declare_shared_numbers", None, known)
    checked = suppress(session, import_.import_id)
    run(session, "matching/find_suppressed", None, known)
    run(session, "matching/find_links")
    run(session, "matching/find_hits")
    run(session, "matching/find_matches")
    run(session, "matching/find_in_file", None, known)
    run(session, "matching/find_involved", None, known)
    _replay_involved(session, contacts)
    run(session, "matching/insert_leads", None, known)
    run(session, "matching/append_sightings", None, known)
    run(session, "matching/note_in_file_duplicates", None, known)
    run(session, "matching/place_keys", None, known)
    run(session, "matching/suggest_merges", None, {"loosened": sql.Identifier("loosened")})
    charge(session, import_, contacts)
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
        Act(Kind.REPLAY, f"import {contacts.import_id}"),
        current=contacts,
    )


def _terms(session: Connection, import_: Import) -> Terms:
    terms = run(session, "matching/select_terms", {"import_id": import_.import_id}).fetchone()
    return replay.terms_of(terms) if terms else USUAL


def _said(contacts: Contacts, plan: Plan) -> dict[str, sql.Composable]:
    """What the file says of its contacts for the lists, as SQL over their table `n`."""
    named = {f.name for f in plan.row_fields} & {"campaign_name", "campaign"}
    campaigns = sql.SQL(", ").join(sql.Identifier("n", name) for name in sorted(named))
    return {
        "flags": sql.SQL("n.flags" if "flags" in contacts.has else "NULL::jsonb"),
        "campaigns": sql.SQL("ARRAY[{}]::text[]").format(campaigns),
    }
