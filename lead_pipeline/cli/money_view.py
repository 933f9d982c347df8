"""How terms, returns, statements and the worth of lists look on a terminal."""

from decimal import Decimal
from typing import Any

from rich.markup import escape
from rich.table import Table

from lead_pipeline.cli.output import when
from lead_pipeline.cli.registry_view import plain_table

Row = dict[str, Any]


def terms_table(history: list[Row]) -> Table:
    table = plain_table("from", "terms", "agreed", "by", imports="imports")
    for one in history:
        day = f"{one['valid_from']}" if one["valid_from"].year > 1 else "ever"
        said = ", ".join(f"{name} {_plain(value)}" for name, value in one["terms"].items())
        holds = " (holds today)" if one["holds"] else ""
        table.add_row(
            day + holds,
            escape(said) or "nothing",
            when(one["agreed_at"]),
            escape(one["agreed_by"] or "-"),
            f"{one['imports']:,}",
        )
    return table


def returns_table(found: list[Row]) -> Table:
    table = plain_table("return", "state", "supplier", "lead", "reason", "told", price="price")
    for one in found:
        table.add_row(
            str(one["return_id"]),
            one["state"],
            escape(one["supplier"] or "-"),
            str(one["lead_id"]),
            escape(one["reason"]),
            escape(one["told"] or ""),
            money(one["price"], one["currency"]),
        )
    return table


def statements_table(found: list[Row]) -> Table:
    titles = ("statement", "supplier", "month", "issued", "by")
    table = plain_table(*titles, lines="lines", total="total")
    for one in found:
        table.add_row(
            f"{one['statement_id']} (no. {one['number']})",
            escape(one["supplier"]),
            f"{one['month']:%Y-%m}",
            when(one["issued_at"]),
            escape(one["issued_by"]),
            f"{one['lines']:,}",
            money(one["total"], one["currency"]),
        )
    return table


def statement_text(one: Row) -> str:
    """A statement in one line."""
    number = f"statement {one['statement_id']}: " if "statement_id" in one else ""
    return (
        f"{number}no. {one['number']} of {one['supplier']} for {one['month']:%B %Y}: "
        f"{one['lines']:,} lines, {money(one['total'], one['currency'])}"
    )


def worth_table(found: list[Row]) -> Table:
    table = plain_table(
        "supplier", "week", contacts="contacts", new="new", duplicate="duplicate",
        suppressed="suppressed", invalid="invalid", owed="owed", lead="a new lead",
        qualified="a qualified", sale="a sale",
    )  # fmt: skip
    for one in found:
        shares = (_percent(one[f"{n}_share"]) for n in ("duplicates", "suppressed", "invalid"))
        costs = (one[f"cost_per_{name}"] for name in ("new_lead", "qualified", "sale"))
        table.add_row(
            escape(one["supplier"]),
            f"{one['week']}",
            f"{one['contacts']:,}",
            f"{one['new']:,}",
            *shares,
            *(money(cost, one["currency"]) for cost in (one["owed"], *costs)),
        )
    return table


def overlap_table(pairs: list[Row]) -> Table:
    table = plain_table(
        "first", "later", people="people", share="of the later's", day="within a day",
        twice="paid twice",
    )  # fmt: skip
    for one in pairs:
        table.add_row(
            escape(one["first"]),
            escape(one["later"]),
            f"{one['people']:,}",
            _percent(one["share_of_later"]),
            f"{one['within_a_day']:,}",
            money(one["paid_twice"], ""),
        )
    return table


def money(amount: Decimal | None, currency: str | None) -> str:
    """An amount with two decimals, or the four that it has."""
    if amount is None:
        return "-"
    cents = amount == round(amount, 2)
    return f"{amount:,.2f} {currency or ''}".strip() if cents else f"{amount:,.4f} {currency or ''}"


def _percent(share: Decimal | float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _plain(value: Any) -> str:
    return f"{len(value)}" if isinstance(value, list) else str(value)
