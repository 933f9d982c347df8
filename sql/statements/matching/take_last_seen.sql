-- Leads that the import was the last to see, from whom its sightings can be taken as if they had never
-- been: it founded or updated none of them, nobody came after, and no question is open about their
-- keys. LATERAL with OFFSET keeps the planner at one index probe a lead.
INSERT INTO replay_leads
SELECT lead_id
FROM (SELECT d.lead_id, min(d.received_at) AS first, bool_or(d.updates OR r.updates) AS updated
      FROM duplicate_leads AS d LEFT JOIN duplicate_leads AS r
        ON r.import_id = d.import_id AND r.first_row_number = d.row_number
       AND r.first_contact_number = d.contact_number AND r.updates
      WHERE d.import_id = %(import_id)s AND d.lead_id IS NOT NULL
      GROUP BY d.lead_id) AS seen
CROSS JOIN LATERAL (
    SELECT import_id AS founded_by, last_received_at, last_import_id FROM leads_master AS l
    WHERE l.lead_id = seen.lead_id OFFSET 0) AS lead
CROSS JOIN LATERAL (
    SELECT bool_or((d.received_at, d.import_id) > (seen.first, %(import_id)s)
                   AND d.import_id <> %(import_id)s) AS followed
    FROM duplicate_leads AS d WHERE d.lead_id = seen.lead_id OFFSET 0) AS others
WHERE founded_by <> %(import_id)s AND updated IS NOT TRUE AND NOT followed
  AND last_import_id = %(import_id)s
  AND NOT (EXISTS (SELECT FROM loose_keys AS k
                   WHERE k.lead_id = seen.lead_id AND k.other_lead_id IS NOT NULL)
           OR EXISTS (SELECT FROM loose_keys AS k WHERE k.other_lead_id = seen.lead_id))
