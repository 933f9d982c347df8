"""What is told of the master table as a whole, and of what an import left for people to look at.

Read only, and cheap beside any number of leads.
"""

from dataclasses import dataclass

from lead_pipeline.database import Connection, run
from lead_pipeline.fields.catalogue import fields
from lead_pipeline.matching import contents


@dataclass(frozen=True, slots=True)
class Column:
    """One column of `leads_master`; `description` is None where its name says it all."""

    name: str
    sql_type: str
    description: str | None


def count_leads(session: Connection) -> int:
    """All leads that there are."""
    row = run(session, "matching/count_leads").fetchone()
    return int(row["leads"]) if row else 0


def count_candidates(session: Connection, import_id: int) -> int:
    """The contacts of an import that may be two leads at once (`merge_candidates`)."""
    row = run(session, "matching/count_candidates", {"import_id": import_id}).fetchone()
    return int(row["candidates"]) if row else 0


def master_columns(session: Connection) -> list[Column]:
    """The columns of `leads_master`, described by the schema or else by the list of fields."""
    said = {name: fields()[name].description for name in contents.COLUMNS if name in fields()}
    return [
        Column(row["name"], row["type"], row["description"] or said.get(row["name"]))
        for row in run(session, "matching/describe_leads")
    ]
