-- One import by its number or its partition. Read only.
SELECT * FROM lead_sources
WHERE import_id = %(import_id)s OR partition_key = %(partition_key)s
ORDER BY (status IN ('undone', 'failed', 'rejected')), import_id DESC
