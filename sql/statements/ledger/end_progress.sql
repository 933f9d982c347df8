-- The step is at work no more. Safe to run again.
DELETE FROM import_progress WHERE import_id = %(import_id)s
