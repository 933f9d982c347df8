-- Every sighting of some leads: the one that founded each, and those that were duplicates. Read only.
SELECT import_id, row_number, contact_number, lead_id, 'new' AS outcome, NULL AS matched_by,
       received_at
FROM leads_master WHERE lead_id = ANY(%(leads)s)
UNION ALL
SELECT import_id, row_number, contact_number, lead_id, outcome, matched_by::text, received_at
FROM duplicate_leads WHERE lead_id = ANY(%(leads)s)
