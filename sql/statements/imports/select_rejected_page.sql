-- Rejected rows of an import that wait for a retry, some of them, in the file's order. Read only.
SELECT row_number, code, reason, raw FROM rejected_leads
WHERE import_id = %(import_id)s AND retried_by IS NULL AND row_number > %(after)s
ORDER BY row_number LIMIT %(most)s
