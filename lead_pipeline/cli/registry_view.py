"""How sources and suppliers look on a terminal."""

from typing import Any

from rich.markup import escape
from rich.table import Table

Row = dict[str, Any]


def sources_table(sources: list[Row]) -> Table:
    table = plain_table("source", "sub-source", total="total", today="today")
    for one in sources:
        counts = (one["total_leads_count"], one["todays_leads_count"])
        names = (escape(one["display_name"]), escape(one["source_type"]))
        table.add_row(*names, *(f"{count:,}" for count in counts))
    return table


def suppliers_table(suppliers: list[Row]) -> Table:
    counted = {"imports": "imports", "contacts": "contacts", "leads": "new leads"}
    table = plain_table("supplier", "terms", **counted)
    for one in suppliers:
        counts = (f"{one[name]:,}" for name in ("imports", "contacts", "leads"))
        table.add_row(escape(one["supplier"]), escape(terms_text(one)), *counts)
    return table


def malformed_table(bodies: list[Row]) -> Table:
    table = plain_table("received", "sender", "path", "reason", bytes="bytes")
    for one in bodies:
        told = (escape(one[name]) for name in ("sender", "path", "reason"))
        table.add_row(f"{one['received_at']:%Y-%m-%d %H:%M %Z}", *told, f"{one['bytes']:,}")
    return table


def terms_text(supplier: Row) -> str:
    """What is agreed with a supplier, in one line."""
    cost = supplier["cost_per_lead"]
    days = supplier["lookback_days"]
    looks = f"seen in the last {days} days" if days else "seen before"
    by = {
        "supplier": "by this supplier",
        "source": "by the file's source",
        "everywhere": "by anybody",
    }[supplier["scope"]]
    price = "no price" if cost is None else f"{cost} {supplier['currency']} a lead"
    region = f"; region {supplier['region']}" if supplier["region"] else ""
    review = f"; reviewed: {supplier['review']}" if supplier["review"] else ""
    return f"{price}; a duplicate is who was {looks} {by}{region}{review}"


def plain_table(*texts: str, **numbers: str) -> Table:
    """A table without lines; `numbers` are the titles of columns that stand to the right."""
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for title in texts:
        table.add_column(title, overflow="fold")
    for title in numbers.values():
        table.add_column(title, justify="right", no_wrap=True)
    return table
