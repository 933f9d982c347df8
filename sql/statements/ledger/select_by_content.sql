-- Imports of this content: the one that counts or will, those that brought nothing, duplicates. Read only.
SELECT * FROM lead_sources WHERE sha256 = %(sha256)s
ORDER BY (status = 'duplicate'), (status IN ('undone', 'failed', 'rejected')), import_id
