-- The imports of mended rows of an import, the newest first. Read only.
SELECT * FROM lead_sources WHERE retry_of = %(import_id)s ORDER BY import_id DESC LIMIT %(most)s
