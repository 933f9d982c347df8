-- Every sighting of some leads: the one that founded each, and those that were duplicates; and
-- what was said of them. Read only.
SELECT import_id, row_number, contact_number, lead_id, 'new' AS outcome, NULL AS matched_by,
       received_at
FROM leads_master WHERE lead_id = ANY(%(leads)s)
UNION ALL
SELECT import_id, row_number, contact_number, lead_id, outcome, matched_by::text, received_at
FROM duplicate_leads WHERE lead_id = ANY(%(leads)s)
UNION ALL
SELECT import_id, row_number, 1, lead_id, 'feedback', NULL, at
FROM lead_feedback WHERE lead_id = ANY(%(leads)s)
