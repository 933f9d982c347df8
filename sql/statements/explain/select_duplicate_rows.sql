-- Rows of an import with somebody known, of one kind, some of them, in the file's order. Read only.
SELECT row_number, %(outcome)s AS code,
       string_agg(concat('same ', replace(matched_by::text, '_', ' '), ' as ',
                         coalesce('lead ' || lead_id, 'row ' || first_row_number)),
                  '; ' ORDER BY contact_number) AS reason
FROM duplicate_leads
WHERE import_id = %(import_id)s AND outcome = %(outcome)s AND row_number > %(after)s
  AND (row_number <= %(upto)s OR %(upto)s::bigint IS NULL)
GROUP BY row_number ORDER BY row_number LIMIT %(most)s
