"""All that the database says of leads: comparable between databases, and held against its laws.

Numbers of leads, imports and sources differ from one database to another; a lead is named here by
the contact that founded it, an import by its content.
"""

import shutil
from typing import Any

from psycopg import sql

from lead_pipeline.database import connect
from lead_pipeline.fields.catalogue import lead_columns
from lead_pipeline.imports.site import Site
from lead_pipeline.matching.proofs import broken_charges
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.integration.people import told
from lead_pipeline_tests.integration.steps import tables

_LEAD = "(SELECT file || ' ' || row_number FROM founders AS f WHERE f.lead_id = {}.lead_id)"
_IMPORT = "(SELECT left(sha256, 8) FROM lead_sources AS i WHERE i.import_id = {}.import_id)"
_SOURCE = "(SELECT display_name FROM source_names AS n WHERE n.source_id = {}.source_id)"
_FOUNDERS = (
    "WITH founders AS (SELECT lead_id, row_number, contact_number, left(sha256, 8) AS file"
    " FROM leads_master JOIN lead_sources USING (import_id)),"
    " owed AS (SELECT import_id, row_number, contact_number, sum(amount) AS amount FROM charges"
    " GROUP BY 1, 2, 3 HAVING sum(amount) <> 0)"
)
_TOLD = {
    "leads":
        "{lead_l}, {source_l}, supplier, full_name, email, phone_e164, emails, phones, tags,"
        " external_lead_id, received_at, last_received_at, status, {attributes}"
        " FROM leads_master AS l",
    "keys":
        "kind, CASE kind WHEN 'external_id' THEN split_part(value, ':', 2) ELSE value END, {lead_k}"
        " FROM lead_identities AS k",
    "duplicates":
        "{import_d}, row_number, contact_number, outcome, matched_by, {lead_d}, first_row_number,"
        " received_at FROM duplicate_leads AS d",
    "history":
        "{lead_h}, {source_h}, {import_h}, row_number, external_id, received_at"
        " FROM lead_sources_history AS h",
    "conflicts":
        "{lead_c}, (SELECT file || ' ' || row_number FROM founders AS f"
        " WHERE f.lead_id = c.other_lead_id), kind, value, no_key, {import_c}, row_number"
        " FROM loose_keys AS c WHERE kind <> 'external_id'",
    "merge candidates":
        "(SELECT string_agg(file || ' ' || row_number, ' and ' ORDER BY file, row_number)"
        " FROM founders AS f WHERE f.lead_id IN (m.lead_id, m.other_lead_id)), state"
        " FROM merge_candidates AS m",
    "shared numbers": "value, {import_n}, of_company FROM shared_numbers AS n",
    "sources": "display_name, total_leads_count FROM sources WHERE total_leads_count <> 0",
    "imports":
        "left(sha256, 8), contacts_new, contacts_in_file, contacts_same_source,"
        " contacts_cross_source, contacts_updated, contacts_suppressed FROM lead_sources"
        " WHERE archived_at IS NOT NULL AND status <> 'undone'",
    "owed":
        "{import_o}, row_number, contact_number, amount FROM owed AS o",
    "suppressions":
        "{import_s}, row_number, channel, value, list_name FROM dnc_suppressions AS s",
}  # fmt: skip


def lead_state(site: Site) -> dict[str, list[str]]:
    """The leads and everything about them: equal for two databases that came to the same."""
    names = {f"lead_{a}": _LEAD.format(a) for a in "lkdhc"}
    names |= {f"import_{a}": _IMPORT.format(a) for a in "dhcsno"}
    names |= {f"source_{a}": _SOURCE.format(a) for a in "lh"}
    names["attributes"] = ", ".join(f'"{name}"' for name in lead_columns())
    parts = (_query_of(what, query.format(**names)) for what, query in _TOLD.items())
    ((found,),) = told(site, f"{_FOUNDERS} SELECT jsonb_build_object({', '.join(parts)})")
    return dict(found)


def _query_of(what: str, query: str) -> str:
    """The rows of a query as texts in their order, under its name in an object."""
    columns, table = query.rsplit(" FROM ", 1)
    rows_ = f"SELECT ROW ({columns})::text AS one FROM {table}"
    return f"'{what}', (SELECT coalesce(jsonb_agg(one ORDER BY one), '[]') FROM ({rows_}) AS r)"


