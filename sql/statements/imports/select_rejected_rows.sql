-- The rejected rows of an import that have not come again, mended. Read only.
SELECT row_number FROM rejected_leads
WHERE import_id = %(import_id)s AND retried_by IS NULL
ORDER BY row_number
