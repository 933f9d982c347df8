"""Charges for contacts: written with the decision, and followed wherever one turns out otherwise.

Every accepted contact is priced once, by the terms under which its import came. From then on what
is owed for it is that price while its outcome is paid for and it is not given back, and nothing
otherwise; each act writes the difference. Runs inside the transaction of the act, under the lock
of decisions, so that events have the order of their numbers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

from psycopg import sql

from lead_pipeline.database import Connection, run
from lead_pipeline.ledger import Import
from lead_pipeline.matching.contents import Contacts
from lead_pipeline.suppliers.agreement import Agreement
from lead_pipeline.suppliers.pricing import BAD_FILE, OVER_THE_CAP, prices, rule_of
from lead_pipeline.suppliers.suppliers import terms_of_import


class Kind(StrEnum):
    """What sort of act money follows."""

    CHARGE = "charge"
    REPLAY = "replay"
    UNDO = "undo"
    MERGE = "merge"
    LIST = "list"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Act:
    """What is done: its kind, what it is in words, and when it happened."""

    kind: Kind
    cause: str
    happened_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def parameters(self) -> dict[str, object]:
        return {"kind": self.kind, "cause": self.cause, "happened_at": self.happened_at}


_MEMBERS = sql.SQL("SELECT import_id, row_number, contact_number FROM members")
_RETURNED = sql.SQL(
    "SELECT import_id, row_number, contact_number FROM returns WHERE return_id = ANY ({})"
)
_AT = sql.SQL("AND (c.import_id, c.row_number, c.contact_number) IN ({})")
_FOUNDED_BY_MEMBERS = sql.SQL(
    "SELECT import_id, row_number, contact_number"
    " FROM leads_master JOIN replay_leads USING (lead_id)"
)
_FOUNDED_BY_IMPORTS = sql.SQL(
    "SELECT import_id, row_number, contact_number FROM leads_master WHERE import_id = ANY ({})"
)
_REPEATED_MEMBERS = sql.SQL(
    "SELECT import_id, row_number, contact_number, outcome"
    " FROM duplicate_leads JOIN members USING (import_id, row_number, contact_number)"
)
_REPEATED_IN_IMPORT = sql.SQL(
    "SELECT import_id, row_number, contact_number, outcome FROM duplicate_leads"
    " WHERE import_id = {}"
)
_CONTACTS = sql.SQL(
    "JOIN {} AS n ON n.original_lead_id = a.row_number AND n.contact_number = a.contact_number"
)


def charge(session: Connection, import_: Import, contacts: Contacts) -> None:
    """Price every accepted contact of an import that is being decided, if it has a price."""
    if import_.supplier is None or import_.cost_per_lead is None:
        return
    run(session, "matching/mark_charged", {"import_id": import_.import_id})
    decision = Act(Kind.CHARGE, f"import {import_.import_id}")
    _price(session, import_, contacts, decision, only_members=False)


def follow_members(
    session: Connection, act: Act, charged: Iterable[tuple[Import, Contacts]]
) -> None:
    """Settle the contacts that a replay looks at, of the imports among them that are `charged`."""
    imports = []
    for import_, contacts in charged:
        imports.append(import_.import_id)
        follows = Act(Kind.CHARGE, act.cause, act.happened_at)
        _price(session, import_, contacts, follows, only_members=True)
    if imports:
        _settle(session, act, imports, _MEMBERS, _FOUNDED_BY_MEMBERS)


def follow_import(session: Connection, act: Act, import_id: int) -> None:
    """Settle every contact of one import."""
    founders = _FOUNDED_BY_IMPORTS.format(sql.Literal([import_id]))
    _settle(session, act, [import_id], None, founders)


def follow_returns(session: Connection, act: Act, returns: Sequence[int]) -> None:
    """Settle the contacts that some returns are about."""
    rows = run(session, "matching/select_returned_imports", {"returns": [*returns]})
    imports = [row["import_id"] for row in rows]
    founders = _FOUNDED_BY_IMPORTS.format(sql.Literal(imports))
    _settle(session, act, imports, _RETURNED.format(sql.Literal([*returns])), founders)


def _settle(
    session: Connection,
    act: Act,
    imports: list[int],
    places: sql.Composable | None,
    founders: sql.Composable,
) -> None:
    """Write what is owed now for contacts of some imports (all of them, or those at `places`), less
    what was owed before; `founders` are at least those of them that a lead comes from."""
    named: dict[str, sql.Composable] = {"imports": sql.Literal(imports), "within": sql.SQL("")}
    if places is not None:
        named["within"] = _AT.format(places)
    run(session, "matching/collect_balances", None, named)
    run(session, "matching/settle_charges", act.parameters, {"founders": founders})


def _price(
    session: Connection,
    import_: Import,
    contacts: Contacts,
    act: Act,
    *,
    only_members: bool,
) -> None:
    agreement = terms_of_import(session, import_.terms_id)
    usual = import_.cost_per_lead
    if usual is None:
        return
    if import_.is_cost_stated:
        agreement = agreement.model_copy(update={"rules": ()})
    rule = rule_of(agreement, contacts.has, sql.Literal(import_.modified_at))
    if _is_bad(import_, agreement):
        rule = sql.Literal(BAD_FILE)
    room = _room(session, import_, agreement)
    if room is not None:
        rule = sql.SQL(
            "CASE WHEN row_number() OVER (ORDER BY a.row_number, a.contact_number) > {} THEN {}"
            " ELSE {} END"
        ).format(sql.Literal(room), sql.Literal(OVER_THE_CAP), rule)
    number = import_.import_id
    named = {
        "import_id": sql.Literal(number),
        "free": sql.Literal([*agreement.free]),
        "refreshes": sql.Literal(import_.force_refresh),
        "founders": _FOUNDED_BY_MEMBERS if only_members else _FOUNDED_BY_IMPORTS.format([number]),
        "duplicates": _REPEATED_MEMBERS if only_members else _REPEATED_IN_IMPORT.format(number),
        "rule": rule,
        "contacts": _CONTACTS.format(contacts.table) if agreement.rules else sql.SQL(""),
        "prices": prices(agreement, usual),
    }
    run(session, "matching/collect_accepted", None, named)
    decided = None if only_members else number
    run(session, "matching/charge_contacts", act.parameters | {"decided": decided}, named)


def _is_bad(import_: Import, agreement: Agreement) -> bool:
    """Whether too few contacts of a file can be reached for any to be paid."""
    found = import_.contacts_found or 0
    if agreement.least_valid is None or not found:
        return False
    return Decimal(import_.contacts_callable or 0) / found < agreement.least_valid


def _room(session: Connection, import_: Import, agreement: Agreement) -> int | None:
    """How many contacts may still be paid on the day and in the month that the file came."""
    caps = (agreement.daily_cap, agreement.monthly_cap)
    if caps == (None, None):
        return None
    came = {"supplier": import_.supplier, "modified_at": import_.modified_at}
    (taken,) = run(session, "matching/count_charged", came)
    counts: tuple[int, int] = (taken["day"], taken["month"])
    left = [cap - count for cap, count in zip(caps, counts, strict=True) if cap is not None]
    return max(0, min(left))
