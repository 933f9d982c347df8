"""The registry of suppliers: what is agreed with each, and what they have sent so far.

A supplier appears with its first file; matching/ looks the terms up when it decides.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from psycopg.types.json import Jsonb

from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError
from lead_pipeline.settings import Review
from lead_pipeline.suppliers.agreement import Agreement
from lead_pipeline.suppliers.terms import Scope


def all_suppliers(session: Connection) -> list[dict[str, Any]]:
    """Every supplier by name: its terms, its imports, and how many of its contacts were new."""
    return run(session, "suppliers/list_suppliers").fetchall()


def is_known(session: Connection, supplier: str) -> bool:
    """Whether something was agreed with a supplier, or came from it."""
    return run(session, "suppliers/select_supplier", {"supplier": supplier}).fetchone() is not None


def with_weeks(session: Connection, weeks: int = 12) -> list[dict[str, Any]]:
    """The same, each with its `weeks`: contacts and new leads of those in which it sent some."""
    sent: dict[str, list[dict[str, Any]]] = {}
    for row in run(session, "suppliers/select_weeks", {"weeks": weeks}):
        sent.setdefault(row.pop("supplier"), []).append(row)
    return [one | {"weeks": sent.get(one["supplier"], [])} for one in all_suppliers(session)]


def agree(
    session: Connection,
    supplier: str,
    *,
    cost_per_lead: Decimal | None = None,
    no_price: bool = False,
    lookback_days: int | None = None,
    scope: Scope | None = None,
    review: Review | None = None,
    usual_review: bool = False,
    currency: str | None = None,
    who: str | None = None,
) -> dict[str, Any]:
    """Settle the terms of a supplier from the next file on, and return all of them.

    What is None stays as it is; `lookback_days` 0 means however long ago, and with `no_price` the
    price that was agreed before is gone with its rules, as is with `usual_review` what was about
    its imports. `currency` is a code of ISO 4217, such as EUR.

    Raises:
        OperatorError: the name cannot be that of a folder in the bucket; or there are charges in
            another currency.
    """
    with session.transaction():
        _enter(session, supplier, review, currency, usual_review=usual_review)
        before = terms_of_today(session, supplier)
        changes: dict[str, Any] = {}
        if no_price:
            changes |= {"price": None, "rules": ()}
        elif cost_per_lead is not None:
            changes["price"] = cost_per_lead
        if lookback_days is not None:
            changes["lookback_days"] = lookback_days or None
        if scope is not None:
            changes["scope"] = scope
        after = before.model_copy(update=changes)
        if after != before or str(after.price) != str(before.price):
            _add(session, supplier, after, None, who)
        (row,) = run(session, "suppliers/select_supplier", {"supplier": supplier})
    return row


def settle_terms(
    session: Connection,
    supplier: str,
    agreement: Agreement,
    valid_from: date | None = None,
    who: str | None = None,
) -> dict[str, Any]:
    """Enter all terms of a supplier at once, from a day on (None: today, the first for all times).

    Raises:
        OperatorError: the name cannot be that of a folder, or a file came on that day or later:
            what has come in stays under the terms under which it came.
    """
    with session.transaction():
        _enter(session, supplier)
        if valid_from is not None:
            _require_free(session, supplier, valid_from)
        return _add(session, supplier, agreement, valid_from, who)


def terms_of_today(session: Connection, supplier: str) -> Agreement:
    """What holds for a file of a supplier that comes now; where nothing was agreed, the usual."""
    day = {"supplier": supplier, "day": None}
    return agreement_of(run(session, "suppliers/select_terms", day).fetchone())


def terms_of_import(session: Connection, terms_id: int | None) -> Agreement:
    """The terms under which an import came."""
    named = {"terms_id": terms_id}
    return agreement_of(run(session, "suppliers/select_terms_by_id", named).fetchone())


def history(session: Connection, supplier: str) -> list[dict[str, Any]]:
    """All terms of a supplier, the latest first, each with how many imports came under it."""
    return [
        {
            **{name: row[name] for name in _TOLD},
            "terms": agreement_of(row).plain,
        }
        for row in run(session, "suppliers/list_terms", {"supplier": supplier})
    ]


def agreement_of(row: Mapping[str, Any] | None) -> Agreement:
    """A row of `supplier_terms`."""
    if row is None:
        return Agreement()
    return Agreement.model_validate({name: row[name] for name in Agreement.model_fields})


_TOLD = ("terms_id", "valid_from", "agreed_at", "agreed_by", "holds", "imports")


def _enter(
    session: Connection,
    supplier: str,
    review: Review | None = None,
    currency: str | None = None,
    *,
    usual_review: bool = False,
) -> None:
    if not supplier.strip() or "/" in supplier or supplier in (".", ".."):
        raise OperatorError(
            f"{supplier!r} cannot be a supplier: it is to name a folder in the bucket"
        )
    named = {"supplier": supplier, "currency": currency}
    if currency is not None:
        other = run(session, "suppliers/find_other_currency", named).fetchone()
        if other is not None:
            raise OperatorError(
                f"{supplier} has charges in {other['currency']}: its currency stays; leads that "
                "are paid in another one come under another name"
            )
    looks = {"review": review, "usual_review": usual_review}
    run(session, "suppliers/save_supplier", named | looks)


def _require_free(session: Connection, supplier: str, valid_from: date) -> None:
    came = {"supplier": supplier, "day": valid_from}
    row = run(session, "suppliers/find_settled_import", came).fetchone()
    if row is not None:
        raise OperatorError(
            f"import {row['import_id']} of {supplier} came on {row['day']}, under the terms that "
            f"held then: new ones can hold from {row['day'] + timedelta(days=1)} on"
        )


def _add(
    session: Connection,
    supplier: str,
    agreement: Agreement,
    valid_from: date | None,
    who: str | None,
) -> dict[str, Any]:
    said = agreement.model_dump(mode="json")
    terms = {name: getattr(agreement, name) for name in Agreement.model_fields}
    terms |= {"rules": Jsonb(said["rules"]), "free": [*agreement.free]}
    named = {"supplier": supplier, "valid_from": valid_from, "agreed_by": who}
    (row,) = run(session, "suppliers/add_terms", terms | named)
    return row


def review_of(session: Connection, supplier: str | None) -> Review | None:
    """Which imports of a supplier wait for a person; None where nothing is agreed about it."""
    row = run(session, "suppliers/select_review", {"supplier": supplier}).fetchone()
    review: Review | None = row["review"] if row else None
    return review
