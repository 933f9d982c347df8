"""Leads that are posted, what they are told at once, and what their import says in the end."""

import json
from collections.abc import Sequence
from datetime import datetime

from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.verdict import Verdict, judge
from lead_pipeline.ledger import Import
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.integration.people import PLAIN, Person, register
from lead_pipeline_tests.integration.steps import run_steps

_STATUS = {"new": "accepted", "updated": "accepted", "suppressed": "suppressed"}
_BEST = ("accepted", "duplicate", "suppressed", "invalid")


def as_line(person: Person, layout: dict[str, str] = PLAIN) -> str:
    """A person of a plain list as a lead that somebody posts."""
    return json.dumps({layout[name]: value for name, value in person.items() if value})


def judged(site: Site, supplier: str, lines: Sequence[str], now: datetime) -> list[Verdict]:
    with connect(site.settings.database_url, autocommit=True) as session:
        return [one.verdict for one in judge(session, lines, supplier, site.settings, now)]


def imported_lines(site: Site, key: str, lines: Sequence[str], arrived: datetime) -> Import:
    content = "".join(f"{line}\n" for line in lines).encode()
    return run_steps(site, register(site, key, content, arrived=arrived))


def came_to(site: Site, import_: Import, lines: int) -> list[str]:
    """What each row of an import came to, in the words of a verdict."""
    found: dict[int, list[str]] = {row: [] for row in range(1, lines + 1)}
    contacts = rows(
        site,
        "SELECT n.original_lead_id AS row, coalesce(d.outcome, CASE WHEN l.lead_id IS NULL"
        f" THEN 'suppressed' ELSE 'new' END) AS outcome FROM archive.{import_.archive_table} AS n"
        " LEFT JOIN duplicate_leads AS d ON d.import_id = %s"
        " AND d.row_number = n.original_lead_id AND d.contact_number = n.contact_number"
        " LEFT JOIN leads_master AS l ON l.import_id = %s AND l.row_number = n.original_lead_id"
        " AND l.contact_number = n.contact_number",
        import_.import_id,
        import_.import_id,
    )
    for contact in contacts:
        found[contact["row"]].append(_STATUS.get(contact["outcome"], "duplicate"))
    return [min(told or ["invalid"], key=_BEST.index) for told in found.values()]
