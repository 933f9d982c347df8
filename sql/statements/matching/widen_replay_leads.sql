-- The leads that contacts looked at lead to, and those that share a key with a lead looked at.
INSERT INTO replay_leads
SELECT lead_id FROM hits JOIN replay_contacts USING (row_number, contact_number)
UNION
SELECT c.other_lead_id FROM merge_candidates AS c JOIN replay_leads USING (lead_id)
UNION
SELECT c.lead_id FROM merge_candidates AS c JOIN replay_leads AS r ON r.lead_id = c.other_lead_id
ON CONFLICT DO NOTHING
