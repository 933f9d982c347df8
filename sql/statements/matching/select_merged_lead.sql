-- The leads that have the keys of a decision. Read only.
SELECT lead_id FROM merged_leads WHERE decision_id = %(decision_id)s ORDER BY lead_id
