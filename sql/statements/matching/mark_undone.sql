-- The import is taken back; its archive table stays for the record, under another name.
UPDATE lead_sources
SET status = 'undone', undone_at = now(), archive_table = %(archive_table)s,
    completed_at = coalesce(completed_at, now())
WHERE import_id = %(import_id)s
