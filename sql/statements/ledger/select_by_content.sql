-- Imports of this content, the real one before its duplicates. Read only.
SELECT * FROM lead_sources WHERE sha256 = %(sha256)s
ORDER BY (status = 'undone'), (status = 'duplicate'), import_id
