"""What an import tells Dagster: metadata, schemas and lineage, out of the ledger and the fields.

Counts and names only: no cell of a file appears here.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from lead_pipeline.fields.catalogue import fields
from lead_pipeline.ledger import Import
from lead_pipeline.normalizing.plan import Plan, normalized_columns

_BUCKET = dg.AssetKey("lead_imports")
_RAW = dg.AssetKey("raw_leads")
Metadata = Mapping[str, Any]


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


def loaded(import_: Import) -> Metadata:
    columns = import_.columns or []
    layout = import_.layout or {}
    mapped = {c["field"]: c["header"] for c in columns if c["field"]}
    return {
        **_file(import_),
        "dagster/partition_row_count": (import_.rows_read or 0) - (import_.rows_blank or 0),
        "dagster/column_lineage": dg.TableColumnLineage(
            {field: [dg.TableColumnDep(_BUCKET, header)] for field, header in mapped.items()}
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
        **_outcomes(import_),
        "dagster/partition_row_count": import_.contacts_callable or 0,
        "dagster/column_schema": dg.TableSchema(
            [dg.TableColumn(c.name, c.sql_type, description=c.description) for c in columns]
        ),
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


def decided(import_: Import, plan: Plan) -> Mapping[str, Metadata]:
    """Asset -> its metadata, for everything that the deciding transaction fills."""
    outcomes = import_.contact_outcomes
    known = sum(n for name, n in outcomes.items() if name.endswith("duplicate"))
    return {
        "archived_leads": _archived(import_, plan),
        "leads_master": _rows("leads_master", outcomes["new"], updated=outcomes["updated"]),
        "lead_sources_history": _rows("lead_sources_history", outcomes["cross_source_duplicate"]),
        "duplicate_leads": _rows("duplicate_leads", known + outcomes["updated"]),
        "dnc_suppressions": {
            **_rows("dnc_suppressions", suppressed=outcomes["suppressed"]),
            "lists checked": [_list_checked(one) for one in import_.dnc_lists or ()],
        },
    }


def decided_line(import_: Import) -> str:
    told = ", ".join(f"{n} {name}" for name, n in import_.contact_outcomes.items() if n)
    return f"{import_.object_key}: {told}; archive.{import_.archive_table} holds its contacts"


def _archived(import_: Import, plan: Plan) -> Metadata:
    columns = normalized_columns(plan)
    same = dg.AssetKey("normalized_leads")
    return {
        **_outcomes(import_),
        "dagster/table_name": f"archive.{import_.archive_table}",
        "dagster/partition_row_count": import_.contacts_callable or 0,
        "dagster/column_schema": dg.TableSchema(
            [dg.TableColumn(c.name, c.sql_type, description=c.description) for c in columns]
        ),
        "dagster/column_lineage": dg.TableColumnLineage(
            {c.name: [dg.TableColumnDep(same, c.name)] for c in columns}
        ),
    }


def _rows(table: str, rows: int | None = None, **counts: int) -> Metadata:
    counted = {} if rows is None else {"dagster/partition_row_count": rows}
    return {"dagster/table_name": table, **counted, **counts}


def _list_checked(checked: Mapping[str, Any]) -> str:
    version = f" version {checked['version']}" if checked["version"] is not None else ""
    return f"{checked['list_name']} ({checked['kind']}){version}, as of {checked['as_of'][:10]}"


def completed(import_: Import) -> Metadata:
    took = (import_.completed_at - import_.seen_at).total_seconds() if import_.completed_at else 0.0
    return {"import": import_.import_id, "seconds from seen to complete": took}


def sums(import_: Import, faults: list[str]) -> Metadata:
    return {**_outcomes(import_), "faults": faults}


def _file(import_: Import) -> Metadata:
    return {
        "import": import_.import_id,
        "dagster/uri": import_.object_key,
        "bytes": import_.bytes,
        "sha256": import_.sha256 or "",
        "supplier": import_.supplier or "unknown",
        "attempt": import_.attempt,
    }


def _outcomes(import_: Import) -> Metadata:
    rows = {f"rows: {name}": count for name, count in import_.row_outcomes.items()}
    return rows | {f"contacts: {name}": count for name, count in import_.contact_outcomes.items()}
