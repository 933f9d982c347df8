-- Staging of the import is empty. Safe to run again: the first time stands.
UPDATE lead_sources
SET status = 'completed', completed_at = coalesce(completed_at, now()),
    error_code = NULL, error = NULL
WHERE import_id = %(import_id)s AND archived_at IS NOT NULL AND status <> 'undone'
