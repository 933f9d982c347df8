"""The registry of suppliers: what is agreed with each, and what they have sent so far.

A supplier appears with its first file; matching/ looks the terms up when it decides.
"""

from decimal import Decimal
from typing import Any

from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError
from lead_pipeline.settings import Review
from lead_pipeline.suppliers.terms import Scope


def all_suppliers(session: Connection) -> list[dict[str, Any]]:
    """Every supplier by name: its terms, its imports, and how many of its contacts were new."""
    return run(session, "suppliers/list_suppliers").fetchall()


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
) -> dict[str, Any]:
    """Settle the terms of a supplier from the next file on, and return all of them.

    What is None stays as it is; `lookback_days` 0 means however long ago, and with `no_price` the
    price that was agreed before is gone, as is with `usual_review` what was about its imports.

    Raises:
        OperatorError: the name cannot be that of a folder in the bucket.
    """
    if not supplier.strip() or "/" in supplier:
        raise OperatorError(
            f"{supplier!r} cannot be a supplier: it is to name a folder in the bucket"
        )
    price = {"cost_per_lead": cost_per_lead, "no_price": no_price}
    looks = {"review": review, "usual_review": usual_review}
    terms = {"supplier": supplier, **price, "lookback_days": lookback_days, "scope": scope, **looks}
    row = run(session, "suppliers/save_supplier", terms).fetchone()
    assert row is not None  # noqa: S101 - it writes one row and returns it
    return row


def review_of(session: Connection, supplier: str | None) -> Review | None:
    """Which imports of a supplier wait for a person; None where nothing is agreed about it."""
    row = run(session, "suppliers/select_review", {"supplier": supplier}).fetchone()
    review: Review | None = row["review"] if row else None
    return review


def cost_of(session: Connection, supplier: str | None) -> Decimal | None:
    """What one lead of a supplier costs; None where nothing is agreed about it."""
    row = run(session, "suppliers/select_cost", {"supplier": supplier}).fetchone()
    cost: Decimal | None = row["cost_per_lead"] if row else None
    return cost
