-- A worker takes the import up. Safe to run again: the first start stands, and the run that
-- completed an import stays the one that did. What went wrong before it is no word of this attempt.
UPDATE lead_sources
SET started_at = coalesce(started_at, now()), run_id = coalesce(%(run_id)s, run_id),
    error_code = CASE WHEN status NOT IN ('failed', 'rejected', 'duplicate', 'held') THEN NULL
                      ELSE error_code END
WHERE import_id = %(import_id)s AND status NOT IN ('completed', 'undone')
