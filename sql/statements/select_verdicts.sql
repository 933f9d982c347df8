-- What the contacts of an import that is rehearsed came to, if not new, and why. Read only.
SELECT d.row_number, d.contact_number, d.outcome,
       CASE WHEN d.outcome = 'in_file_duplicate'
            THEN format('the same %%s as in row %%s', w.word, d.first_row_number)
            ELSE format('the same %%s as lead %%s', w.word, d.lead_id) END AS reason
FROM duplicate_leads AS d
CROSS JOIN LATERAL (SELECT replace(d.matched_by::text, '_', ' ') AS word) AS w
WHERE d.import_id = %(import_id)s
UNION ALL
SELECT row_number, contact_number, 'suppressed',
       'on the do-not-call list ' || string_agg(DISTINCT l.list_name, ', ')
FROM suppressed
JOIN dnc_suppressions AS l USING (row_number, contact_number)
WHERE l.import_id = %(import_id)s
GROUP BY 1, 2
