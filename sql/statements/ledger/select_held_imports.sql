-- Imports that wait for a person, the oldest first. Read only.
SELECT * FROM lead_sources WHERE status = 'held' ORDER BY import_id
