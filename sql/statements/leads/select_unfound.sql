-- Rows of feedback that are of no lead, or of nobody can tell which. Read only.
SELECT l.row_number, l.all_leads, f.lead_number,
       f.phones IS NULL AND f.email_keys IS NULL AND f.external_id IS NULL AND f.lead_number IS NULL
           AS is_nobody
FROM feedback_leads AS l JOIN feedback AS f USING (row_number)
WHERE l.lead_id IS NULL
ORDER BY l.row_number
