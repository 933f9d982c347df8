-- Rejected rows of one import in the order of the file. Read only.
SELECT row_number, code, reason, raw FROM rejected_leads
WHERE import_id = %(import_id)s AND retried_by IS NULL ORDER BY row_number
