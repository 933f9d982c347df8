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


_OF_MEMBERS = sql.SQL(
    "SELECT import_id, row_number, contact_number FROM members WHERE import_id <> {}"
)
_FOUNDED_BY_MEMBERS = sql.SQL(
    "SELECT import_id, row_number, contact_number"
    " FROM leads_master JOIN replay_leads USING (lead_id)"
)
_OF_IMPORT = sql.SQL(
    "SELECT import_id, row_number, contact_number FROM charges WHERE import_id = {}"
)
_FOUNDED_BY_IMPORT = sql.SQL(
    "SELECT import_id, row_number, contact_number FROM leads_master WHERE import_id = {}"
)

_OF_RETURNS = sql.SQL(
    "SELECT import_id, row_number, contact_number FROM returns WHERE return_id = ANY ({})"
)
_FOUNDED_BY_RETURNS = sql.SQL(
    "SELECT import_id, row_number, contact_number FROM leads_master WHERE import_id IN"
    " (SELECT import_id FROM returns WHERE return_id = ANY ({}))"
)


def charge(session: Connection, import_: Import, contacts: Contacts) -> None:
    """Price every accepted contact of an import that is being decided, if it has a price."""
    if import_.supplier is None or import_.cost_per_lead is None:
        return
    run(session, "matching/mark_charged", {"import_id": import_.import_id})
    _price(session, import_, contacts, None, Act(Kind.CHARGE, f"import {import_.import_id}"))


def follow_members(
    session: Connection, act: Act, charged: Iterable[tuple[Import, Contacts]], at_work: int
) -> None:
    """Settle the contacts that a replay looks at; those of the import at work come at its end.

    `charged` are the imports among them whose contacts have a price.
    """
    members = _OF_MEMBERS.format(sql.Literal(at_work))
    any_charged = False
    for import_, contacts in charged:
        any_charged = True
        _price(session, import_, contacts, members, Act(Kind.CHARGE, act.cause, act.happened_at))
    if any_charged:
        settle(session, act, members, _FOUNDED_BY_MEMBERS)


def follow_import(session: Connection, act: Act, import_id: int) -> None:
    """Settle every contact of one import."""
    number = sql.Literal(import_id)
    settle(session, act, _OF_IMPORT.format(number), _FOUNDED_BY_IMPORT.format(number))


def follow_returns(session: Connection, act: Act, returns: Sequence[int]) -> None:
    """Settle the contacts that some returns are about."""
    numbers = sql.Literal([*returns])
    settle(session, act, _OF_RETURNS.format(numbers), _FOUNDED_BY_RETURNS.format(numbers))


def settle(session: Connection, act: Act, places: sql.Composable, founders: sql.Composable) -> None:
    """Write what is owed for `places` now, less what was owed before; `founders` are the places
    among them, at least, that a lead comes from."""
    named = {"places": places, "founders": founders}
    run(session, "matching/settle_charges", act.parameters, named)


def _price(
    session: Connection,
    import_: Import,
    contacts: Contacts,
    places: sql.Composable | None,
    act: Act,
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
    within: sql.Composable = sql.SQL("")
    if places is not None:
        within = sql.SQL(
            "AND (a.row_number, a.contact_number) IN"
            " (SELECT row_number, contact_number FROM ({}) AS m WHERE m.import_id = {})"
        ).format(places, sql.Literal(import_.import_id))
    named = {
        "import_id": sql.Literal(import_.import_id),
        "normalized": contacts.table,
        "rule": rule,
        "prices": prices(agreement, usual),
        "within": within,
    }
    paid = {
        "free": [*agreement.free],
        "refreshes": import_.force_refresh,
        "decided": import_.import_id if places is None else None,
    }
    run(session, "matching/charge_contacts", act.parameters | paid, named)


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
