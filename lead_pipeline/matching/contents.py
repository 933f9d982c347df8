"""What of a contact goes into `leads_master`, and how it is read from an import's own table.

The columns of such a table depend on its file; here they become the same for all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from psycopg import sql

from lead_pipeline.database import Connection, run
from lead_pipeline.fields.catalogue import lead_columns
from lead_pipeline.ledger import Import
from lead_pipeline.normalizing.plan import SQL_TYPES

NAME = ("full_name", "first_name", "last_name")
CHANNELS = ("emails", "email_keys", "phones")
# Said by the founder of a lead, and by those that update it; as are the attributes, which are the
# columns of the list of fields (`lead_columns`) that the file has.
SAID = ("external_lead_id", "raw_payload")
COLUMNS = (*NAME, *CHANNELS, *SAID, "tags")
_TYPES = {"emails": "text[]", "email_keys": "text[]", "phones": "text[]", "tags": "text[]",
          "raw_payload": "jsonb"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contacts:
    """The contacts of one import: where they stand, and what holds for all of them.

    `table` is the normalized table in staging or the archive, `has` the names of its columns.
    """

    import_id: int
    table: sql.Identifier
    has: frozenset[str]
    modified_at: datetime
    source_id: int
    supplier: str | None
    import_source: str | None

    @property
    def attributes(self) -> tuple[str, ...]:
        """The columns of a lead that the file has a field for."""
        return tuple(name for name, field in lead_columns().items() if field.name in self.has)

    @property
    def no_keys(self) -> sql.Composable:
        """Of a row `n` of the table: mails and phones by which nobody is recognised."""
        return sql.SQL("n.no_keys" if "no_keys" in self.has else "NULL::text[]")

    @property
    def identifiers(self) -> dict[str, sql.Composable]:
        """For the statements of sql/: the table, its contacts in one shape, and the constants."""
        return {
            "normalized": self.table,
            "contacts": self._query(),
            "names": names(COLUMNS),
            "names_and_attributes": names((*COLUMNS, *self.attributes)),
            "attributes": self._attributes(),
            "no_keys": self.no_keys,
            "import_id": sql.Literal(self.import_id),
            "modified_at": sql.Literal(self.modified_at),
            "source_id": sql.Literal(self.source_id),
            "supplier": sql.Literal(self.supplier),
            "import_source": sql.Literal(self.import_source),
        }

    def _query(self) -> sql.Composed:
        """One row a contact; the channels that a list suppressed when it came are left out."""
        details = sql.SQL(", ").join(
            [
                self._column("external_id", "external_lead_id", "text"),
                self._column("raw_payload", "raw_payload", "jsonb"),
                *(
                    self._column(lead_columns()[name].name, name, type_of(name))
                    for name in self.attributes
                ),
            ]
        )
        return sql.SQL(
            "SELECT n.original_lead_id AS row_number, n.contact_number,"
            " least(n.event_at, {modified_at}) AS received_at,"
            " n.email_keys AS all_email_keys, n.phones AS all_phones,"
            " n.contact_name AS full_name, n.contact_first_name AS first_name,"
            " n.contact_last_name AS last_name, n.tags, {no_keys} AS no_keys, {details},"
            # A call costs more than all the rest of a row: only where something was listed.
            " CASE WHEN d.emails IS NULL THEN n.emails"
            " ELSE kept(n.emails, n.email_keys, d.emails) END AS emails,"
            " CASE WHEN d.emails IS NULL THEN n.email_keys"
            " ELSE kept(n.email_keys, n.email_keys, d.emails) END AS email_keys,"
            " CASE WHEN d.phones IS NULL THEN n.phones"
            " ELSE kept(n.phones, n.phones, d.phones) END AS phones"
            " FROM {table} AS n LEFT JOIN ("
            " SELECT row_number, contact_number,"
            " array_agg(DISTINCT value) FILTER (WHERE channel = 'email') AS emails,"
            " array_agg(DISTINCT value) FILTER (WHERE channel = 'phone') AS phones"
            " FROM dnc_suppressions WHERE import_id = {import_id} GROUP BY 1, 2) AS d"
            " ON d.row_number = n.original_lead_id AND d.contact_number = n.contact_number"
        ).format(
            modified_at=sql.Literal(self.modified_at),
            no_keys=self.no_keys,
            details=details,
            table=self.table,
            import_id=sql.Literal(self.import_id),
        )

    def _column(self, name: str, lead_name: str, kind: str) -> sql.Composable:
        value = sql.Identifier("n", name) if name in self.has else sql.SQL("NULL")
        return sql.SQL("{}::{} AS {}").format(value, sql.SQL(kind), sql.Identifier(lead_name))

    def _attributes(self) -> sql.Composable:
        """The attributes of a contact `c` that have a value, as one JSON object."""
        columns = sql.SQL(", ").join(sql.Identifier("c", name) for name in self.attributes)
        return sql.SQL("(SELECT jsonb_strip_nulls(to_jsonb(one)) FROM (SELECT {}) AS one)").format(
            columns
        )


def type_of(name: str) -> str:
    """The SQL type of an attribute of a lead."""
    return SQL_TYPES.get(lead_columns()[name].kind, "text")


def typed(attributes: Iterable[str]) -> sql.Composed:
    """Attributes of a lead with their types, as a list of column definitions."""
    return sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(type_of(name))) for name in attributes
    )


def names(columns: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def definitions() -> sql.Composed:
    """The columns with their types, for a table of contacts in one shape."""
    kinds = {name: _TYPES.get(name, "text") for name in COLUMNS} | {"attributes": "jsonb"}
    return sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind)) for name, kind in kinds.items()
    )


def contacts_in_staging(session: Connection, import_: Import) -> Contacts:
    return contacts_of(session, import_, ("staging", f"normalized_{import_.import_id}"))


def contacts_in_archive(session: Connection, import_: Import) -> Contacts:
    return contacts_of(session, import_, ("archive", import_.archive_table or ""))


def contacts_of(session: Connection, import_: Import, table: tuple[str, str]) -> Contacts:
    """The contacts of an import in one table; its source was found when it was loaded."""
    columns = run(session, "matching/select_columns", {"schema": table[0], "table": table[1]})
    return Contacts(
        import_id=import_.import_id,
        table=sql.Identifier(*table),
        has=frozenset(row["name"] for row in columns),
        modified_at=import_.modified_at,
        source_id=import_.source_id or 0,
        supplier=import_.supplier,
        import_source=import_.import_source,
    )
