-- The last import of a supplier that came on a day or later, and under which terms. Read only.
SELECT import_id, here(modified_at) AS day FROM lead_sources
WHERE supplier = %(supplier)s AND here(modified_at) >= %(day)s
ORDER BY modified_at DESC LIMIT 1