# What must never be found. `sightings` are the contacts of archived imports that are not undone,
# each with its lead; `said` are its keys, `free` the channels of contacts that no list took away.
_LAWS = {
    "two leads have one key":
        "SELECT kind, value FROM channels WHERE value NOT IN (SELECT value FROM weak)"
        " GROUP BY 1, 2 HAVING count(DISTINCT lead_id) > 1",
    "a lead can be reached by what is not its key":
        "SELECT * FROM channels AS c WHERE value NOT IN (SELECT value FROM weak)"
        " AND NOT EXISTS (SELECT FROM lead_identities AS k"
        " WHERE k.lead_id = c.lead_id AND k.kind::text = c.kind AND k.value = c.value)",
    "a key of a contact is not its lead's and not noted as loose":
        "SELECT s.* FROM said AS s LEFT JOIN lead_identities AS k"
        " ON k.kind::text = s.kind AND k.value = s.value"
        " WHERE k.lead_id IS DISTINCT FROM s.lead_id AND NOT EXISTS ("
        " SELECT FROM loose_keys AS l WHERE l.lead_id = s.lead_id AND l.kind::text = s.kind"
        " AND l.value = s.value AND l.no_key OR l.lead_id = s.lead_id AND l.kind::text = s.kind"
        " AND l.value = s.value AND l.other_lead_id IS NOT DISTINCT FROM k.lead_id)",
    "a key stands loose with the lead that it is of":
        "SELECT l.* FROM loose_keys AS l JOIN lead_identities AS k"
        " ON k.kind = l.kind AND k.value = l.value AND k.lead_id = l.lead_id WHERE NOT l.no_key",
    "two leads that share a key are no question":
        "SELECT * FROM loose_keys AS l WHERE other_lead_id IS NOT NULL AND value NOT IN ("
        " SELECT value FROM shared_numbers WHERE of_company) AND NOT EXISTS ("
        " SELECT FROM merge_candidates AS m WHERE m.lead_id = least(l.lead_id, l.other_lead_id)"
        " AND m.other_lead_id = greatest(l.lead_id, l.other_lead_id))",
    "a key is of no lead": "SELECT * FROM lead_identities WHERE lead_id NOT IN ({ids})",
    "a key is of no contact":
        "SELECT value FROM lead_identities AS k WHERE NOT EXISTS (SELECT FROM said AS s"
        " WHERE s.lead_id = k.lead_id AND k.kind::text = s.kind"
        " AND k.value IN (s.value, s.value || ' ' || s.name))",
    "a lead is without a source":
        "SELECT lead_id FROM leads_master LEFT JOIN source_names USING (source_id)"
        " LEFT JOIN lead_sources USING (import_id)"
        " WHERE display_name IS NULL OR archive_table IS NULL",
    "a duplicate is of no lead":
        "SELECT * FROM duplicate_leads WHERE lead_id IS NOT NULL AND lead_id NOT IN ({ids})",
    "a history is of no lead": "SELECT * FROM lead_sources_history WHERE lead_id NOT IN ({ids})",
    "an open question is about no lead":
        "SELECT lead_id, other_lead_id FROM merge_candidates"
        " WHERE lead_id NOT IN ({ids}) OR other_lead_id NOT IN ({ids})"
        " UNION ALL SELECT lead_id, other_lead_id FROM loose_keys"
        " WHERE lead_id NOT IN ({ids}) OR other_lead_id NOT IN ({ids}) OR lead_id = other_lead_id",
    "the history is not that of the sightings":
        "(SELECT DISTINCT d.lead_id, i.source_id FROM duplicate_leads AS d"
        " JOIN lead_sources AS i USING (import_id) JOIN leads_master AS l ON l.lead_id = d.lead_id"
        " WHERE l.source_id <> i.source_id)"
        " EXCEPT SELECT lead_id, source_id FROM lead_sources_history",
    "a contact has no place or several":
        "SELECT import_id, row_number, contact_number FROM contacts LEFT JOIN places"
        " USING (import_id, row_number, contact_number) GROUP BY 1, 2, 3 HAVING count(place) <> 1",
    "a place is of no contact":
        "SELECT * FROM places LEFT JOIN contacts USING (import_id, row_number, contact_number)"
        " WHERE external_id IS NULL AND email_keys IS NULL AND phones IS NULL",
    "somebody who can be reached is nobody's lead":
        "SELECT * FROM free WHERE (import_id, row_number, contact_number) NOT IN ("
        " SELECT import_id, row_number, contact_number FROM sightings)",
    "somebody whom the file itself lists took part in matching":
        "SELECT * FROM places WHERE place <> 'suppressed' AND (import_id, row_number,"
        " contact_number) IN (SELECT import_id, row_number, contact_number FROM channels_said AS s"
        " GROUP BY 1, 2, 3 HAVING count(*) = (SELECT count(*) FROM dnc_suppressions AS d"
        " WHERE kind = 'file' AND (d.import_id, d.row_number, d.contact_number)"
        " = (s.import_id, s.row_number, s.contact_number)))",
    "a source counts what is not there":
        "(SELECT source_id, day, leads FROM source_days WHERE leads <> 0) EXCEPT {counted}",
    "a source does not count what is there":
        "{counted} EXCEPT SELECT source_id, day, leads FROM source_days",
    "a batch does not add up, or to other than the ledger has":
        "SELECT batch_id FROM upload_batches AS b JOIN lead_sources AS i ON import_id = batch_id"
        " WHERE i.archived_at IS NOT NULL AND i.status <> 'undone' AND"
        " (b.total_rows, b.contacts, b.accepted, b.rejected, b.invalid) IS DISTINCT FROM"
        " (b.rows_with_contacts + i.rows_rejected + b.blank,"
        " b.accepted + b.updated + b.duplicates + b.suppressed + b.invalid,"
        " i.contacts_new, i.rows_rejected, i.contacts_invalid)",
    "the ledger counts other than the tables":
        "SELECT import_id FROM lead_sources AS i"
        " WHERE archived_at IS NOT NULL AND status <> 'undone'"
        " AND (contacts_new, contacts_in_file, contacts_same_source, contacts_cross_source,"
        " contacts_updated, contacts_suppressed) NOT IN (SELECT"
        " count(*) FILTER (WHERE place = 'new'),"
        " count(*) FILTER (WHERE place = 'in_file_duplicate'),"
        " count(*) FILTER (WHERE place = 'same_source_duplicate'),"
        " count(*) FILTER (WHERE place = 'cross_source_duplicate'),"
        " count(*) FILTER (WHERE place = 'updated'), count(*) FILTER (WHERE place = 'suppressed')"
        " FROM places AS p WHERE p.import_id = i.import_id)",
    "the law of sums":
        "SELECT import_id FROM lead_sources WHERE archived_at IS NOT NULL AND (rows_read"
        " <> rows_contacts + rows_rejected + rows_blank OR contacts_found <> contacts_invalid"
        " + contacts_new + contacts_in_file + contacts_same_source + contacts_cross_source"
        " + contacts_updated + contacts_suppressed)",
    "somebody opted out can be reached":
        "SELECT * FROM channels AS c WHERE EXISTS (SELECT FROM dnc_current AS l"
        " LEFT JOIN dnc_entries AS e USING (list_id) LEFT JOIN dnc_emails AS m USING (list_id)"
        " WHERE l.name = 'opt-outs' AND c.value IN ('+' || e.number, m.email_key))",
}  # fmt: skip
_VIEWS = """
WITH contacts AS ({contacts}),
channels AS (
    SELECT lead_id, 'email' AS kind, unnest(email_keys) AS value FROM leads_master
    UNION ALL SELECT lead_id, 'phone', unnest(phones) FROM leads_master),
places AS (
    SELECT import_id, row_number, contact_number, 'new' AS place, lead_id FROM leads_master
    UNION ALL
    SELECT import_id, row_number, contact_number, outcome, lead_id FROM duplicate_leads
    UNION ALL
    SELECT import_id, row_number, contact_number, 'suppressed', NULL
    FROM contacts AS c
    WHERE cardinality(coalesce(email_keys, '{{}}') || coalesce(phones, '{{}}')) = (
        SELECT count(DISTINCT (channel, value)) FROM dnc_suppressions AS d
        WHERE (d.import_id, d.row_number, d.contact_number)
            = (c.import_id, c.row_number, c.contact_number))
      AND NOT EXISTS (SELECT FROM (
            SELECT import_id, row_number, contact_number FROM leads_master UNION ALL
            SELECT import_id, row_number, contact_number FROM duplicate_leads) AS d
        WHERE (d.import_id, d.row_number, d.contact_number)
            = (c.import_id, c.row_number, c.contact_number))),
sightings AS (
    SELECT c.*, p.lead_id FROM contacts AS c
    JOIN places AS p USING (import_id, row_number, contact_number) WHERE p.lead_id IS NOT NULL
    UNION ALL
    SELECT c.*, p.lead_id FROM contacts AS c
    JOIN duplicate_leads AS d USING (import_id, row_number, contact_number)
    JOIN places AS p ON (p.import_id, p.row_number, p.contact_number)
        = (d.import_id, d.first_row_number, d.first_contact_number) AND p.lead_id IS NOT NULL),
channels_said AS (
    SELECT import_id, row_number, contact_number, unnest(email_keys || phones) AS value
    FROM contacts),
free AS (
    SELECT import_id, row_number, contact_number, value FROM channels_said EXCEPT
    SELECT import_id, row_number, contact_number, value FROM dnc_suppressions),
said AS (
    SELECT lead_id, name, 'external_id' AS kind, source_id || ':' || external_id AS value
    FROM sightings WHERE external_id IS NOT NULL
    UNION ALL SELECT lead_id, name, 'email', unnest(email_keys) FROM sightings
    UNION ALL SELECT lead_id, name, 'phone', unnest(phones) FROM sightings),
weak AS (
    SELECT value FROM shared_numbers UNION ALL SELECT value FROM loose_keys WHERE no_key)
"""
_CONTACTS = (
    "SELECT {import_id} AS import_id, {source_id} AS source_id, original_lead_id AS row_number,"
    " contact_number, external_id, email_keys, phones,"
    " lower(coalesce(contact_name, '')) AS name FROM {table}"
)
_COUNTED = (
    "(SELECT source_id, (received_at AT TIME ZONE time_zone)::date, count(*) FROM ("
    " SELECT source_id, received_at FROM leads_master UNION ALL"
    " SELECT source_id, received_at FROM lead_sources_history) AS c CROSS JOIN account"
    " GROUP BY 1, 2)"
)


