-- Pairs of leads that may be one person and that nobody has decided about, the likeliest first; those
-- without a probability share a key. Of those behind a pair (`after`), if one is given. Read only.
SELECT c.lead_id, c.other_lead_id, c.kind, c.probability, c.sentence, c.made_at,
       l.full_name, l.phones, l.emails, l.city, l.state,
       o.full_name AS other_full_name, o.phones AS other_phones, o.emails AS other_emails,
       o.city AS other_city, o.state AS other_state
FROM merge_candidates AS c
JOIN leads_master AS l ON l.lead_id = c.lead_id
JOIN leads_master AS o ON o.lead_id = c.other_lead_id
WHERE c.state = 'open'
  AND (%(lead_id)s::bigint IS NULL
       OR (-coalesce(c.probability, -1), c.lead_id, c.other_lead_id)
        > (-coalesce(%(probability)s::float8, -1), %(lead_id)s::bigint, %(other_lead_id)s::bigint))
ORDER BY c.probability DESC NULLS LAST, c.lead_id, c.other_lead_id
LIMIT %(most)s
