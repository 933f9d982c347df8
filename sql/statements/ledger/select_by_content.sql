-- Imports of this content: the one that counts or will, its duplicates, those that brought nothing.
-- Read only.
SELECT * FROM lead_sources WHERE sha256 = %(sha256)s
ORDER BY (status IN ('undone', 'failed', 'rejected')), (status = 'duplicate'), import_id
