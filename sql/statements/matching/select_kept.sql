-- Leads that the import had founded and that are still there, and why. Read only.
-- ANY (ARRAY) keeps the planner at one index probe a lead: a join would read all that there are.
SELECT l.lead_id, u.worked_on, l.status, l.assigned_to, l.import_id, s.object_key
FROM undone_leads AS u
JOIN (SELECT * FROM leads_master
      WHERE lead_id = ANY (ARRAY(SELECT lead_id FROM undone_leads)) OFFSET 0) AS l USING (lead_id)
JOIN lead_sources AS s USING (import_id)
ORDER BY l.lead_id
