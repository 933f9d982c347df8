-- The pairs to compare. Read only.
SELECT lead_id, other_lead_id FROM linkage_pairs
