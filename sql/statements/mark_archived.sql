-- Part of the one deciding transaction: from its commit on, the import counts.
UPDATE lead_sources
SET status = 'archived', archived_at = now(), archive_table = %(archive_table)s,
    error_code = NULL, error = NULL, completed_at = NULL
WHERE import_id = %(import_id)s
