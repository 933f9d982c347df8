-- What a search found of its new leads takes the place of what earlier ones had: pairs that people
-- decided about stay decided, and pairs that hang together by a key stay told so.
DELETE FROM merge_candidates AS c
WHERE c.kind = 'linkage' AND c.state = 'open'
  AND (c.lead_id IN (SELECT lead_id FROM linkage_new)
       OR c.other_lead_id IN (SELECT lead_id FROM linkage_new));
INSERT INTO merge_candidates AS c (lead_id, other_lead_id, kind, probability, sentence)
SELECT f.lead_id, f.other_lead_id, 'linkage', f.probability, f.sentence
FROM linkage_found AS f
WHERE EXISTS (SELECT FROM leads_master AS l WHERE l.lead_id = f.lead_id)
  AND EXISTS (SELECT FROM leads_master AS l WHERE l.lead_id = f.other_lead_id)
ON CONFLICT (lead_id, other_lead_id) DO UPDATE
SET probability = excluded.probability
WHERE c.state = 'open'
