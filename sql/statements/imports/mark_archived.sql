-- Part of the one deciding transaction: from its commit on, the import counts.
UPDATE lead_sources
SET status = 'archived', archived_at = now(), archive_table = %(archive_table)s,
    error_code = NULL, error = NULL, completed_at = NULL,
    contacts_new = %(contacts_new)s, contacts_same_source = %(contacts_same_source)s,
    contacts_cross_source = %(contacts_cross_source)s, contacts_in_file = %(contacts_in_file)s,
    contacts_updated = %(contacts_updated)s, contacts_suppressed = %(contacts_suppressed)s,
    dnc_lists = %(dnc_lists)s
WHERE import_id = %(import_id)s
