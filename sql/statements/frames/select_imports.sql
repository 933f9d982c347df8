-- Every import: what came, what became of it, and when; the newest first. Read only.
SELECT import_id, original_filename, supplier, source, source_type, profile, status, error_code, error,
       rows_read, rows_contacts, rows_rejected, rows_blank,
       contacts_found, contacts_new, contacts_updated, contacts_same_source, contacts_cross_source,
       contacts_in_file, contacts_suppressed, contacts_invalid, cost_per_lead,
       object_key, bytes, sha256, partition_key, archive_table, attempt, retry_of, duplicate_of,
       seen_at, started_at, loaded_at, normalized_at, archived_at, completed_at, undone_at
FROM lead_sources ORDER BY import_id DESC
