-- Leads that the import was the last to see, from whom its sightings can be taken as if they had never
-- been: it founded or updated none of them, nobody came after, and no question is open about their
-- keys. LATERAL with OFFSET keeps the planner at one index probe a lead.
INSERT INTO replay_leads
SELECT lead_id
FROM (SELECT lead_id, min(received_at) AS first, bool_or(outcome = 'updated') AS updated
      FROM duplicate_leads WHERE import_id = %(import_id)s AND lead_id IS NOT NULL
      GROUP BY lead_id) AS seen
CROSS JOIN LATERAL (
    SELECT import_id AS founded_by FROM leads_master AS l
    WHERE l.lead_id = seen.lead_id OFFSET 0) AS lead
CROSS JOIN LATERAL (
    SELECT bool_or((d.received_at, d.import_id) > (seen.first, %(import_id)s)
                   AND d.import_id <> %(import_id)s) AS followed
    FROM duplicate_leads AS d WHERE d.lead_id = seen.lead_id OFFSET 0) AS others
WHERE founded_by <> %(import_id)s AND NOT updated AND NOT followed
  AND NOT (EXISTS (SELECT FROM merge_candidates AS c WHERE c.lead_id = seen.lead_id)
           OR EXISTS (SELECT FROM merge_candidates AS c WHERE c.other_lead_id = seen.lead_id))
