"""Months of a team that buys leads, with files, acts and statements at their own times."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import time_machine

from lead_pipeline import ledger
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.intake.drop import Request, request_for
from lead_pipeline.ledger import Import
from lead_pipeline.money import returns, statements
from lead_pipeline.suppliers.agreement import read_terms
from lead_pipeline.suppliers.suppliers import settle_terms
from lead_pipeline_tests.integration.people import Person, told
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.making import csv_file

COLUMNS = {
    "name": "Full Name", "mail": "Email", "phone": "Phone", "state": "State", "id": "Lead Id",
    "at": "Submission Timestamp", "kind": "Phone Type", "exclusive": "Exclusive", "dnc": "DNC",
}  # fmt: skip
"""What a person of a list may have, and the header under which the file says it."""


def on(month: int, day: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """What is done now is done then."""
    with time_machine.travel(moment, tick=True):
        yield


def terms(site: Site, supplier: str, toml: str, valid_from: datetime | None = None) -> None:
    day = valid_from.date() if valid_from else None
    with connect(site.settings.database_url) as session:
        settle_terms(session, supplier, read_terms(toml), day, "kim")


def enter(
    site: Site, key: str, moment: datetime, *people: Person, cost: str | None = None
) -> Import:
    """Enter a file that came at a moment, with what was said of its cost; it waits."""
    said = {name for person in people for name in person} | {"name"}
    header = [title for name, title in COLUMNS.items() if name in said]
    rows = [[p.get(name, "") for name in COLUMNS if name in said] for p in people]
    path = site.settings.home / "came.csv"
    path.write_bytes(csv_file(header, rows))
    listed = replace(site.bucket.put(path, key), modified=moment)
    with connect(site.settings.database_url, autocommit=True) as session:
        request_for(session, key, Request(Decimal(cost) if cost else None))
        return ledger.register(session, [listed])[0]


def came(
    site: Site, key: str, moment: datetime, *people: Person, cost: str | None = None
) -> Import:
    """A file that came at a moment, all the way through at that moment."""
    import_ = enter(site, key, moment, *people, cost=cost)
    with at(moment):
        return run_steps(site, import_)


def owed(site: Site, supplier: str) -> Decimal:
    """What all events sum up to."""
    (row,) = told(site, "SELECT coalesce(sum(amount), 0) FROM charges JOIN lead_sources"
                        " USING (import_id) WHERE supplier = %s", supplier)  # fmt: skip
    total: Decimal = row[0]
    return total


def booked(site: Site, supplier: str) -> list[tuple[Any, ...]]:
    """Kind, row and amount of every event of a supplier, the first ones first."""
    return told(
        site,
        "SELECT e.kind, c.row_number, trim_scale(c.amount)::text FROM charges AS c"
        " JOIN charge_events AS e USING (event_id)"
        " JOIN lead_sources AS s ON s.import_id = c.import_id"
        " WHERE supplier = %s ORDER BY event_id, c.import_id, c.row_number",
        supplier,
    )


def lead_of(site: Site, name: str) -> int:
    ((lead_id,),) = told(site, "SELECT lead_id FROM leads_master WHERE full_name = %s", name)
    number: int = lead_id
    return number


def give_back(site: Site, name: str, reason: str, moment: datetime) -> dict[str, Any]:
    with at(moment), connect(site.settings.database_url, autocommit=True) as session:
        return returns.ask(session, lead_of(site, name), reason, "kim")


def approve(site: Site, return_id: int, moment: datetime) -> dict[str, Any]:
    with at(moment), connect(site.settings.database_url, autocommit=True) as session:
        return returns.approve(session, return_id, "lee")


def issue(site: Site, supplier: str, month: datetime, moment: datetime) -> dict[str, Any]:
    with at(moment), connect(site.settings.database_url, autocommit=True) as session:
        issued = statements.issue(session, supplier, month.date(), "kim")
        return statements.get_statement(session, issued["statement_id"])


def lines(statement: dict[str, Any]) -> list[tuple[str, ...]]:
    """What a statement says, line by line: what it is, file, row, amount, and why."""
    names = ("line", "file", "row", "amount", "reason")
    found = statements.lines_of(statement["content"])
    return [tuple(one[name] for name in names) for one in found]
