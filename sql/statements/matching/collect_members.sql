-- Every sighting of the leads looked at, and the contacts of this import that join them. Where an
-- import is taken back its sightings are gone, but for those that founded a lead people work on. The
-- leads are held, so that nobody works meanwhile on one that nobody has worked on.
INSERT INTO members
SELECT import_id, row_number, contact_number, lead_id,
       CASE WHEN {worked_on} THEN lead_id END,
       import_id IS NOT DISTINCT FROM %(undone)s::integer AND NOT ({worked_on})
FROM (SELECT l.* FROM leads_master AS l JOIN replay_leads USING (lead_id) FOR NO KEY UPDATE OF l) AS held
UNION ALL
SELECT import_id, row_number, contact_number, lead_id, NULL, import_id IS NOT DISTINCT FROM %(undone)s::integer
FROM duplicate_leads JOIN replay_leads USING (lead_id)
UNION ALL
SELECT %(import_id)s, row_number, contact_number, NULL, NULL, false
FROM replay_contacts
