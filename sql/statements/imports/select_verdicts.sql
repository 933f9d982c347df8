-- What the contacts of an import that is rehearsed came to, and why, if they are not simply new.
-- Read only.
WITH listed AS (
    SELECT row_number, contact_number, string_agg(DISTINCT value, ', ') AS channels,
           'on the do-not-call list ' || string_agg(DISTINCT list_name, ', ') AS reason
    FROM dnc_suppressions WHERE import_id = %(import_id)s
    GROUP BY 1, 2)
SELECT d.row_number, d.contact_number, d.outcome,
       CASE WHEN d.outcome = 'in_file_duplicate'
            THEN format('the same %%s as in row %%s', w.word, d.first_row_number)
            ELSE format('the same %%s as lead %%s', w.word, d.lead_id) END AS reason
FROM duplicate_leads AS d
CROSS JOIN LATERAL (SELECT replace(d.matched_by::text, '_', ' ') AS word) AS w
WHERE d.import_id = %(import_id)s
UNION ALL
SELECT row_number, contact_number, 'suppressed', reason
FROM suppressed JOIN listed USING (row_number, contact_number)
UNION ALL
SELECT row_number, contact_number, 'new', format('without %%s: %%s', channels, reason)
FROM listed
WHERE (row_number, contact_number) NOT IN (SELECT row_number, contact_number FROM suppressed)
  AND (row_number, contact_number) NOT IN (
      SELECT row_number, contact_number FROM duplicate_leads WHERE import_id = %(import_id)s)
