-- Rows of an import with somebody who cannot be called, some of them, in the file's order. Read only.
SELECT row_number, string_agg(DISTINCT code, '; ') AS code,
       string_agg(concat(contact_role, ': ', reason), '; ' ORDER BY contact_number) AS reason
FROM invalid_contacts
WHERE import_id = %(import_id)s AND row_number > %(after)s
  AND (row_number <= %(upto)s OR %(upto)s::bigint IS NULL)
GROUP BY row_number ORDER BY row_number LIMIT %(most)s
