-- Imports that brought mended rows of this one, the newest first. Read only.
SELECT import_id FROM lead_sources
WHERE retry_of = %(import_id)s AND archived_at IS NOT NULL AND status <> 'undone'
ORDER BY import_id DESC
