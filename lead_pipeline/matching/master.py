"""What is told of the master table as a whole, and of what an import left for people to look at.

Read only, and cheap beside any number of leads. Its columns are told without the database: they
belong to the release, and Dagster keeps what it is told of them with every import.
"""

from lead_pipeline.database import Connection, run
from lead_pipeline.fields.catalogue import lead_columns
from lead_pipeline.matching.contents import type_of
from lead_pipeline.normalizing.plan import Column

# What is a lead's own, beside the fields that it keeps (`lead_columns`).
_OWN = (
    Column("lead_id", "bigint", "Number of the lead; it stays when an older sighting founds it."),
    Column("id", "bigint", "The same, for programs that ask for an id."),
    Column("full_name", "text", "Whole name."),
    Column("first_name", "text", "First name."),
    Column("last_name", "text", "Last name."),
    Column("email", "text", "First address that may be written to."),
    Column("emails", "text[]", "All of them, the first one first."),
    Column("email_keys", "text[]", "Their match keys: addresses with aliases folded."),
    Column("phone_e164", "text", "First number that may be called, in E.164."),
    Column("phone_number_normalized", "text", "Its last ten digits."),
    Column("alternate_phone_number", "text", "Second number that may be called, in E.164."),
    Column("phones", "text[]", "All numbers that may be called, the first one first."),
    Column("external_lead_id", "text", "Who the lead is to the system that its file is from."),
    Column("raw_payload", "jsonb", "The record as its API sent it."),
    Column("tags", "text[]", "What the rules of tags.toml say of the lead."),
    Column("source_id", "integer", "Primary source: the oldest by event time."),
    Column("import_source", "text", "By which way the lead came: csv, api, events or webhook."),
    Column("supplier", "text", "Who sold the file of the primary source."),
    Column("import_id", "integer", "Import of the oldest sighting, which founded the lead."),
    Column("row_number", "bigint", "Its row in the file."),
    Column("contact_number", "smallint", "Which contact of the row, counted from 1."),
    Column("received_at", "timestamptz", "When the lead came to be."),
    Column("last_received_at", "timestamptz", "When it was last seen."),
    Column("last_import_id", "integer", "Import of the last sighting."),
    Column("suppressed_at", "timestamptz", "Since when no channel is left to reach the person."),
    Column("created_at", "timestamptz", "When the row was made."),
    Column("updated_at", "timestamptz", "When the row was last changed by an import or an undo."),
    Column("status", "text", "What people made of the lead."),
    Column("assigned_to", "text", "Who works on it."),
    Column("next_followup_at", "timestamptz", "When it is to be called again."),
    Column("total_attempts", "integer", "How often it was tried to reach the person."),
    Column("is_qualified", "boolean", "Whether people found it to be qualified."),
)


def master_columns() -> list[Column]:
    """The columns of `leads_master`: a lead's own, then the fields that it keeps."""
    kept = lead_columns().items()
    return [*_OWN, *(Column(name, type_of(name), field.description) for name, field in kept)]


def count_leads(session: Connection) -> int:
    """All leads that there are."""
    row = run(session, "matching/count_leads").fetchone()
    return int(row["leads"]) if row else 0


def count_candidates(session: Connection, import_id: int) -> int:
    """The pairs of leads that may be one because of an import (`merge_candidates`)."""
    row = run(session, "matching/count_candidates", {"import_id": import_id}).fetchone()
    return int(row["candidates"]) if row else 0
