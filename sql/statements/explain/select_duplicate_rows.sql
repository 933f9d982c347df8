-- Rows of an import with somebody known, of one kind, or with feedback on a lead, some of them, in the
-- file's order. Read only.
WITH known AS (
    SELECT row_number, contact_number,
           concat('same ', replace(matched_by::text, '_', ' '), ' as ',
                  coalesce('lead ' || lead_id, 'row ' || first_row_number)) AS reason
    FROM duplicate_leads WHERE import_id = %(import_id)s AND outcome = %(outcome)s
    UNION ALL
    SELECT row_number, 1, 'feedback on lead ' || lead_id
    FROM lead_feedback WHERE import_id = %(import_id)s AND %(outcome)s = 'updated')
SELECT row_number, %(outcome)s AS code, string_agg(reason, '; ' ORDER BY contact_number) AS reason
FROM known
WHERE row_number > %(after)s AND (row_number <= %(upto)s OR %(upto)s::bigint IS NULL)
GROUP BY row_number ORDER BY row_number LIMIT %(most)s