def broken_laws(site: Site) -> dict[str, list[dict[str, Any]]]:
    """Each law that does not hold, with what breaks it; empty if all is well."""
    known = rows(site, "SELECT import_id, source_id, archive_table FROM lead_sources"
                       " WHERE archived_at IS NOT NULL AND status <> 'undone'")  # fmt: skip
    if not known:
        return {}
    contacts = sql.SQL(" UNION ALL ").join(
        sql.SQL(_CONTACTS).format(
            import_id=sql.Literal(one["import_id"]),
            source_id=sql.Literal(one["source_id"]),
            table=sql.Identifier("archive", one["archive_table"]),
        )
        for one in known
    )
    names = {"ids": sql.SQL("SELECT lead_id FROM leads_master"), "counted": sql.SQL(_COUNTED)}
    # In one statement, for planning the views anew for each law took longer than asking them.
    laws = sql.SQL(", ").join(
        sql.SQL("{}, (SELECT jsonb_agg(q) FROM ({}) AS q)").format(
            law, sql.SQL(query).format(**names)
        )
        for law, query in _LAWS.items()
    )
    views = sql.SQL(_VIEWS).format(contacts=contacts)
    with connect(site.settings.database_url) as session:
        query = views + sql.SQL("SELECT jsonb_build_object({}) AS found").format(laws)
        (row,) = session.execute(query).fetchall()
        owed = [law for law in broken_charges(session).items() if law[1]]
    return {law: broken for law, broken in [*row["found"].items(), *owed] if broken}


