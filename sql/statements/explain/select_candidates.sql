-- The open questions whether some leads are one person with another. Read only.
SELECT * FROM merge_candidates
WHERE lead_id = ANY(%(leads)s) OR other_lead_id = ANY(%(leads)s)
ORDER BY lead_id, other_lead_id
