-- The normalized table is built under its temporary name. Safe to run again.
UPDATE lead_sources
SET status = 'normalized', normalized_at = now(), error_code = NULL, error = NULL, completed_at = NULL,
    held_at = NULL, held_for = NULL,
    rows_contacts = %(rows_contacts)s, rows_rejected = %(rows_rejected)s,
    contacts_found = %(contacts_found)s, contacts_callable = %(contacts_callable)s,
    contacts_invalid = %(contacts_invalid)s,
    contact_columns = %(contact_columns)s
WHERE import_id = %(import_id)s