# What an import writes, those that refer to others first.
_EMPTIED = (
    "leads_master", "lead_identities", "duplicate_leads", "lead_sources_history", "loose_keys",
    "shared_numbers", "merge_candidates", "source_days", "dnc_suppressions", "dnc_emails",
    "dnc.list_1", "rejected_leads", "invalid_contacts", "drop_requests", "lead_feedback",
    "lead_returns", "opt_outs_received", "undigested", "statements", "returns", "charge_batches",
    "charge_events", "lead_sources", "supplier_terms", "suppliers",
)  # fmt: skip

_NEVER_CHANGED = ("charge_batches", "charge_events", "supplier_terms", "statements")


def start_afresh(site: Site) -> None:
    """Empty the database and the bucket; the sources keep their numbers."""
    with connect(site.settings.owner_url) as session:
        for table in _NEVER_CHANGED:
            session.execute(f"ALTER TABLE {table} DISABLE TRIGGER never_change")
        for table in _EMPTIED:  # TRUNCATE makes new files of all and takes ten times as long
            session.execute(f"DELETE FROM {table}")
        for table in _NEVER_CHANGED:
            session.execute(f"ALTER TABLE {table} ENABLE TRIGGER never_change")
        session.execute("DELETE FROM dnc_versions WHERE version > 0")
        for table in tables(site, "archive", "staging"):
            session.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(*table.split("."))))
    bucket = site.settings.home / "lead-imports"
    shutil.rmtree(bucket)
    bucket.mkdir()
