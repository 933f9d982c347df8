-- The leads that contacts looked at lead to, those that share a key with a lead looked
-- at, and those of which a person has said that they are one with it.
INSERT INTO replay_leads
SELECT lead_id FROM hits JOIN replay_contacts USING (row_number, contact_number)
UNION
SELECT l.other_lead_id FROM loose_keys AS l JOIN replay_leads USING (lead_id)
WHERE l.other_lead_id IS NOT NULL
UNION
SELECT l.lead_id FROM loose_keys AS l JOIN replay_leads AS r ON r.lead_id = l.other_lead_id
UNION
SELECT o.lead_id
FROM loose_keys AS l JOIN replay_leads USING (lead_id)
JOIN loose_keys AS o ON o.value = l.value AND o.kind = l.kind
WHERE l.other_lead_id IS NULL AND NOT l.no_key AND o.other_lead_id IS NULL AND NOT o.no_key
UNION
SELECT o.lead_id
FROM (SELECT decision_id FROM decided_contacts JOIN replay_contacts USING (row_number, contact_number)
      UNION
      SELECT decision_id FROM merged_leads JOIN replay_leads USING (lead_id)) AS d
JOIN merged_leads AS o USING (decision_id)
ON CONFLICT DO NOTHING
