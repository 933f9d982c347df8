-- Leads that the import had founded and that are still there, and why. Read only.
SELECT l.lead_id, u.worked_on, l.status, l.assigned_to, l.import_id, s.object_key
FROM undone_leads AS u
JOIN leads_master AS l USING (lead_id)
JOIN lead_sources AS s USING (import_id)
ORDER BY l.lead_id
