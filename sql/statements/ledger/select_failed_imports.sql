-- Imports that were given up, the oldest first. Read only.
SELECT * FROM lead_sources WHERE status = 'failed' ORDER BY import_id
