"""Lists of invented people as imports, and the leads that the database then holds.

How contacts are matched is shown by test_matching_*.py and test_undo*.py with these words.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from lead_pipeline.database import connect, run
from lead_pipeline.imports.preview import DryRun
from lead_pipeline.imports.rehearsal import Rehearsal
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import
from lead_pipeline.suppliers.agreement import Agreement
from lead_pipeline.suppliers.suppliers import settle_terms
from lead_pipeline_tests.integration.dagster_run import drop, rows
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.making import csv_file

Person = dict[str, str]
# What a person of a plain list may have, and the header under which the file says it.
PLAIN = {
    "name": "Name", "mail": "Email", "mail_2": "Email 2", "phone": "Phone 1", "phone_2": "Phone 2",
    "at": "Submission Timestamp", "id": "Lead Id", "city": "City", "company": "Company",
    "dnc": "Phone 1 DNC", "dnc_2": "Phone 2 DNC", "campaign": "Campaign Name",
    "score": "Lead Score", "file_status": "Lead Status", "built": "Year Built",
    "born": "Birth Date", "opt_in": "Opt In",
}  # fmt: skip
# The forms of an ad platform, and a log of calls: layouts that name their source themselves.
META = {"id": "id", "at": "created_time", "form": "form_id", "name": "full_name", "mail": "email",
        "phone": "phone_number"}  # fmt: skip
CALLS = {"id": "call_uuid", "phone": "caller_id", "at": "start_time", "took": "call_duration"}


def day(number: int, hour: int = 12) -> str:
    """A moment in January 2026, as files write it."""
    return datetime(2026, 1, number, hour, tzinfo=UTC).isoformat()


def a_list(*people: Person, layout: dict[str, str] = PLAIN) -> bytes:
    """A file of one layout with a row a person; what is not said of somebody is empty."""
    unknown = {name for person in people for name in person} - layout.keys()
    assert not unknown, f"the layout has no {unknown}"
    return csv_file([*layout.values()], ([p.get(name, "") for name in layout] for p in people))


def register(
    site: Site,
    key: str,
    content: bytes,
    *,
    refresh: bool = False,
    retry_of: int | None = None,
    arrived: datetime | None = None,
) -> Import:
    """Enter a file into the ledger as `drop` does; without `arrived` it came just now."""
    with connect(site.settings.database_url) as session:
        said = {"cost_per_lead": None, "force_refresh": refresh, "retry_of": retry_of}
        said |= {"hold": False, "import_source": None}
        run(session, "intake/save_drop_request", {"object_key": key, **said})
    import_ = drop(site, key, content)
    if arrived is not None:
        moved = "UPDATE lead_sources SET modified_at = %s WHERE import_id = %s"
        change(site, moved, arrived, import_.import_id)
    return import_


def imported(site: Site, key: str, *people: Person, refresh: bool = False) -> Import:
    """A plain list, all the way through."""
    return run_steps(site, register(site, key, a_list(*people), refresh=refresh))


def foreseen(site: Site, *people: Person, supplier: str | None = None) -> list[str]:
    """The outcomes that a preview of a plain list tells, in its order."""
    return [contact["outcome"] for contact in previewed(site, *people, supplier=supplier)]


def previewed(site: Site, *people: Person, supplier: str | None = None) -> list[dict[str, Any]]:
    """The contacts of a preview of a plain list."""
    path = site.settings.home / "list.csv"
    path.write_bytes(a_list(*people))
    with connect(site.settings.database_url, autocommit=True) as session:
        preview = DryRun(path, site.settings, rehearsal=Rehearsal(session, supplier))
        return [contact for row in preview.rows(None) for contact in row["contacts"]]


def from_meta(site: Site, key: str, *people: Person) -> Import:
    forms = [{"form": "77001"} | person for person in people]
    return run_steps(site, register(site, key, a_list(*forms, layout=META)))


def from_calls(site: Site, key: str, *people: Person) -> Import:
    calls = [{"took": "35"} | person for person in people]
    return run_steps(site, register(site, key, a_list(*calls, layout=CALLS)))


def change(site: Site, statement: str, *parameters: Any) -> None:
    """What a person or another program does in the database, who may do anything in it."""
    with connect(site.settings.owner_url) as session:
        session.execute(statement, parameters)


def agree(site: Site, supplier: str, **terms: Any) -> None:
    """Agree with a new supplier on what counts as a duplicate: `lookback_days`, `scope`."""
    with connect(site.settings.database_url) as session:
        settle_terms(session, supplier, Agreement(**terms))


def outcomes(import_: Import) -> dict[str, int]:
    """The outcomes of an import's contacts, without those that nobody had."""
    return {name: count for name, count in import_.contact_outcomes.items() if count}


def leads(site: Site, *columns: str) -> list[Any]:
    """Columns of every lead, the oldest first; with one column, its values alone."""
    found = rows(site, f"SELECT {', '.join(columns)} FROM leads_master ORDER BY received_at, 1")
    return [tuple(row.values()) if len(columns) > 1 else next(iter(row.values())) for row in found]


def told(site: Site, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """The rows of a query, bare."""
    return [tuple(row.values()) for row in rows(site, query, *parameters)]


def history(site: Site) -> list[tuple[Any, ...]]:
    """Lead, source, external id and day of every later sighting by another source."""
    return told(
        site,
        "SELECT full_name, display_name, h.external_id, h.received_at::date::text"
        " FROM lead_sources_history AS h JOIN leads_master AS l USING (lead_id)"
        " JOIN source_names AS n ON n.source_id = h.source_id ORDER BY h.received_at",
    )


def duplicates(site: Site) -> list[tuple[Any, ...]]:
    """Row, outcome, kind of key and lead (or first row) of every duplicate, by file and row."""
    return told(
        site,
        "SELECT d.row_number, outcome, matched_by::text,"
        " coalesce(full_name, first_row_number::text)"
        " FROM duplicate_leads AS d LEFT JOIN leads_master AS l USING (lead_id)"
        " ORDER BY d.import_id, d.row_number, d.contact_number",
    )


def questions(site: Site) -> list[tuple[Any, ...]]:
    """The names of two leads that may be one, by the alphabet; why, and in which row."""
    return told(
        site,
        "SELECT least(a.full_name, b.full_name), greatest(a.full_name, b.full_name), kind, value,"
        " m.import_id, m.row_number FROM merge_candidates AS m"
        " JOIN leads_master AS a ON a.lead_id = m.lead_id"
        " JOIN leads_master AS b ON b.lead_id = m.other_lead_id ORDER BY 1, 2",
    )


def totals(site: Site) -> dict[str, int]:
    """How many leads each source counts in all, where it counts any."""
    found = rows(site, "SELECT display_name, total_leads_count AS n FROM sources")
    return {row["display_name"]: row["n"] for row in found if row["n"]}


def ago(**span: float) -> str:
    """A moment before now, as files write it."""
    return (datetime.now(UTC) - timedelta(**span)).isoformat(timespec="seconds")
