"""What an import tells Dagster: metadata, schemas and lineage, out of the ledger and the fields.

Counts and names only: no cell of a file appears here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg

from lead_pipeline.fields.catalogue import fields
from lead_pipeline.ledger import Import
from lead_pipeline.matching.master import master_columns
from lead_pipeline.normalizing.plan import Column, Plan, normalized_columns

BUCKET = dg.AssetKey("lead_imports")
_RAW = dg.AssetKey("raw_leads")
Metadata = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Leads:
    """What is known of all leads at the end of an import: how many there are in `total`, and how
    many `candidates` to be merged the import has left."""

    total: int
    candidates: int


def raw_schema() -> dg.TableSchema:
    """The columns of `leads`: what every row has, then one text column per field."""
    return dg.TableSchema(
        [
            dg.TableColumn("import_id", "integer", description="The import the row belongs to."),
            dg.TableColumn("row_number", "bigint", description="Record number in the file."),
            dg.TableColumn("extra", "jsonb", description="Columns that no field stands for."),
            dg.TableColumn("raw_payload", "text", description="The record as its API sent it."),
            *(dg.TableColumn(f.name, "text", description=f.description) for f in fields().values()),
        ]
    )


def observed(import_: Import, uri: str) -> dg.AssetObservation:
    """A file version of the bucket, as it was read."""
    return dg.AssetObservation(BUCKET, metadata=_file(import_, uri))


def reason_of(import_: Import) -> tuple[str, str]:
    """Code and reason of an import that is left out; one that was undone has none but its state."""
    status = str(import_.status)
    return import_.error_code or status, import_.error or f"the import is {status}"


def loaded(import_: Import, uri: str) -> Metadata:
    columns = import_.columns or []
    layout = import_.layout or {}
    mapped = {c["field"]: c["header"] for c in columns if c["field"]}
    return {
        **_file(import_, uri),
        "attempt": import_.attempt,
        "dagster/partition_row_count": (import_.rows_read or 0) - (import_.rows_blank or 0),
        "dagster/column_lineage": dg.TableColumnLineage(
            {field: [dg.TableColumnDep(BUCKET, header)] for field, header in mapped.items()}
        ),
        "profile": import_.profile or "",
        "encoding": layout.get("encoding") or layout.get("kind") or "",
        "rows read": import_.rows_read or 0,
        "blank rows": import_.rows_blank or 0,
        "columns mapped": len(mapped),
        "columns kept in extra": [c["header"] for c in columns if not c["field"]],
        "problems of the file": [p["message"] for p in layout.get("problems", ())],
    }


def loaded_line(import_: Import) -> str:
    mapped = [c for c in import_.columns or [] if c["field"]]
    return (
        f"{import_.object_key}: {import_.rows_read} rows read, profile {import_.profile}, "
        f"{len(mapped)} of {len(import_.columns or [])} columns mapped"
    )


def normalized(import_: Import, plan: Plan) -> Metadata:
    columns = normalized_columns(plan)
    return {
        **counts_of(import_),
        "dagster/partition_row_count": import_.contacts_callable or 0,
        "dagster/column_schema": _schema(columns),
        "dagster/column_lineage": dg.TableColumnLineage(
            {c.name: [dg.TableColumnDep(_RAW, s) for s in c.sources] for c in columns if c.sources}
        ),
    }


def normalized_line(import_: Import) -> str:
    return (
        f"{import_.object_key}: {import_.rows_contacts} rows gave {import_.contacts_callable} "
        f"contacts; {import_.contacts_invalid} contacts cannot be called, {import_.rows_rejected} "
        f"rows are rejected, {import_.rows_blank} are blank"
    )


def decided(import_: Import, plan: Plan, leads: Leads) -> Mapping[str, Metadata]:
    """Asset -> its metadata, for everything that the deciding transaction fills."""
    outcomes = import_.contact_outcomes
    known = sum(n for name, n in outcomes.items() if name.endswith("duplicate"))
    return {
        "archived_leads": _archived(import_, plan),
        "leads_master": {
            **_rows("leads_master", outcomes["new"], updated=outcomes["updated"]),
            "dagster/row_count": leads.total,
        },
        "lead_sources_history": _rows("lead_sources_history", outcomes["cross_source_duplicate"]),
        "duplicate_leads": _rows("duplicate_leads", known + outcomes["updated"]),
        "dnc_suppressions": {
            **_rows("dnc_suppressions", suppressed=outcomes["suppressed"]),
            "lists checked": [_list_checked(one) for one in import_.dnc_lists or ()],
        },
        "rejected_leads": _rows("rejected_leads", import_.rows_rejected or 0),
        "invalid_contacts": _rows("invalid_contacts", outcomes["invalid"]),
        "merge_candidates": _rows("merge_candidates", leads.candidates),
    }


def decided_line(import_: Import) -> str:
    told = ", ".join(f"{n} {name}" for name, n in import_.contact_outcomes.items() if n)
    return f"{import_.object_key}: {told}; archive.{import_.archive_table} holds its contacts"


def _archived(import_: Import, plan: Plan) -> Metadata:
    columns = normalized_columns(plan)
    same = dg.AssetKey("normalized_leads")
    return {
        **counts_of(import_),
        "dagster/table_name": f"archive.{import_.archive_table}",
        "dagster/partition_row_count": import_.contacts_callable or 0,
        "dagster/column_schema": _schema(columns),
        "dagster/column_lineage": dg.TableColumnLineage(
            {c.name: [dg.TableColumnDep(same, c.name)] for c in columns}
        ),
    }


def master_schema() -> dg.TableSchema:
    """The columns of `leads_master`."""
    return _schema(master_columns())


def _schema(columns: Sequence[Column]) -> dg.TableSchema:
    return dg.TableSchema(
        [dg.TableColumn(c.name, c.sql_type, description=c.description) for c in columns]
    )


def _rows(table: str, rows: int | None = None, **counts: int) -> Metadata:
    counted = {} if rows is None else {"dagster/partition_row_count": rows}
    return {"dagster/table_name": table, **counted, **counts}


def _list_checked(checked: Mapping[str, Any]) -> str:
    version = f" version {checked['version']}" if checked["version"] is not None else ""
    return f"{checked['list_name']} ({checked['kind']}){version}, as of {checked['as_of'][:10]}"


def completed(import_: Import) -> Metadata:
    took = (import_.completed_at - import_.seen_at).total_seconds() if import_.completed_at else 0.0
    return {"import": import_.import_id, "seconds from seen to complete": took}


def _file(import_: Import, uri: str) -> Metadata:
    return {
        "import": import_.import_id,
        "dagster/uri": uri,
        "bytes": import_.bytes,
        "sha256": import_.sha256 or "",
        "supplier": import_.supplier or "unknown",
    }


def page_link(import_: Import, page_url: str | None) -> Metadata:
    """Where people see the import; nothing where no page is known."""
    if page_url is None:
        return {}
    return {"page": dg.MetadataValue.url(f"{page_url}/imports/{import_.import_id}")}


def counts_of(import_: Import) -> Metadata:
    """Every outcome of rows, and of contacts those that are decided by now."""
    rows = {f"rows: {name}": count for name, count in import_.row_outcomes.items()}
    return rows | {f"contacts: {name}": n for name, n in import_.decided_outcomes.items()}
