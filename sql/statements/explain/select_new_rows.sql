-- Rows of an import that brought leads, some of them, in the file's order. Read only.
SELECT row_number, 'new' AS code,
       string_agg('lead ' || lead_id, '; ' ORDER BY contact_number) AS reason
FROM leads_master
WHERE import_id = %(import_id)s AND row_number > %(after)s
  AND (row_number <= %(upto)s OR %(upto)s::bigint IS NULL)
GROUP BY row_number ORDER BY row_number LIMIT %(most)s
