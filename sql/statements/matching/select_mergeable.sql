-- Two leads: whether people have worked on them, and how many keys they have. Locks them.
SELECT l.lead_id, {worked_on} AS worked_on,
       (SELECT count(*) FROM lead_identities AS i WHERE i.lead_id = l.lead_id) AS keys
FROM leads_master AS l WHERE l.lead_id = ANY (%(leads)s)
ORDER BY l.lead_id
FOR UPDATE
