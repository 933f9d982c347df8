-- How far the step is now. Safe to run again.
UPDATE import_progress
SET rows_done = %(rows_done)s, rows_total = %(rows_total)s, noted_at = now()
WHERE import_id = %(import_id)s
