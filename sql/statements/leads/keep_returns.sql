-- Leads that were given back.
INSERT INTO lead_returns (import_id, row_number, lead_id, returned_at, reason)
SELECT %(import_id)s, row_number, l.lead_id, f.at, f.return_reason
FROM feedback AS f JOIN feedback_leads AS l USING (row_number)
WHERE f.is_return AND l.lead_id IS NOT NULL
RETURNING lead_id, reason, returned_at AS asked_at
